import { shortNumber } from '../number-text.ts'
import { hasCustomBuckets, type NativeHistogram } from './native-histogram.ts'
import { bucketAt, bucketCount } from './walk.ts'

/**
 * A histogram as people read it, its populated buckets from the lowest up; a bracket says that the bound belongs to
 * the bucket: `{count:4, sum:5, (0.5,1]:1, (1,2]:2, (2,4]:1}`.
 */
export function histogramText(histogram: NativeHistogram): string {
  const { count, sum, zeroCount, zeroThreshold, negative } = histogram
  const parts = [`count:${shortNumber(count)}`, `sum:${shortNumber(sum)}`]
  // Buckets are told with their own bounds, even where the zero bucket overlaps them.
  const others = { ...histogram, zeroCount: 0, zeroThreshold: 0 }
  const places = bucketCount(others)
  for (let place = 0; place <= places; place++) {
    if (place === negative.indexes.length && zeroCount !== 0) {
      parts.push(bucketText('[', -zeroThreshold, zeroThreshold, ']', zeroCount))
    }
    if (place === places) break
    const bucket = bucketAt(others, place)
    if (bucket.count === 0) continue
    const ownsLower = hasCustomBuckets(histogram) ? bucket.lower === -Infinity : bucket.lower < 0
    const ownsUpper = hasCustomBuckets(histogram) || bucket.upper > 0
    parts.push(bucketText(ownsLower ? '[' : '(', bucket.lower, bucket.upper, ownsUpper ? ']' : ')', bucket.count))
  }
  return `{${parts.join(', ')}}`
}

function bucketText(opens: string, lower: number, upper: number, closes: string, count: number): string {
  return `${opens}${shortNumber(lower)},${shortNumber(upper)}${closes}:${shortNumber(count)}`
}
