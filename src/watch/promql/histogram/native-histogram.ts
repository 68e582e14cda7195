import { type Buckets, NO_BUCKETS } from './buckets.ts'

/** The schema of custom buckets, whose bounds are listed (`customValues`). */
export const CUSTOM_BUCKETS = -53
/** The coarsest and the finest exponential schema. */
export const COARSEST_SCHEMA = -4
export const FINEST_SCHEMA = 8

/**
 * What is known of a counter reset between a histogram and the one before it.
 * - `unknown`: compare the two
 * - `reset`: there was one; `not-reset`: there was none
 * - `gauge`: it is no counter, so that it may go up and down
 */
export type CounterReset = 'unknown' | 'reset' | 'not-reset' | 'gauge'

/**
 * A native histogram: one sample that holds a whole distribution. Immutable; all counts are floats, because a rate of
 * counts is a fraction.
 *
 * **Exponential schemas, −4 ≤ n ≤ 8.** Bounds grow by the factor b = 2^(2^−n) and 1 is always one of them, so schema 0
 * doubles (…, ½, 1, 2, 4, …), schema 1 takes two steps a doubling (1, √2, 2, …), schema −1 squares (1, 4, 16, …). The
 * positive bucket of index i counts the observations v with b^(i−1) < v ≤ b^i; the negative one of index i mirrors it:
 * −b^i ≤ v < −b^(i−1). So index 0 ends at 1. What lies within ±`zeroThreshold` is counted by the zero bucket. Schema
 * n+1 splits each bucket of schema n in two, which is why a finer histogram can always be made coarser, and histograms
 * of different schemas can be added.
 *
 * **Custom buckets, schema −53.** `customValues` are upper bounds in ascending order: bucket i counts
 * customValues[i−1] < v ≤ customValues[i], the first one everything up to customValues[0], and the bucket after the
 * last bound all above it. There is neither a zero bucket nor a negative side. This is what a classic histogram with
 * its `le` bounds becomes.
 *
 * `count` is of all observations. Those of NaN are in `count` but in no bucket, and make `sum` NaN.
 *
 * @see https://prometheus.io/docs/specs/native_histograms/
 */
export interface NativeHistogram {
  readonly schema: number
  readonly count: number
  readonly sum: number
  readonly zeroThreshold: number
  readonly zeroCount: number
  readonly positive: Buckets
  readonly negative: Buckets
  /** Upper bounds of custom buckets; empty for exponential schemas. */
  readonly customValues: readonly number[]
  readonly counterReset: CounterReset
}

const EMPTY: NativeHistogram = {
  schema: 0,
  count: 0,
  sum: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  positive: NO_BUCKETS,
  negative: NO_BUCKETS,
  customValues: [],
  counterReset: 'unknown',
}

/** A histogram of which only what differs from an empty one of schema 0 is given. */
export function nativeHistogram(parts: Partial<NativeHistogram>): NativeHistogram {
  return { ...EMPTY, ...parts }
}

export function hasCustomBuckets(histogram: NativeHistogram): boolean {
  return histogram.schema === CUSTOM_BUCKETS
}
