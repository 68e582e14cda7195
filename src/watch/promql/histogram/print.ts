import { shortNumber } from '../number-text.ts'
import type { Buckets } from './buckets.ts'
import { compact } from './layout.ts'
import { hasCustomBuckets, type NativeHistogram } from './native-histogram.ts'
import { bucketAt, bucketCount } from './walk.ts'

/**
 * A histogram as people read it, its populated buckets from the lowest up; a bracket says that the bound belongs to
 * the bucket: `{count:4, sum:5, (0.5,1]:1, (1,2]:2, (2,4]:1}`.
 */
export function describe(histogram: NativeHistogram): string {
  const parts = [`count:${shortNumber(histogram.count)}`, `sum:${shortNumber(histogram.sum)}`]
  for (let place = 0; place < bucketCount(histogram); place++) {
    const { lower, upper, count } = unclipped(histogram, place)
    if (count === 0) continue
    const isZero = lower === -upper && histogram.negative.indexes.length === place
    const [opens, closes] = hasCustomBuckets(histogram)
      ? [isFirstCustom(histogram, place), true]
      : [lower < 0 || isZero, upper > 0 || isZero]
    const bounds = `${shortNumber(lower)},${shortNumber(upper)}`
    parts.push(`${opens ? '[' : '('}${bounds}${closes ? ']' : ')'}:${shortNumber(count)}`)
  }
  return `{${parts.join(', ')}}`
}

/**
 * A histogram in the notation of Prometheus' test scripts, which `parseHistogram` reads:
 * `{{schema:1 count:4 sum:5 offset:-1 buckets:[1 2 1]}}`. What is as in an empty histogram is left out.
 */
export function printHistogram(histogram: NativeHistogram): string {
  const { schema, count, sum, zeroCount, zeroThreshold, customValues, counterReset, positive, negative } =
    compact(histogram)
  const parts = [
    ...part('schema', schema),
    ...part('count', count),
    ...part('sum', sum),
    ...part('z_bucket', zeroCount),
    ...part('z_bucket_w', zeroThreshold),
    ...(hasCustomBuckets(histogram) ? [`custom_values:${list(customValues)}`] : []),
    ...(counterReset === 'unknown' ? [] : [`counter_reset_hint:${counterReset.replace('-', '_')}`]),
    ...side('offset', 'buckets', positive),
    ...side('n_offset', 'n_buckets', negative),
  ]
  return `{{${parts.join(' ')}}}`
}

function part(name: string, value: number): string[] {
  return value === 0 ? [] : [`${name}:${shortNumber(value)}`]
}

/** All buckets from the first to the last populated one. */
function side(offsetName: string, name: string, buckets: Buckets): string[] {
  const first = buckets.indexes[0]
  if (first === undefined) return []
  const counts = new Float64Array((buckets.indexes.at(-1) as number) - first + 1)
  buckets.indexes.forEach((index, i) => {
    counts[index - first] = buckets.counts[i] as number
  })
  return [...part(offsetName, first), `${name}:${list(counts)}`]
}

function list(values: Iterable<number>): string {
  return `[${Array.from(values, shortNumber).join(' ')}]`
}

/** The first of all custom buckets owns its lower bound, −∞. */
function isFirstCustom(histogram: NativeHistogram, place: number): boolean {
  return histogram.positive.indexes[place] === 0
}

/** With its own bounds, even where the zero bucket overlaps it. */
function unclipped(histogram: NativeHistogram, place: number): ReturnType<typeof bucketAt> {
  const isZero = histogram.zeroCount > 0 && place === histogram.negative.indexes.length
  return bucketAt(isZero ? histogram : { ...histogram, zeroThreshold: 0 }, place)
}
