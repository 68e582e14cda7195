// Called once a series and step, as the rates are: no allocation.
import type { Range } from './function.ts'

/** Which of `rate`, `increase` and `delta` it is. */
export interface RateKind {
  readonly isCounter: boolean
  readonly isPerSecond: boolean
}

/**
 * What turns the gain between the first and the last sample, of at least two, into that of the whole range. Where the
 * samples end within 110 % of their average distance from an end of the range, they are taken to go on to it; else the
 * series is taken to start or end half an average distance beyond. A counter is not followed back beyond its zero,
 * which lies `zeroShare` times the sampled time before the first sample.
 */
export function extrapolation(
  { samples: { timesMs }, from, to, startMs, endMs }: Range,
  isPerSecond: boolean,
  zeroShare: number,
): number {
  const firstMs = timesMs[from] as number
  const lastMs = timesMs[to - 1] as number
  const sampledSeconds = (lastMs - firstMs) / 1000
  const averageSeconds = sampledSeconds / (to - from - 1)
  const thresholdSeconds = averageSeconds * 1.1
  let toStartSeconds = (firstMs - startMs) / 1000
  if (toStartSeconds >= thresholdSeconds) toStartSeconds = averageSeconds / 2
  const toZeroSeconds = sampledSeconds * zeroShare
  if (toZeroSeconds < toStartSeconds) toStartSeconds = toZeroSeconds
  let toEndSeconds = (endMs - lastMs) / 1000
  if (toEndSeconds >= thresholdSeconds) toEndSeconds = averageSeconds / 2
  const factor = (sampledSeconds + toStartSeconds + toEndSeconds) / sampledSeconds
  return isPerSecond ? factor / rangeSeconds(endMs - startMs) : factor
}

/** Whole seconds and the rest apart, which rounds as Prometheus' durations do. */
export function rangeSeconds(ms: number): number {
  return Math.floor(ms / 1000) + (ms % 1000) / 1000
}
