import { type Buckets, sameLayout } from './buckets.ts'
import { sameBounds } from './custom-bounds.ts'
import type { NativeHistogram } from './native-histogram.ts'

/** Whether two are equal, NaN to NaN, in all but what they know of a reset. A bucket that is listed empty counts. */
export function sameHistogram(a: NativeHistogram, b: NativeHistogram): boolean {
  return (
    a.schema === b.schema &&
    Object.is(a.count, b.count) &&
    Object.is(a.sum, b.sum) &&
    a.zeroThreshold === b.zeroThreshold &&
    Object.is(a.zeroCount, b.zeroCount) &&
    sameBounds(a.customValues, b.customValues) &&
    sameBuckets(a.positive, b.positive) &&
    sameBuckets(a.negative, b.negative)
  )
}

function sameBuckets(a: Buckets, b: Buckets): boolean {
  return sameLayout(a.indexes, b.indexes) && a.counts.every((count, i) => Object.is(count, b.counts[i]))
}
