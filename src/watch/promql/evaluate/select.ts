// Every query starts here, once a series and step: pointers into columns, nothing made per sample
// (npm run bench:promql).
import { firstAfter, isStale } from '../series/samples.ts'
import type { Series } from '../series/storage.ts'
import type { VectorSelector } from '../syntax/ast.ts'
import type { Frame } from './frame.ts'
import { lookTimes } from './look.ts'
import { readSeries } from './read.ts'
import type { Run } from './run.ts'
import { smooth } from './smooth.ts'
import { FLOAT, Vector } from './value.ts'

/** What of a sample is wanted: its value, or (for `timestamp`) the seconds of its time. */
export type Wanted = 'values' | 'times'

/**
 * An instant selector: at each step the last sample of each series that is at most the lookback old, unless that is a
 * stale marker. The lookback is left-open: a sample of exactly that age is too old.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness
 */
export async function selectVector(
  node: VectorSelector,
  frame: Frame,
  run: Run,
  { around, wanted = 'values' }: { readonly around: string; readonly wanted?: Wanted },
): Promise<Vector> {
  const timesMs = lookTimes(node, frame, run)
  const steps = timesMs.length
  const ahead = node.extension === 'smoothed' ? run.lookbackMs : 0
  const series = await readSeries(run, {
    matchers: node.matchers,
    startMs: (timesMs[0] as number) - run.lookbackMs,
    endMs: (timesMs[steps - 1] as number) + ahead,
    hints: { around, rangeMs: 0, stepMs: run.stepMs },
  })
  const vector = new Vector(steps, series.length)
  let found = 0
  await run.budget.inPieces(series.length, steps + 16, s => {
    const each = series[s] as Series
    const start = vector.addSeries(each.labels)
    const points =
      ahead > 0
        ? smooth(vector, start, each.samples, timesMs, run.lookbackMs)
        : place(vector, start, each, timesMs, run.lookbackMs, wanted)
    if (points === 0) vector.labels.pop()
    found += points
    run.budget.allow(found)
  })
  return vector
}

/** Fills in one series; gives the number of its points. */
function place(
  vector: Vector,
  start: number,
  { samples }: Series,
  lookMs: Float64Array,
  lookbackMs: number,
  wanted: Wanted,
): number {
  const { timesMs, values, histograms } = samples
  const { kinds, values: out } = vector
  const length = timesMs.length
  let points = 0
  let after = firstAfter(timesMs, lookMs[0] as number)
  for (let i = 0; i < lookMs.length; i++) {
    const nowMs = lookMs[i] as number
    while (after < length && (timesMs[after] as number) <= nowMs) after++
    if (after === 0) continue
    const at = after - 1
    const timeMs = timesMs[at] as number
    if (timeMs <= nowMs - lookbackMs) continue
    const histogram = histograms?.[at]
    const value = values[at] as number
    if (histogram === undefined && Number.isNaN(value) && isStale(values, at)) continue
    points++
    if (wanted === 'times') {
      kinds[start + i] = FLOAT
      out[start + i] = timeMs / 1000
    } else if (histogram === undefined) {
      kinds[start + i] = FLOAT
      out[start + i] = value
    } else vector.setHistogram(start + i, histogram)
  }
  return points
}
