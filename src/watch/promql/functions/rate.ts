// The most called code of the engine: plain loops over columns and no allocation, because a dashboard runs it once a
// series and step (npm run bench:promql).
import type { Labels } from '../../../kernel/labels.ts'
import { contentOf } from './floats.ts'
import type { CallNotes, OverRange, Range } from './function.ts'
import { tellOfPossibleNonCounter, warnOfMix } from './notes.ts'

/**
 * `rate(v)`: the per-second increase of each counter over the range, extrapolated to the whole range.
 *
 * A value below its predecessor is a reset: the counter started again at 0. Needs two samples.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
 */
export const rate: OverRange = extrapolated({ isCounter: true, isPerSecond: true })

/**
 * `increase(v)`: `rate(v)` times the seconds of the range.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#increase
 */
export const increase: OverRange = extrapolated({ isCounter: true, isPerSecond: false })

/**
 * `delta(v)`: the difference between the last and the first value of each gauge, extrapolated to the whole range.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#delta
 */
export const delta: OverRange = extrapolated({ isCounter: false, isPerSecond: false })

interface Kind {
  readonly isCounter: boolean
  readonly isPerSecond: boolean
}

function extrapolated({ isCounter, isPerSecond }: Kind): OverRange {
  return {
    shape: 'over-range',
    apply(range, call) {
      const content = contentOf(range)
      if (content === 'mixed') return warnOfMix(range.labels, call)
      if (content === 'histograms' || range.to - range.from < 2) return undefined
      const gained = gain(range, isCounter)
      const first = range.samples.values[range.from] as number
      return (
        gained * extrapolation(range, isPerSecond, isCounter && gained > 0 && first >= 0 ? first / gained : Infinity)
      )
    },
    ...(isCounter && { noteFloats: doubtCounter }),
  }
}

/** How much the values went up: last − first, and for a counter what each reset took away. */
function gain({ samples: { values }, from, to }: Range, isCounter: boolean): number {
  let previous = values[from] as number
  let gained = (values[to - 1] as number) - previous
  if (!isCounter) return gained
  for (let i = from + 1; i < to; i++) {
    const value = values[i] as number
    if (value < previous) gained += previous
    previous = value
  }
  return gained
}

/**
 * What turns the gain between the first and the last sample into that of the whole range. Where the samples end
 * within 110 % of their average distance from an end of the range, they are taken to go on to it; else the series is
 * taken to start or end half an average distance beyond. A counter is not followed back beyond its zero, which lies
 * `zeroShare` times the sampled time before the first sample.
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
  return isPerSecond ? factor / seconds(endMs - startMs) : factor
}

/** Whole seconds and the rest apart, which rounds as Prometheus' durations do. */
function seconds(ms: number): number {
  return Math.floor(ms / 1000) + (ms % 1000) / 1000
}

/** Only names are looked at: the type of a metric is not known here. */
function doubtCounter(labels: Labels, call: CallNotes): void {
  const { name } = labels
  if (name !== '' && !/_(total|sum|count|bucket)$/.test(name)) tellOfPossibleNonCounter(name, call)
}
