import { KahanSum } from '../kahan.ts'
import { hasCustomBuckets, type NativeHistogram } from './native-histogram.ts'
import { type Bucket, bucketAt, bucketCount } from './walk.ts'

/** The mean of a histogram's observations, exact but for rounding: sum / count. */
export function histogramMean(histogram: NativeHistogram): number {
  return histogram.sum / histogram.count
}

/**
 * The variance of a histogram's observations, as if all of a bucket were at its middle: the geometric mean of its
 * bounds, the arithmetic one for custom buckets, zero for the zero bucket.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_stddev-and-histogram_stdvar
 */
export function histogramVariance(histogram: NativeHistogram): number {
  const mean = histogramMean(histogram)
  const squares = new KahanSum()
  for (let place = 0; place < bucketCount(histogram); place++) {
    const bucket = bucketAt(histogram, place)
    if (bucket.count === 0) continue
    const distance = middleOf(bucket, hasCustomBuckets(histogram)) - mean
    squares.add(bucket.count * distance * distance)
  }
  return squares.total / histogram.count
}

function middleOf({ lower, upper }: Bucket, isCustom: boolean): number {
  if (isCustom) return (upper + lower) / 2
  if (lower <= 0 && upper >= 0) return 0
  const middle = Math.sqrt(upper * lower)
  return upper < 0 ? -middle : middle
}
