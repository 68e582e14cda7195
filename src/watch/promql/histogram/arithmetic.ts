import { combineBuckets, mapCounts, NO_BUCKETS } from './buckets.ts'
import { sameBounds, sharedBounds, withBounds } from './custom-bounds.ts'
import { reconcileZeroBuckets, reduceSchema } from './layout.ts'
import { type CounterReset, hasCustomBuckets, type NativeHistogram } from './native-histogram.ts'

/** A sum or difference, and what should be said of it. */
export interface Combined {
  readonly histogram: NativeHistogram
  /** One was just reset and the other was not, so that they are likely not of one counter. */
  readonly resetsCollide: boolean
  /** Their custom bounds differed: the result has those that are in both. */
  readonly boundsReconciled: boolean
}

/**
 * a + b. The result has the coarser schema and the wider zero bucket, or the custom bounds that both have; it may hold
 * empty buckets (`compact`). Undefined where one has exponential and the other custom buckets.
 */
export function add(a: NativeHistogram, b: NativeHistogram): Combined | undefined {
  return combine(a, b, 1)
}

/** a − b, as `add`. The operator `-` and the rate functions mark their result as a gauge (`asGauge`). */
export function subtract(a: NativeHistogram, b: NativeHistogram): Combined | undefined {
  return combine(a, b, -1)
}

/** Every count and the sum times a factor. A negative factor makes a gauge of it. */
export function multiply(histogram: NativeHistogram, factor: number): NativeHistogram {
  return scale(histogram, value => value * factor, factor < 0)
}

/** Every count and the sum through a divisor. Division by zero leaves no buckets. */
export function divide(histogram: NativeHistogram, divisor: number): NativeHistogram {
  const scaled = scale(histogram, value => value / divisor, divisor < 0)
  return divisor === 0 ? { ...scaled, positive: NO_BUCKETS, negative: NO_BUCKETS } : scaled
}

export function asGauge(histogram: NativeHistogram): NativeHistogram {
  return { ...histogram, counterReset: 'gauge' }
}

/** Both in one layout; undefined where there is none. */
export function align(
  a: NativeHistogram,
  b: NativeHistogram,
): { left: NativeHistogram; right: NativeHistogram; boundsReconciled: boolean } | undefined {
  if (hasCustomBuckets(a) !== hasCustomBuckets(b)) return undefined
  if (!hasCustomBuckets(a)) {
    const [left, right] = reconcileZeroBuckets(a, b)
    const schema = Math.min(a.schema, b.schema)
    return { left: reduceSchema(left, schema), right: reduceSchema(right, schema), boundsReconciled: false }
  }
  if (sameBounds(a.customValues, b.customValues)) return { left: a, right: b, boundsReconciled: false }
  const bounds = sharedBounds(a.customValues, b.customValues)
  return { left: withBounds(a, bounds), right: withBounds(b, bounds), boundsReconciled: true }
}

/** What is known of resets of a sum or difference of two. */
export function combineResets(a: CounterReset, b: CounterReset): CounterReset {
  if (a === b) return a
  return a === 'gauge' || b === 'gauge' ? 'gauge' : 'unknown'
}

function combine(a: NativeHistogram, b: NativeHistogram, sign: 1 | -1): Combined | undefined {
  const aligned = align(a, b)
  if (aligned === undefined) return undefined
  const { left, right, boundsReconciled } = aligned
  const histogram = {
    ...left,
    count: left.count + sign * right.count,
    sum: left.sum + sign * right.sum,
    zeroCount: left.zeroCount + sign * right.zeroCount,
    positive: combineBuckets(left.positive, right.positive, sign),
    negative: combineBuckets(left.negative, right.negative, sign),
    counterReset: combineResets(a.counterReset, b.counterReset),
  }
  return { histogram, resetsCollide: resetsCollide(a.counterReset, b.counterReset), boundsReconciled }
}

function resetsCollide(a: CounterReset, b: CounterReset): boolean {
  return (a === 'reset' && b === 'not-reset') || (a === 'not-reset' && b === 'reset')
}

function scale(histogram: NativeHistogram, change: (value: number) => number, isNegative: boolean): NativeHistogram {
  return {
    ...histogram,
    count: change(histogram.count),
    sum: change(histogram.sum),
    zeroCount: change(histogram.zeroCount),
    positive: mapCounts(histogram.positive, change),
    negative: mapCounts(histogram.negative, change),
    counterReset: isNegative ? 'gauge' : histogram.counterReset,
  }
}
