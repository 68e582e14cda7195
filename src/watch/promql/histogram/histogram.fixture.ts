import fc from 'fast-check'
import { consecutiveBuckets, NO_BUCKETS } from './buckets.ts'
import { almostSame } from './equality.ts'
import { widenZeroBucket } from './layout.ts'
import { type NativeHistogram, nativeHistogram } from './native-histogram.ts'
import { parseHistogram } from './parse.ts'
import { printHistogram } from './print.ts'

/** A histogram from what stands between the braces: `h('sum:1 count:1 buckets:[1]')`. */
export function h(fields: string): NativeHistogram {
  return parseHistogram(`{{${fields}}}`)
}

/** The same the other way round, for comparison. */
export function fieldsOf(histogram: NativeHistogram | undefined): string | undefined {
  return histogram === undefined ? undefined : printHistogram(histogram).slice(2, -2)
}

const counts = fc.array(fc.nat(9), { maxLength: 8 })

function side(offset: fc.Arbitrary<number>): fc.Arbitrary<NativeHistogram['positive']> {
  return fc
    .tuple(offset, counts)
    .map(([first, all]) => (all.length === 0 ? NO_BUCKETS : consecutiveBuckets(first, all)))
}

/** Whether two numbers are the same but for rounding; NaN is NaN. */
export function isNear(a: number, b: number): boolean {
  return almostSame(a, b, 1e-12) || Math.abs(a - b) < 1e-12
}

/** Whole counts, so that sums of them are exact; count is that of all buckets. */
export const exponential: fc.Arbitrary<NativeHistogram> = fc
  .record({
    schema: fc.integer({ min: -4, max: 8 }),
    sum: fc.integer({ min: -1000, max: 1000 }),
    threshold: fc.constantFrom(0, 0.001, 0.5, 3),
    zeroCount: fc.nat(9),
    positive: side(fc.integer({ min: -6, max: 6 })),
    negative: side(fc.integer({ min: -6, max: 6 })),
  })
  .map(({ threshold, ...parts }) => widenZeroBucket(counted(nativeHistogram(parts)), threshold))

export const custom: fc.Arbitrary<NativeHistogram> = fc
  .record({
    customValues: fc.subarray([-5, 0, 1, 2.5, 5, 10, 100]),
    sum: fc.integer({ min: -1000, max: 1000 }),
    counts: fc.array(fc.nat(9), { minLength: 8, maxLength: 8 }),
  })
  .map(({ customValues, sum, counts: all }) =>
    counted(
      nativeHistogram({
        schema: -53,
        sum,
        customValues,
        positive: consecutiveBuckets(0, all.slice(0, customValues.length + 1)),
      }),
    ),
  )

/** Of one kind, so that they can be added. */
export const pair = fc.oneof(fc.tuple(exponential, exponential), fc.tuple(custom, custom))
export const triple = fc.oneof(fc.tuple(exponential, exponential, exponential), fc.tuple(custom, custom, custom))

export function countedOf(histogram: NativeHistogram): number {
  return [histogram.positive, histogram.negative].reduce(
    (total, buckets) => total + buckets.counts.reduce((sum, count) => sum + count, 0),
    histogram.zeroCount,
  )
}

function counted(histogram: NativeHistogram): NativeHistogram {
  return { ...histogram, count: countedOf(histogram) }
}
