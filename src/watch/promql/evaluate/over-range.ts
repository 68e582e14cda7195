// The most called loop of the engine, once a series and step: window borders are pointers that only go forward, one
// Range object serves for all (npm run bench:promql).
import { Labels } from '../../../kernel/labels.ts'
import { PromQLError } from '../error.ts'
import type { CallNotes, OverRange, Range } from '../functions/function.ts'
import { Scratch } from '../functions/scratch.ts'
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
  const vector = new Vector(steps, ranges.series.length)
  const driver = new Driver(evaluation, ranges, paramsAt(args, steps), call, frame, windowOf(ranges, call, run), vector)
  await run.budget.inPieces(driver.items, 8 * Math.min(STEPS_AN_ITEM, steps) + 24, item => {
    driver.drive(item)
    run.budget.allow(driver.held)
  })
  if (evaluation.keepsName === true) return vector
  if (run.delaysNames) return dropNames(vector, run)
  // Twins are refused here even where they take turns; elsewhere they become one series.
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

/** Of one series: ranges may be long, so that a whole series may take long. */
const STEPS_AN_ITEM = 64

/** Goes through the series one after the other, some steps at a time. */
class Driver {
  readonly #evaluation: OverRange
  readonly #ranges: Ranges
  readonly #params: readonly (readonly number[])[]
  readonly #call: CallNotes
  readonly #timesMs: Float64Array
  readonly #window: Window
  readonly #range: Range
  readonly #vector: Vector
  /** What was driven so far: of all series, and of the one under way. */
  #points = 0
  #widest = 0
  #start = 0
  #from = 0
  #to = 0
  #pointsOfSeries = 0
  #floatsOfSeries = 0

  constructor(
    evaluation: OverRange,
    ranges: Ranges,
    params: readonly (readonly number[])[],
    call: CallNotes,
    { timesMs }: Frame,
    window: Window,
    vector: Vector,
  ) {
    this.#vector = vector
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
      extension: ranges.extension,
      scratch: new Scratch(),
    }
  }

  /** How many times there is something to drive. */
  get items(): number {
    return this.#ranges.series.length * this.#itemsASeries
  }

  /** How many samples there are by now, histograms by size, and at most were in a range. */
  get held(): number {
    return this.#points + this.#pointsOfSeries + this.#widest
  }

  /** Items follow one another from 0. */
  drive(item: number): void {
    const itemsASeries = this.#itemsASeries
    const part = item % itemsASeries
    if (part === 0) this.#begin((item - part) / itemsASeries)
    this.#apply(part * STEPS_AN_ITEM, Math.min(this.#vector.steps, (part + 1) * STEPS_AN_ITEM))
    if (part === itemsASeries - 1) this.#end()
  }

  get #itemsASeries(): number {
    return Math.ceil(this.#vector.steps / STEPS_AN_ITEM)
  }

  #begin(s: number): void {
    const { labels, samples } = this.#ranges.series[s] as Ranges['series'][number]
    this.#start = this.#vector.addSeries(labels)
    this.#range.samples = samples
    this.#range.labels = labels
    this.#from = this.#to = this.#pointsOfSeries = this.#floatsOfSeries = 0
  }

  /** A series stays only if anything came of it. */
  #end(): void {
    if (this.#floatsOfSeries > 0) this.#evaluation.noteFloats?.(this.#range.labels, this.#call)
    if (this.#pointsOfSeries === 0) this.#vector.labels.pop()
    this.#points += this.#pointsOfSeries
    this.#pointsOfSeries = 0
  }

  #apply(firstStep: number, endStep: number): void {
    const { endsMs, rangeMs } = this.#ranges
    const { behindMs, aheadMs } = this.#window
    const range = this.#range
    const { timesMs } = range.samples
    const { kinds, values } = this.#vector
    const start = this.#start
    let [from, to, widest, floats] = [this.#from, this.#to, this.#widest, 0]
    for (let i = firstStep; i < endStep; i++) {
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
      if (to - from > widest) widest = to - from
      const result = this.#evaluation.apply(range, this.#call)
      if (result === undefined) continue
      if (typeof result === 'number') {
        kinds[start + i] = FLOAT
        values[start + i] = result
        floats++
      } else {
        this.#vector.setHistogram(start + i, result)
        this.#pointsOfSeries += histogramSize(result)
      }
    }
    this.#from = from
    this.#to = to
    this.#widest = widest
    this.#floatsOfSeries += floats
    this.#pointsOfSeries += floats
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
