import { annotate, divide, type NativeHistogram } from '../histogram/index.ts'
import { type Edges, edgesOf } from './edges.ts'
import { extendedIncrease } from './extended-increase.ts'
import { type RateKind, rangeSeconds } from './extrapolation.ts'
import type { Content } from './floats.ts'
import type { CallNotes, Range } from './function.ts'

/**
 * `rate`, `increase` and `delta` of `v[…] anchored` and `v[…] smoothed`: between the two ends of the range themselves,
 * without extrapolation. Anchored, an end has the value of the last sample before it; smoothed, it lies on the line
 * between the samples on both sides of it, where there are such. A counter that was reset between the two rose from 0.
 * Experimental.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/#range-vector-selectors
 */
export function extendedRate(
  range: Range,
  content: Content,
  { isCounter, isPerSecond }: RateKind,
  call: CallNotes,
): number | NativeHistogram | undefined {
  const edges = edgesOf(range)
  if (edges === undefined) return undefined
  const seconds = rangeSeconds(range.endMs - range.startMs)
  if (content === 'histograms') {
    const { histogram, notes } = extendedIncrease(range, edges, isCounter)
    annotate(call.notes, notes, call.spanOf(0))
    return histogram === undefined || !isPerSecond ? histogram : divide(histogram, seconds)
  }
  const gained = extendedGain(range, edges, isCounter)
  return isPerSecond ? gained / seconds : gained
}

function extendedGain(range: Range, { first, last }: Edges, isCounter: boolean): number {
  const { samples, startMs, endMs, extension } = range
  const { timesMs, values } = samples
  const isSmoothed = extension === 'smoothed'
  const startsBefore = (timesMs[first] as number) < startMs
  const endsAfter = (timesMs[last] as number) > endMs
  const left = isSmoothed && startsBefore ? valueAt(range, first, startMs, isCounter) : (values[first] as number)
  const right = isSmoothed && endsAfter ? valueAt(range, last - 1, endMs, isCounter) : (values[last] as number)
  if (!isCounter) return right - left
  let gained = right - left
  let previous = left
  const within = (timesMs[first] as number) <= startMs ? first + 1 : first
  const until = (timesMs[last] as number) >= endMs ? last : last + 1
  for (let i = within; i < until; i++) {
    const value = values[i] as number
    if (value < previous) gained += previous
    previous = value
  }
  return right < previous ? gained + previous : gained
}

/** On the line between a row and the next. */
function valueAt({ samples: { timesMs, values } }: Range, row: number, timeMs: number, isCounter: boolean): number {
  const beforeMs = timesMs[row] as number
  const after = values[row + 1] as number
  let before = values[row] as number
  if (isCounter && after < before) before = 0
  return before + ((after - before) * (timeMs - beforeMs)) / ((timesMs[row + 1] as number) - beforeMs)
}
