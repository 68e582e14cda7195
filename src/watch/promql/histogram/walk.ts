import { upperBound } from './bounds.ts'
import type { NativeHistogram } from './native-histogram.ts'

/** A bucket with its bounds, of which one belongs to it. */
export interface Bucket {
  readonly lower: number
  readonly upper: number
  readonly count: number
}

/*
 * A histogram's buckets in order of value, by their place in it: negative ones from the lowest up, the zero bucket
 * where it is populated, positive ones. Counts are read without bounds, because a bound costs more than a count.
 */

/** How many places there are. */
export function bucketCount(histogram: NativeHistogram): number {
  const { negative, positive } = histogram
  return negative.indexes.length + positive.indexes.length + (histogram.zeroCount > 0 ? 1 : 0)
}

export function countAt(histogram: NativeHistogram, place: number): number {
  const { negative, positive, zeroCount } = histogram
  const below = negative.counts.length
  if (place < below) return negative.counts[below - 1 - place] as number
  if (zeroCount <= 0) return positive.counts[place - below] as number
  return place === below ? zeroCount : (positive.counts[place - below - 1] as number)
}

/** Where a bucket next to the zero bucket reaches into it, it ends at the zero threshold. */
export function bucketAt(histogram: NativeHistogram, place: number): Bucket {
  const { negative, positive, schema, customValues, zeroThreshold, zeroCount } = histogram
  const count = countAt(histogram, place)
  const below = negative.indexes.length
  if (place < below) {
    const index = negative.indexes[below - 1 - place] as number
    const upper = -upperBound(index - 1, schema, customValues)
    return {
      lower: -upperBound(index, schema, customValues),
      upper: upper < 0 && upper > -zeroThreshold ? -zeroThreshold : upper,
      count,
    }
  }
  if (zeroCount > 0 && place === below) return { lower: -zeroThreshold, upper: zeroThreshold, count }
  const index = positive.indexes[place - below - (zeroCount > 0 ? 1 : 0)] as number
  const lower = upperBound(index - 1, schema, customValues)
  return {
    lower: lower > 0 && lower < zeroThreshold ? zeroThreshold : lower,
    upper: upperBound(index, schema, customValues),
    count,
  }
}

/**
 * The zero bucket of a histogram that has observations on one side only reaches from zero to that side: negative
 * durations are not to be expected where there was never one. Other buckets as they are.
 */
export function oneSided(bucket: Bucket, histogram: NativeHistogram): Bucket {
  const [hasNegative, hasPositive] = [histogram.negative.indexes.length > 0, histogram.positive.indexes.length > 0]
  if (hasNegative === hasPositive) return bucket
  return hasPositive ? { ...bucket, lower: 0 } : { ...bucket, upper: 0 }
}
