import type { Buckets } from './buckets.ts'
import {
  COARSEST_SCHEMA,
  CUSTOM_BUCKETS,
  FINEST_SCHEMA,
  hasCustomBuckets,
  type NativeHistogram,
} from './native-histogram.ts'

/**
 * What is wrong with a histogram that came from outside, in Prometheus' words; undefined where nothing is. A count that
 * is less than that of its buckets is let through, because counts are floats.
 */
export function faultOf(histogram: NativeHistogram): string | undefined {
  const { schema } = histogram
  if (
    !hasCustomBuckets(histogram) &&
    (schema < COARSEST_SCHEMA || schema > FINEST_SCHEMA || !Number.isInteger(schema))
  ) {
    return `histogram has an invalid schema, which must be between ${COARSEST_SCHEMA} and ${FINEST_SCHEMA} for exponential buckets, or ${CUSTOM_BUCKETS} for custom buckets, got schema ${schema}`
  }
  return (
    (hasCustomBuckets(histogram) ? faultOfCustom(histogram) : faultOfExponential(histogram)) ??
    (histogram.count < 0
      ? `observation count is ${histogram.count}: histogram's observation count is negative`
      : undefined) ??
    faultOfSide('positive', histogram.positive)
  )
}

function faultOfExponential({ negative, zeroCount, customValues }: NativeHistogram): string | undefined {
  if (zeroCount < 0) {
    return `zero bucket has observation count of ${zeroCount}: histogram has a bucket whose observation count is negative`
  }
  if (customValues.length > 0) return 'histogram with exponential schema must not have custom bounds'
  return faultOfSide('negative', negative)
}

function faultOfCustom({
  customValues,
  positive,
  negative,
  zeroCount,
  zeroThreshold,
}: NativeHistogram): string | undefined {
  for (const [i, bound] of customValues.entries()) {
    if (Number.isNaN(bound)) return 'custom buckets: histogram custom bounds must not be NaN'
    if (!Number.isFinite(bound)) return 'custom buckets: histogram custom bounds must be finite'
    if (i > 0 && bound <= (customValues[i - 1] as number)) {
      return 'custom buckets: histogram custom bounds must be in strictly increasing order'
    }
  }
  if ((positive.indexes[0] ?? 0) < 0) return 'custom buckets: histogram has a span whose offset is negative'
  if ((positive.indexes.at(-1) ?? 0) > customValues.length) return 'custom buckets: histogram custom bounds are too few'
  if (zeroCount !== 0) return 'custom buckets: must have zero count of 0'
  if (zeroThreshold !== 0) return 'custom buckets: must have zero threshold of 0'
  return negative.indexes.length > 0 ? 'custom buckets: must not have negative buckets' : undefined
}

function faultOfSide(side: string, { indexes, counts }: Buckets): string | undefined {
  if (indexes.length !== counts.length) {
    return `${side} side: spans need ${indexes.length} buckets, have ${counts.length} buckets: histogram spans specify different number of buckets than provided`
  }
  for (let i = 0; i < indexes.length; i++) {
    if (i > 0 && (indexes[i] as number) <= (indexes[i - 1] as number)) {
      return `${side} side: histogram has a span whose offset is negative`
    }
    if ((counts[i] as number) < 0) {
      return `${side} side: bucket number ${i + 1} has observation count of ${counts[i]}: histogram has a bucket whose observation count is negative`
    }
  }
  return undefined
}
