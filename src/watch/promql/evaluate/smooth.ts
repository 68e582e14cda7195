import { PromQLError } from '../error.ts'
import { firstAfter, isStale, type Samples } from '../series/samples.ts'
import type { Vector } from './value.ts'

/**
 * `smoothed` on an instant selector (experimental): the value at each time, interpolated between the samples before
 * and after it, as far as the lookback on either side; the last one before where none follows. Gives the number of
 * points.
 */
export function smooth(
  vector: Vector,
  start: number,
  samples: Samples,
  lookMs: Float64Array,
  lookbackMs: number,
): number {
  let points = 0
  for (let i = 0; i < lookMs.length; i++) {
    const value = valueAt(samples, lookMs[i] as number, lookbackMs)
    if (value === undefined) continue
    vector.setFloat(start + i, value)
    points++
  }
  return points
}

function valueAt(samples: Samples, timeMs: number, lookbackMs: number): number | undefined {
  const { timesMs, values } = samples
  const before = neighbour(samples, firstAfter(timesMs, timeMs) - 1, -1, timeMs - lookbackMs, timeMs + lookbackMs)
  if (before === undefined) return undefined
  const [fromMs, from] = [timesMs[before] as number, values[before] as number]
  if (fromMs === timeMs) return from
  const after = neighbour(samples, before + 1, 1, timeMs - lookbackMs, timeMs + lookbackMs)
  if (after === undefined) return from
  const [toMs, to] = [timesMs[after] as number, values[after] as number]
  return from + ((to - from) * (timeMs - fromMs)) / (toMs - fromMs)
}

/** The next sample in one direction that is no stale marker, within startMs < t ≤ endMs. */
function neighbour(
  { timesMs, values, histograms }: Samples,
  from: number,
  direction: 1 | -1,
  startMs: number,
  endMs: number,
): number | undefined {
  for (let i = from; i >= 0 && i < timesMs.length; i += direction) {
    const timeMs = timesMs[i] as number
    if (timeMs <= startMs || timeMs > endMs) return undefined
    if (histograms?.[i] !== undefined) throw noHistograms()
    if (!isStale(values, i)) return i
  }
  return undefined
}

export function noHistograms(): PromQLError {
  return new PromQLError('execution', 'smoothed and anchored modifiers do not work with native histograms')
}
