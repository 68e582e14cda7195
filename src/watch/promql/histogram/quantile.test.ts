import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { histogramFraction } from './fraction.ts'
import { custom, exponential, h, isNear } from './histogram.fixture.ts'
import { histogramQuantile } from './quantile.ts'
import { bucketAt, bucketCount, oneSided } from './walk.ts'

const POSITIVE = 'count:12 sum:100 z_bucket:2 z_bucket_w:0.001 buckets:[2 3 0 1 4]'
const NEGATIVE = 'count:12 sum:100 z_bucket:2 z_bucket_w:0.001 n_buckets:[2 3 0 1 4]'
const BOTH = 'count:24 sum:100 z_bucket:4 z_bucket_w:0.001 buckets:[2 3 0 1 4] n_buckets:[2 3 0 1 4]'
const CUSTOM = 'schema:-53 count:15 sum:172.5 custom_values:[5 10 15 20] buckets:[1 6 4 3 1]'

const RESULT_IS_NAN = 'input to histogram_quantile has NaN observations, result is NaN for metric name "m"'
const SKEWED = 'input to histogram_quantile has NaN observations, result is skewed higher for metric name "m"'
const EXCLUDED =
  'input to histogram_fraction has NaN observations, which are excluded from all fractions for metric name "m"'

describe('a quantile', () => {
  it.each([
    [POSITIVE, 1.001, Infinity],
    [POSITIVE, 1, 16],
    [POSITIVE, 0.99, 15.67072476139083],
    [POSITIVE, 0.9, 12.99603834169977],
    [POSITIVE, 0.6, 4.594793419988138],
    [POSITIVE, 0.5, 1.5874010519681994],
    [POSITIVE, 0.1, 0.0006],
    [POSITIVE, 0, 0],
    [POSITIVE, -1, -Infinity],
    [POSITIVE, NaN, NaN],
    [NEGATIVE, 1, 0],
    [NEGATIVE, 0.99, -0.00006],
    [NEGATIVE, 0.5, -1.5874010519681996],
    [NEGATIVE, 0.1, -12.996038341699768],
    [NEGATIVE, 0, -16],
    [BOTH, 0.99, 15.34822590920423],
    [BOTH, 0.7, 1.2030250360821164],
    [BOTH, 0.55, 0.0006],
    [BOTH, 0.5, 0],
    [BOTH, 0.45, -0.0006],
    [BOTH, 0.3, -1.2030250360821169],
    [BOTH, 0.01, -15.34822590920423],
    ['schema:-1 sum:6 count:5 buckets:[0 5]', 0.5, 2],
    ['schema:1 sum:4 count:5 buckets:[0 0 5]', 0.5, 1.6817928305074292],
    ['schema:-1 sum:6 count:5 n_buckets:[0 5]', 0.5, -2],
    ['z_bucket:1 z_bucket_w:0.5 sum:0.25 count:1', 0.5, 0],
    ['', 0.5, NaN],
    [CUSTOM, 0.5, 10.625],
    [CUSTOM, 0.01, 0.75],
    [CUSTOM, 1, 20],
    ['schema:-53 count:4 custom_values:[-5 0] buckets:[2 2]', 0.25, -5],
    ['schema:-53 count:4 custom_values:[-5 0] buckets:[2 2]', 0.75, -2.5],
    ['schema:-53 count:4 buckets:[4]', 0.5, Infinity],
    ['count:4 sum:3 buckets:[3]', 1, 1],
  ])('of {{%s}}: %d is %d', (fields, phi, expected) => {
    const { value, notes } = histogramQuantile(phi, h(fields), 'm')
    expect(value).toSatisfy((number: number) => isNear(number, expected))
    expect(notes).toEqual([])
  })

  it.each<[number, string, number, string]>([
    [1, 'count:15 sum:NaN buckets:[12]', NaN, RESULT_IS_NAN],
    [0.81, 'count:15 sum:NaN buckets:[12]', NaN, RESULT_IS_NAN],
    [0.8, 'count:15 sum:NaN buckets:[12]', 1, SKEWED],
    [0.4, 'count:15 sum:NaN buckets:[12]', Math.SQRT1_2, SKEWED],
    [0.4, 'count:3 sum:NaN', NaN, RESULT_IS_NAN],
  ])('%d with observations of NaN counts them as the greatest', (phi, fields, expected, text) => {
    const { value, notes } = histogramQuantile(phi, h(fields), 'm')
    expect(value).toSatisfy((number: number) => isNear(number, expected))
    expect(notes).toEqual([{ level: 'info', text }])
  })

  it('is not skewed where a sum of NaN comes of infinities', () => {
    expect(histogramQuantile(0.5, h('count:12 sum:NaN buckets:[12]'), 'm').notes).toEqual([])
  })

  it('lies within the bucket that holds its rank', () => {
    fc.assert(
      fc.property(fc.oneof(exponential, custom), fc.double({ min: 0, max: 1, noNaN: true }), (histogram, phi) => {
        fc.pre(histogram.count > 0)
        const { value } = histogramQuantile(phi, histogram, '')
        const rank = phi * histogram.count
        let below = 0
        const holders = []
        for (let place = 0; place < bucketCount(histogram); place++) {
          const bucket = bucketAt(histogram, place)
          // Within rounding, the rank of a bound belongs to both of its buckets.
          if (bucket.count > 0 && rank >= below - 1e-9 && rank <= below + bucket.count + 1e-9) holders.push(bucket)
          below += bucket.count
        }
        const isWithin = holders.some(({ lower, upper }) => {
          const slack = 1e-9 * Math.max(1, Math.abs(value))
          return (
            value >= (lower === -Infinity ? Math.min(0, upper) : lower) - slack &&
            value <= (upper === Infinity ? Math.max(0, lower) : upper) + slack
          )
        })
        // The only bucket of all may reach from −∞ to ∞, of which nothing can be said.
        if (histogram.schema !== -53 || histogram.customValues.length > 0) expect(isWithin).toBe(true)
      }),
    )
  })

  it('does not fall when φ rises', () => {
    const phi = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.oneof(exponential, custom), phi, phi, (histogram, a, b) => {
        fc.pre(histogram.count > 0)
        // Of the one bucket from −∞ to +∞ no place is known.
        fc.pre(histogram.schema !== -53 || histogram.customValues.length > 0)
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map(each => histogramQuantile(each, histogram, '').value)
        expect(low).toBeLessThanOrEqual((high as number) + 1e-9 * Math.abs(high as number))
      }),
    )
  })
})

describe('a fraction', () => {
  it.each([
    [POSITIVE, 0, Infinity, 1],
    [POSITIVE, -Infinity, 0, 0],
    [POSITIVE, 0, 0.001, 1 / 6],
    [POSITIVE, 0, 0.0005, 1 / 12],
    [POSITIVE, 0, 1.5, 0.4795739585136224],
    [POSITIVE, 1.5, 2, 0.10375937481971091],
    [POSITIVE, 1.5, 6, 0.15250624987980724],
    [POSITIVE, 42, 3.5, 0],
    [POSITIVE, 42, 42, 0],
    [POSITIVE, 3.5, NaN, NaN],
    [POSITIVE, NaN, 42, NaN],
    [NEGATIVE, -Infinity, 0, 1],
    [NEGATIVE, -0.001, 0, 1 / 6],
    [NEGATIVE, -Infinity, -6, 0.36791979160657035],
    [NEGATIVE, -6, -1.5, 0.15250624987980724],
    [BOTH, 0, Infinity, 0.5],
    [BOTH, -0.0005, 0.0005, 1 / 12],
    [BOTH, -6, -1.5, 0.07625312493990362],
    ['', 0, 8, NaN],
    [CUSTOM, -Infinity, 15, 11 / 15],
    [CUSTOM, -Infinity, 13, 9.4 / 15],
    [CUSTOM, 0, 2.5, 0.5 / 15],
    [CUSTOM, 50, Infinity, 1 / 15],
  ])('of {{%s}} between %d and %d is %d', (fields, lower, upper, expected) => {
    const { value, notes } = histogramFraction(lower, upper, h(fields), 'm')
    expect(value).toSatisfy((number: number) => isNear(number, expected))
    expect(notes).toEqual([])
  })

  it('leaves observations of NaN out', () => {
    const note = { level: 'info', text: EXCLUDED }
    expect(histogramFraction(-Infinity, Infinity, h('count:15 sum:NaN buckets:[12]'), 'm')).toEqual({
      value: 0.8,
      notes: [note],
    })
    expect(histogramFraction(-Infinity, Infinity, h('count:3 sum:NaN'), 'm')).toEqual({ value: 0, notes: [note] })
  })

  it('is the inverse of the quantile', () => {
    fc.assert(
      fc.property(exponential, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (histogram, phi) => {
        fc.pre(histogram.count > 0)
        const { value } = histogramQuantile(phi, histogram, '')
        // At the end of a bucket, rounding may put the value into an empty bucket or the next one.
        const isInside = Array.from({ length: bucketCount(histogram) }, (_, place) =>
          oneSided(bucketAt(histogram, place), histogram),
        ).some(
          ({ lower, upper, count }) =>
            count > 0 &&
            value > lower + Math.abs(lower) * 1e-6 &&
            value < upper - Math.abs(upper) * 1e-6 &&
            !(lower <= 0 && upper >= 0),
        )
        fc.pre(isInside)
        expect(histogramFraction(-Infinity, value, histogram, '').value).toBeCloseTo(phi, 6)
      }),
    )
  })

  it('below a value and above it come to one', () => {
    fc.assert(
      fc.property(exponential, fc.double({ min: -100, max: 100, noNaN: true }), (histogram, at) => {
        fc.pre(histogram.count > 0)
        const below = histogramFraction(-Infinity, at, histogram, '').value
        const above = histogramFraction(at, Infinity, histogram, '').value
        expect(below + above).toBeCloseTo(1, 9)
      }),
    )
  })
})
