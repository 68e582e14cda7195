// The most called loop of the engine, once a series and step: window borders are pointers that only go forward, one
// Range object serves for all (npm run bench:promql).
import { Labels } from '../../../kernel/labels.ts'
import { PromQLError } from '../error.ts'
import type { CallNotes, OverRange, Range } from '../functions/function.ts'
import { firstAfter, NO_SAMPLES } from '../series/samples.ts'
import type { Frame } from './frame.ts'
import { dropAll, dropNames, hasTwins, twinsRefused } from './names.ts'
import { paramsAt } from './params.ts'
import type { Run } from './run.ts'
import { histogramSize } from './size.ts'
import { FLOAT, type Ranges, type Value, Vector } from './value.ts'

/** How far around the range a function's samples lie, in milliseconds. */
interface Window {
  readonly behindMs: number
  readonly aheadMs: number
}

/** Calls a function with the range of each series at each step. */
export async function callOverRange(
  evaluation: OverRange,
  args: readonly Value[],
  call: CallNotes,
  frame: Frame,
  run: Run,
): Promise<Vector> {
  const ranges = args.find((arg): arg is Ranges => arg.type === 'matrix') as Ranges
  const steps = frame.timesMs.length
  const driver = new Driver(evaluation, ranges, paramsAt(args, steps), call, frame, windowOf(ranges, call, run))
  const vector = new Vector(steps, ranges.series.length)
  let points = 0
  await run.budget.inPieces(ranges.series.length, 8 * steps + 24, s => {
    points += driver.drive(s, vector)
    run.budget.allow(points + driver.widest)
  })
  if (evaluation.keepsName === true) return vector
  if (run.delaysNames) return dropNames(vector, run)
  const twins = await dropAll(vector.labels, run.budget)
  if (twins === 'twins?' && (await hasTwins(vector.labels, run.budget))) throw twinsRefused()
  return vector
}

/** `anchored` and `smoothed` also need the samples around the range; few functions know what to do with them. */
function windowOf({ extension }: Ranges, { call }: CallNotes, { lookbackMs }: Run): Window {
  if (extension === undefined) return { behindMs: 0, aheadMs: 0 }
  const allowed = extension === 'anchored' ? ANCHORED : SMOOTHED
  if (!allowed.includes(call.function.name)) {
    const names = allowed.join(', ')
    const text = `${extension} modifier can only be used with: ${names} - not with ${call.function.name}`
    throw new PromQLError('execution', text, { span: call.span })
  }
  return { behindMs: lookbackMs, aheadMs: extension === 'smoothed' ? lookbackMs : 0 }
}

const SMOOTHED: readonly string[] = ['delta', 'increase', 'rate']
const ANCHORED: readonly string[] = ['changes', 'delta', 'increase', 'rate', 'resets']

class Driver {
  readonly #evaluation: OverRange
  readonly #ranges: Ranges
  readonly #params: readonly (readonly number[])[]
  readonly #call: CallNotes
  readonly #timesMs: Float64Array
  readonly #window: Window
  readonly #range: Range
  /** The most samples that one range held. */
  widest = 0

  constructor(
    evaluation: OverRange,
    ranges: Ranges,
    params: readonly (readonly number[])[],
    call: CallNotes,
    { timesMs }: Frame,
    window: Window,
  ) {
    this.#evaluation = evaluation
    this.#ranges = ranges
    this.#params = params
    this.#call = call
    this.#timesMs = timesMs
    this.#window = window
    this.#range = {
      samples: NO_SAMPLES,
      from: 0,
      to: 0,
      startMs: 0,
      endMs: 0,
      timeMs: 0,
      labels: Labels.EMPTY,
      params: [],
    }
  }

  /** Adds one series to the vector if anything comes of it; gives the number of its points, histograms by size. */
  drive(s: number, vector: Vector): number {
    const { endsMs, rangeMs, series } = this.#ranges
    const { labels, samples } = series[s] as Ranges['series'][number]
    const { timesMs } = samples
    const { behindMs, aheadMs } = this.#window
    const range = this.#range
    const start = vector.addSeries(labels)
    const { kinds, values } = vector
    range.samples = samples
    range.labels = labels
    range.extension = this.#ranges.extension
    let [from, to, points, floats] = [0, 0, 0, 0]
    for (let i = 0; i < endsMs.length; i++) {
      const endMs = endsMs[i] as number
      range.endMs = endMs
      range.startMs = endMs - rangeMs
      from = advance(timesMs, from, range.startMs - behindMs, i)
      to = advance(timesMs, Math.max(from, to), endMs + aheadMs, i)
      if (from === to) continue
      range.from = from
      range.to = to
      range.timeMs = this.#timesMs[i] as number
      range.params = this.#params[i] as readonly number[]
      if (to - from > this.widest) this.widest = to - from
      const result = this.#evaluation.apply(range, this.#call)
      if (result === undefined) continue
      if (typeof result === 'number') {
        kinds[start + i] = FLOAT
        values[start + i] = result
        floats++
      } else {
        vector.setHistogram(start + i, result)
        points += histogramSize(result)
      }
    }
    if (floats > 0) this.#evaluation.noteFloats?.(labels, this.#call)
    if (points + floats === 0) vector.labels.pop()
    return points + floats
  }
}

/** The first sample after a time: found by halving at the first step, by going on at the others. */
function advance(timesMs: Float64Array, from: number, timeMs: number, step: number): number {
  if (from === timesMs.length) return from
  if ((timesMs[timesMs.length - 1] as number) <= timeMs) return timesMs.length
  if (step === 0) return firstAfter(timesMs, timeMs, from)
  let at = from
  while ((timesMs[at] as number) <= timeMs) at++
  return at
}
