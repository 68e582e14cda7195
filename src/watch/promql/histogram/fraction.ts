import { hasCustomBuckets, type NativeHistogram } from './native-histogram.ts'
import { forMetric, info } from './note.ts'
import { hasNaN, type NotedNumber } from './quantile.ts'
import { type Bucket, bucketAt, bucketCount, countAt, oneSided } from './walk.ts'

const NAN_IS_EXCLUDED = info('input to histogram_fraction has NaN observations, which are excluded from all fractions')

/**
 * The fraction of observations between two values: the inverse of the quantile, with the same interpolation. NaN
 * without observations or for a bound of NaN; 0 where lower ≥ upper. Observations of NaN lie between no values.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_fraction
 */
export function histogramFraction(
  lower: number,
  upper: number,
  histogram: NativeHistogram,
  metricName: string,
): NotedNumber {
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return { value: NaN, notes: [] }
  if (lower >= upper) return { value: 0, notes: [] }
  const buckets = Array.from({ length: bucketCount(histogram) }, (_, place) => bucketAt(histogram, place))
  const isMissingSome = hasNaN(histogram)
  const all = Number.isNaN(histogram.sum) ? countInBuckets(histogram) : histogram.count
  const below = rankOf(lower, buckets, histogram, all)
  const value = (rankOf(upper, buckets, histogram, all) - below) / histogram.count
  return { value, notes: isMissingSome ? [forMetric(NAN_IS_EXCLUDED, metricName)] : [] }
}

/** How many observations are below a value. */
function rankOf(value: number, buckets: readonly Bucket[], histogram: NativeHistogram, all: number): number {
  let rank = 0
  for (const each of buckets) {
    const isZero = each.lower <= 0 && each.upper >= 0
    const bucket = isZero ? oneSided(each, histogram) : each
    if (bucket.lower >= value) return Math.min(rank, all)
    if (bucket.upper > value) {
      return Math.min(within(value, bucket, rank, isZero || hasCustomBuckets(histogram)), all)
    }
    rank += bucket.count
  }
  return all
}

function within(value: number, bucket: Bucket, rank: number, isLinear: boolean): number {
  const { lower, upper, count } = bucket
  // Nothing is known of where observations lie between −∞ and a bound: they count as below the value.
  if (isLinear) return lower === -Infinity ? count : rank + (count * (value - lower)) / (upper - lower)
  const [logLower, logUpper, log] = [Math.log2(Math.abs(lower)), Math.log2(Math.abs(upper)), Math.log2(Math.abs(value))]
  const fraction = value > 0 ? (log - logLower) / (logUpper - logLower) : 1 - (log - logUpper) / (logLower - logUpper)
  return rank + count * fraction
}

function countInBuckets(histogram: NativeHistogram): number {
  let total = 0
  for (let place = 0; place < bucketCount(histogram); place++) total += countAt(histogram, place)
  return total
}
