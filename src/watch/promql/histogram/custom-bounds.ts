import { moveBuckets } from './buckets.ts'
import type { NativeHistogram } from './native-histogram.ts'

/** Whether two histograms of custom buckets have the same bounds. */
export function sameBounds(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((bound, i) => bound === b[i]))
}

/** The bounds that are in both, ascending: the finest buckets into which those of both can be put whole. */
export function sharedBounds(a: readonly number[], b: readonly number[]): readonly number[] {
  const others = new Set(b)
  return a.filter(bound => others.has(bound))
}

/** The same histogram with some of its bounds taken away; buckets between bounds that stay are added. */
export function withBounds(histogram: NativeHistogram, bounds: readonly number[]): NativeHistogram {
  if (sameBounds(histogram.customValues, bounds)) return histogram
  const targetOf = (index: number): number => {
    const bound = histogram.customValues[index]
    const target = bound === undefined ? -1 : bounds.findIndex(each => each >= bound)
    return target === -1 ? bounds.length : target
  }
  return { ...histogram, customValues: bounds, positive: moveBuckets(histogram.positive, targetOf) }
}
