import { coarserIndex, exponentialBound } from './bounds.ts'
import { type Buckets, compactBuckets, keepBuckets, moveBuckets } from './buckets.ts'
import type { NativeHistogram } from './native-histogram.ts'

/* Changes of a histogram's layout that keep its observations: without empty buckets, coarser, with a wider zero bucket. */

/** The same without empty buckets. */
export function compact(histogram: NativeHistogram): NativeHistogram {
  const [positive, negative] = [compactBuckets(histogram.positive), compactBuckets(histogram.negative)]
  if (positive === histogram.positive && negative === histogram.negative) return histogram
  return { ...histogram, positive, negative }
}

/** The same in a coarser exponential schema. Nothing is done where the schema is no finer than that. */
export function reduceSchema(histogram: NativeHistogram, schema: number): NativeHistogram {
  if (histogram.schema <= schema) return histogram
  const coarser = (index: number): number => coarserIndex(index, histogram.schema, schema)
  return {
    ...histogram,
    schema,
    positive: moveBuckets(histogram.positive, coarser),
    negative: moveBuckets(histogram.negative, coarser),
  }
}

/**
 * The same with a zero bucket that reaches at least to the threshold: what lies within is counted by it. Where the
 * threshold falls into a populated bucket, the zero bucket reaches to the end of that bucket.
 */
export function widenZeroBucket(histogram: NativeHistogram, threshold: number): NativeHistogram {
  if (threshold <= histogram.zeroThreshold) return histogram
  const zeroThreshold = thresholdBetweenBuckets(histogram, threshold)
  const { schema } = histogram
  const isOutside = (_: number, index: number): boolean => exponentialBound(index - 1, schema) >= zeroThreshold
  return compact({
    ...histogram,
    zeroThreshold,
    zeroCount: histogram.zeroCount + within(histogram.positive, isOutside) + within(histogram.negative, isOutside),
    positive: keepBuckets(histogram.positive, isOutside),
    negative: keepBuckets(histogram.negative, isOutside),
  })
}

/** Both with one zero threshold that is in no populated bucket of either. */
export function reconcileZeroBuckets(a: NativeHistogram, b: NativeHistogram): [NativeHistogram, NativeHistogram] {
  let [left, right] = [a, b]
  for (;;) {
    if (left.zeroThreshold < right.zeroThreshold) left = widenZeroBucket(left, right.zeroThreshold)
    else if (left.zeroThreshold > right.zeroThreshold) right = widenZeroBucket(right, left.zeroThreshold)
    else return [left, right]
  }
}

/** The threshold, moved up to the end of the populated bucket that it is in, on either side. */
function thresholdBetweenBuckets(histogram: NativeHistogram, threshold: number): number {
  let reached = threshold
  for (;;) {
    const end = Math.max(
      endOfBucketAt(histogram.positive, histogram.schema, reached),
      endOfBucketAt(histogram.negative, histogram.schema, reached),
    )
    if (end === reached) return reached
    reached = end
  }
}

/** The upper bound of the populated bucket that has this value inside; the value itself where there is none. */
function endOfBucketAt(buckets: Buckets, schema: number, value: number): number {
  for (let i = 0; i < buckets.indexes.length; i++) {
    const index = buckets.indexes[i] as number
    if (exponentialBound(index - 1, schema) >= value) return value
    const end = exponentialBound(index, schema)
    if (end > value && buckets.counts[i] !== 0) return end
  }
  return value
}

function within(buckets: Buckets, isOutside: (count: number, index: number) => boolean): number {
  let total = 0
  buckets.counts.forEach((count, i) => {
    if (!isOutside(count, buckets.indexes[i] as number)) total += count
  })
  return total
}
