/**
 * Fixed logarithmic latency buckets, the same in every gateway and every release, so that histograms
 * of different processes and moments can be added, subtracted and compared.
 */

const FIRST_MS = 0.5
const LAST_MS = 60_000
/** Steps from 0.5 ms to 60 s: 120000^(1/240) = 1.0499, so no bucket is wider than 5 % of its lower bound. */
const STEPS = 240
const LOG_STEP = Math.log(LAST_MS / FIRST_MS) / STEPS

/**
 * Upper bounds in milliseconds, inclusive, ascending: bucket 0 holds everything up to 0.5 ms, bucket
 * `i` what is over bound `i − 1` and not over bound `i`; the last bound is infinite.
 */
export const BUCKETS: readonly number[] = [
  ...Array.from({ length: STEPS + 1 }, (_, i) => Number((FIRST_MS * Math.exp(i * LOG_STEP)).toPrecision(6))),
  Number.POSITIVE_INFINITY,
]

const OVERFLOW = BUCKETS.length - 1

/** The bucket of a duration in milliseconds. */
export function bucketOf(ms: number): number {
  if (!(ms > FIRST_MS)) return 0
  if (ms > LAST_MS) return OVERFLOW
  let i = Math.ceil(Math.log(ms / FIRST_MS) / LOG_STEP)
  // The logarithm is off by an ulp at most and the bounds are rounded: one step either way puts it right.
  if (ms <= (BUCKETS[i - 1] ?? 0)) i -= 1
  else if (ms > (BUCKETS[i] ?? 0)) i += 1
  return i
}

/** A histogram as pairs: bucket, count, bucket, count, …, buckets ascending, counts above zero. */
export type Histogram = readonly number[]

/** Writes counts by bucket as pairs. */
export function sparse(counts: ArrayLike<number>): number[] {
  const pairs: number[] = []
  for (let bucket = 0; bucket < counts.length; bucket++) {
    const count = counts[bucket] ?? 0
    if (count > 0) pairs.push(bucket, count)
  }
  return pairs
}

/** Reads pairs into counts by bucket, adding to `into` where given. */
export function dense(histogram: Histogram, into = new Float64Array(BUCKETS.length)): Float64Array {
  for (let i = 0; i + 1 < histogram.length; i += 2) {
    const bucket = histogram[i] ?? 0
    into[bucket] = (into[bucket] ?? 0) + (histogram[i + 1] ?? 0)
  }
  return into
}

/** What was counted between two readings of one monotonic histogram. */
export function since(earlier: Histogram, later: Histogram): number[] {
  const before = dense(earlier)
  return sparse(dense(later).map((count, bucket) => count - (before[bucket] ?? 0)))
}

/** Adds histograms. */
export function sum(histograms: Iterable<Histogram>): number[] {
  const total = new Float64Array(BUCKETS.length)
  for (const histogram of histograms) dense(histogram, total)
  return sparse(total)
}

/** How many were counted. */
export function total(histogram: Histogram): number {
  let count = 0
  for (let i = 1; i < histogram.length; i += 2) count += histogram[i] ?? 0
  return count
}

/**
 * The upper bound, in milliseconds, of the bucket in which quantile `q` (0…1) lies: never below the
 * true quantile and at most 5 % above it. `undefined` for an empty histogram, infinite over 60 s.
 */
export function quantile(histogram: Histogram, q: number): number | undefined {
  const count = total(histogram)
  if (count === 0) return undefined
  const rank = Math.max(1, Math.ceil(q * count))
  let seen = 0
  for (let i = 0; i + 1 < histogram.length; i += 2) {
    seen += histogram[i + 1] ?? 0
    if (seen >= rank) return BUCKETS[histogram[i] ?? 0]
  }
  return Number.POSITIVE_INFINITY
}

/** How many took longer than the bucket bound at or above `thresholdMs`: exact when it is a bound itself. */
export function countOver(histogram: Histogram, thresholdMs: number): number {
  const limit = bucketOf(thresholdMs)
  let count = 0
  for (let i = 0; i + 1 < histogram.length; i += 2) {
    if ((histogram[i] ?? 0) > limit) count += histogram[i + 1] ?? 0
  }
  return count
}
