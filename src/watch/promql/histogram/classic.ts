import type { BucketRepair } from '../annotations.ts'
import { almostSame } from './equality.ts'

/**
 * The buckets of a classic histogram: series with a label `le` each, whose value is how many observations were less
 * than or equal to it. Bounds ascend, each once; made for one group of series and used at every step of a query, with
 * other counts.
 */
export interface ClassicBuckets {
  readonly bounds: Float64Array
  /** Cumulative: what is in `bounds[i]` is in all after it, too. Changed where it must be repaired. */
  readonly counts: Float64Array
  /** So many of both are in use. */
  size: number
}

/** Differences between counts up to this are rounding: of the sum of both. */
const ROUNDING = 1e-12

/**
 * Makes counts ascend as the bounds do. They may not, when a target was inconsistent, a scrape was torn, or numbers
 * were rounded on their way; and a search for a rank would then find anything. A count that is (all but) the one before
 * it becomes the same; one that is less becomes the same, too, and this is told.
 */
export function repair(buckets: ClassicBuckets): BucketRepair | undefined {
  const { bounds, counts, size } = buckets
  let [lowestBound, highestBound, greatestDifference] = [Infinity, -Infinity, 0]
  let previous = counts[0] as number
  for (let i = 1; i < size; i++) {
    const count = counts[i] as number
    const isNoise = count !== previous && almostSame(previous, count, ROUNDING)
    if (!isNoise && !(count < previous)) {
      previous = count
      continue
    }
    counts[i] = previous
    if (isNoise) continue
    lowestBound = Math.min(lowestBound, bounds[i] as number)
    highestBound = Math.max(highestBound, bounds[i] as number)
    greatestDifference = Math.max(greatestDifference, previous - count)
  }
  return lowestBound > highestBound ? undefined : { lowestBound, highestBound, greatestDifference }
}

/**
 * The φ-quantile of repaired buckets, observations taken to lie evenly within each. The first bucket begins at 0 where
 * its bound is positive, else the answer from it is its bound; that from the last bucket is the bound before it, since
 * it has no end. NaN without a bucket of +Inf, for only one bucket, or without observations. φ lies between 0 and 1.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
export function classicQuantile(phi: number, { bounds, counts, size }: ClassicBuckets): number {
  const all = counts[size - 1]
  if (size < 2 || bounds[size - 1] !== Infinity || all === 0 || all === undefined) return NaN
  const rank = phi * all
  const at = firstWith(counts, rank, size - 1)
  if (at === size - 1) return bounds[size - 2] as number
  const upper = bounds[at] as number
  if (at === 0) return upper <= 0 ? upper : upper * (rank / (counts[0] as number))
  const [lower, below] = [bounds[at - 1] as number, counts[at - 1] as number]
  return lower + (upper - lower) * ((rank - below) / ((counts[at] as number) - below))
}

/**
 * The fraction of observations between two values, with the interpolation of `classicQuantile`. Counts are taken as
 * they are, without repair.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_fraction
 */
export function classicFraction(lower: number, upper: number, buckets: ClassicBuckets): number {
  const { bounds, counts, size } = buckets
  const all = counts[size - 1] as number
  if (bounds[size - 1] !== Infinity || all === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return NaN
  return lower >= upper ? 0 : (rankOf(upper, buckets) - rankOf(lower, buckets)) / all
}

/** How many observations are below a value. */
function rankOf(value: number, { bounds, counts, size }: ClassicBuckets): number {
  const all = counts[size - 1] as number
  let start = (bounds[0] as number) <= 0 ? -Infinity : 0
  let rank = 0
  for (let i = 0; i < size; i++) {
    const [end, count] = [bounds[i] as number, counts[i] as number]
    if (start >= value) return Math.min(rank, all)
    if (end > value) {
      const below = start === -Infinity ? count : rank + ((count - rank) * (value - start)) / (end - start)
      return Math.min(below, all)
    }
    rank = count
    start = end
  }
  return all
}

/** The first of `counts[0..size)` that is no less than the rank; size where there is none. */
function firstWith(counts: Float64Array, rank: number, size: number): number {
  let [low, high] = [0, size]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((counts[middle] as number) >= rank) high = middle
    else low = middle + 1
  }
  return low
}
