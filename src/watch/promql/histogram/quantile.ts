import { hasCustomBuckets, type NativeHistogram } from './native-histogram.ts'
import { forMetric, info, type Note } from './note.ts'
import { type Bucket, bucketAt, bucketCount, countAt, oneSided } from './walk.ts'

/** A number, and what to say of it. */
export interface NotedNumber {
  readonly value: number
  readonly notes: readonly Note[]
}

const NO_NOTES: readonly Note[] = []

/**
 * The φ-quantile of a native histogram: the bucket that holds the observation of that rank, and its place in there.
 * Within an exponential bucket observations are taken to lie evenly on a logarithmic scale; within the zero bucket and
 * custom buckets evenly on the linear one. −∞ for φ < 0, +∞ for φ > 1, NaN without observations or for φ = NaN.
 *
 * Observations of NaN count as greater than all others: a quantile among them is NaN.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
export function histogramQuantile(phi: number, histogram: NativeHistogram, metricName: string): NotedNumber {
  if (phi < 0) return { value: -Infinity, notes: NO_NOTES }
  if (phi > 1) return { value: Infinity, notes: NO_NOTES }
  if (histogram.count === 0 || Number.isNaN(phi)) return { value: NaN, notes: NO_NOTES }
  const found = find(phi, histogram)
  if (hasCustomBuckets(histogram)) {
    const { lower, upper } = found.bucket
    if (lower === -Infinity && upper <= 0) return { value: upper, notes: NO_NOTES }
    if (lower !== -Infinity && upper === Infinity) return { value: lower, notes: NO_NOTES }
  }
  const bucket = bounded(found.bucket, histogram)
  if (found.reached < found.rank) return beyondBuckets(histogram, bucket, metricName)
  const rankInBucket = found.isForward ? found.rank - (found.reached - bucket.count) : found.reached - found.rank
  return {
    value: interpolate(bucket, rankInBucket / bucket.count, hasCustomBuckets(histogram)),
    notes: hasNaN(histogram) ? [forMetric(SKEWED, metricName)] : NO_NOTES,
  }
}

const SKEWED = info('input to histogram_quantile has NaN observations, result is skewed higher')
const IS_NAN = info('input to histogram_quantile has NaN observations, result is NaN')

interface Found {
  readonly bucket: Bucket
  readonly rank: number
  /** The count of the buckets up to this one, from that end at which the search began. */
  readonly reached: number
  readonly isForward: boolean
}

/**
 * The bucket with the observation of that rank, looked for from the nearer end; from the lower one where NaN was
 * observed, since NaN is beyond the upper end.
 */
function find(phi: number, histogram: NativeHistogram): Found {
  const isForward = Number.isNaN(histogram.sum) || phi < 0.5
  const rank = (isForward ? phi : 1 - phi) * histogram.count
  const places = bucketCount(histogram)
  let reached = 0
  let step = 0
  for (; step < places; step++) {
    const count = countAt(histogram, isForward ? step : places - 1 - step)
    if (count === 0) continue
    reached += count
    if (reached >= rank) break
  }
  const at = Math.min(step, places - 1)
  const bucket = places === 0 ? { lower: 0, upper: 0, count: 0 } : bucketAt(histogram, isForward ? at : places - 1 - at)
  return { bucket, rank, reached: Math.min(reached, histogram.count), isForward }
}

/** As far as observations are to be expected: from 0 instead of −∞ in the first custom bucket, as in classic ones. */
function bounded(bucket: Bucket, histogram: NativeHistogram): Bucket {
  if (hasCustomBuckets(histogram)) return bucket.lower === -Infinity ? { ...bucket, lower: 0 } : bucket
  return bucket.lower < 0 && bucket.upper > 0 ? oneSided(bucket, histogram) : bucket
}

/** The rank lies behind all buckets: among observations of NaN, or by rounding. */
function beyondBuckets(histogram: NativeHistogram, bucket: Bucket, metricName: string): NotedNumber {
  if (!Number.isNaN(histogram.sum)) return { value: bucket.upper, notes: NO_NOTES }
  return { value: NaN, notes: [forMetric(IS_NAN, metricName)] }
}

/** A sum of NaN comes of observations of NaN, or of −∞ and +∞; only the former are in no bucket. */
export function hasNaN(histogram: NativeHistogram): boolean {
  if (!Number.isNaN(histogram.sum)) return false
  let inBuckets = 0
  for (let place = 0; place < bucketCount(histogram); place++) inBuckets += countAt(histogram, place)
  return inBuckets < histogram.count
}

function interpolate(bucket: Bucket, fraction: number, isCustom: boolean): number {
  const { lower, upper } = bucket
  if (isCustom || (lower <= 0 && upper >= 0)) return lower + (upper - lower) * fraction
  const [logLower, logUpper] = [Math.log2(Math.abs(lower)), Math.log2(Math.abs(upper))]
  if (lower > 0) return 2 ** (logLower + (logUpper - logLower) * fraction)
  return -(2 ** (logUpper + (logLower - logUpper) * (1 - fraction)))
}
