import { type Buckets, sameLayout } from './buckets.ts'
import { sameBounds } from './custom-bounds.ts'
import { compact } from './layout.ts'
import type { NativeHistogram } from './native-histogram.ts'

/**
 * Whether two histograms hold the same numbers in the same buckets; a NaN equals a NaN. Buckets that are listed but
 * empty count (`compact` takes them away); hints of counter resets don't. This is what `==` asks.
 */
export function equal(a: NativeHistogram, b: NativeHistogram): boolean {
  return alike(a, b, Object.is)
}

/** Whether two histograms are the same but for rounding and empty buckets: |x − y| / (|x| + |y|) < tolerance. */
export function almostEqual(a: NativeHistogram, b: NativeHistogram, tolerance = 1e-6): boolean {
  return alike(compact(a), compact(b), (x, y) => almostSame(x, y, tolerance))
}

/** Whether two numbers are the same but for rounding. NaN is NaN, and an infinity only itself. */
export function almostSame(x: number, y: number, tolerance: number): boolean {
  if (x === y || (Number.isNaN(x) && Number.isNaN(y))) return true
  if (!Number.isFinite(x) || !Number.isFinite(y)) return false
  const difference = Math.abs(x - y)
  const size = Math.abs(x) + Math.abs(y)
  // Next to the smallest numbers a relative error says nothing.
  if (x === 0 || y === 0 || size < SMALLEST_NORMAL) return difference < tolerance * SMALLEST_NORMAL
  return difference / Math.min(size, Number.MAX_VALUE) < tolerance
}

const SMALLEST_NORMAL = 2 ** -1022

function alike(a: NativeHistogram, b: NativeHistogram, same: (x: number, y: number) => boolean): boolean {
  return (
    a.schema === b.schema &&
    same(a.count, b.count) &&
    same(a.sum, b.sum) &&
    same(a.zeroThreshold, b.zeroThreshold) &&
    same(a.zeroCount, b.zeroCount) &&
    sameBounds(a.customValues, b.customValues) &&
    alikeBuckets(a.positive, b.positive, same) &&
    alikeBuckets(a.negative, b.negative, same)
  )
}

function alikeBuckets(a: Buckets, b: Buckets, same: (x: number, y: number) => boolean): boolean {
  return sameLayout(a.indexes, b.indexes) && a.counts.every((count, i) => same(count, b.counts[i] as number))
}
