import { describe, expect, it } from 'vitest'
import { h, isNear } from './histogram.fixture.ts'
import { histogramMean, histogramVariance } from './variance.ts'

const zeros = (n: number): string => '0 '.repeat(n)
const SIX = `z_bucket:1 buckets:[${zeros(13)}1 ${zeros(10)}1 0 1 ${zeros(27)}1] n_buckets:[${zeros(24)}1 ${zeros(21)}1]`

describe('the mean of a histogram', () => {
  it('is exact, and NaN for none', () => {
    expect(histogramMean(h('sum:5 count:4 buckets:[1 2 1]'))).toBe(1.25)
    expect(histogramMean(h(''))).toBeNaN()
  })
})

describe('the variance of a histogram', () => {
  it.each([
    ['schema:2 count:4 sum:10 buckets:[1 0 0 0 1 0 0 1 1]', 1.163807968526718],
    ['schema:8 count:10 sum:10 buckets:[1 2 3 4]', 2.3971123370139447e-5],
    ['count:10 sum:-112946 n_buckets:[0 0 1 1 1 0 1 1 0 0 3 0 0 0 1 0 0 1]', 759352122.1939945],
    ['count:10 sum:-100 n_buckets:[0 0 0 0 10]', 1.725830020304794],
    [`schema:3 count:7 sum:NaN ${SIX}`, NaN],
    [`schema:3 count:7 sum:Inf ${SIX}`, Infinity],
    ['schema:-53 count:5 sum:25 custom_values:[0 4 8] buckets:[0 3 2]', 5.8],
    ['', NaN],
  ])('of {{%s}} is %d', (fields, expected) => {
    expect(histogramVariance(h(fields))).toSatisfy((variance: number) => isNear(variance, expected))
  })
})
