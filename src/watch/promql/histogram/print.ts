import { shortNumber } from '../number-text.ts'
import type { Buckets } from './buckets.ts'
import { compact } from './layout.ts'
import { hasCustomBuckets, type NativeHistogram } from './native-histogram.ts'

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
