import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { almostEqual } from './equality.ts'
import { histogramFraction } from './fraction.ts'
import { countedOf, exponential, fieldsOf, h } from './histogram.fixture.ts'
import { trim } from './trim.ts'

const MIXED = 'sum:123.75 count:34 z_bucket:1 z_bucket_w:0.001 buckets:[2 4 8 16] n_buckets:[1 2]'
const FINE = 'schema:2 sum:12.8286080906 count:28 z_bucket:1 z_bucket_w:0.001 buckets:[1 2 4 7 3] n_buckets:[1 5 3 1]'
const UPWARD = 'sum:8.0210678118654755 count:12 z_bucket:2 z_bucket_w:0.5 buckets:[10]'
const DOWNWARD = 'sum:-8.0210678118654755 count:12 z_bucket:2 z_bucket_w:0.5 n_buckets:[10]'
const ZERO_ONLY = 'count:5 z_bucket:5 z_bucket_w:0.1'
const CUSTOM = 'schema:-53 sum:172.5 count:15 custom_values:[5 10 15 20] buckets:[1 6 4 3 1]'
const CUSTOM_BELOW_0 = 'schema:-53 sum:172.5 count:15 custom_values:[-10 5 10 15 20] buckets:[2 1 6 4 3 1]'
const ONE_BUCKET = 'schema:-53 sum:100 count:100 buckets:[100]'

describe('trimming', () => {
  it.each([
    [MIXED, '>/', Infinity, 'z_bucket_w:0.001'],
    [MIXED, '</', -Infinity, 'z_bucket_w:0.001'],
    [MIXED, '>/', 0, 'sum:120.20840280171308 count:30.5 z_bucket:0.5 z_bucket_w:0.001 buckets:[2 4 8 16]'],
    [MIXED, '</', 0, 'sum:-3.53578390593273768 count:3.5 z_bucket:0.5 z_bucket_w:0.001 n_buckets:[1 2]'],
    [
      MIXED,
      '</',
      Math.SQRT2,
      'count:8 sum:0.2570938865989847 z_bucket:1 z_bucket_w:0.001 buckets:[2 2] n_buckets:[1 2]',
    ],
    [MIXED, '>/', Math.SQRT2, 'count:26 sum:116.50067065070982 z_bucket_w:0.001 buckets:[0 2 8 16]'],
    [MIXED, '</', 2, 'count:10 sum:3.5355339059327373 z_bucket:1 z_bucket_w:0.001 buckets:[2 4] n_buckets:[1 2]'],
    [MIXED, '>/', 2, 'count:24 sum:113.13708498984761 z_bucket_w:0.001 offset:2 buckets:[8 16]'],
    [MIXED, '</', -1, 'count:2 sum:-2.8284271247461903 z_bucket_w:0.001 n_offset:1 n_buckets:[2]'],
    [MIXED, '>/', -1, 'count:32 sum:119.50104602052653 z_bucket:1 z_bucket_w:0.001 buckets:[2 4 8 16] n_buckets:[1]'],
    [
      FINE,
      '</',
      1.13,
      'schema:2 count:13.410582181123704 sum:-9.385798726068233 z_bucket:1 z_bucket_w:0.001 buckets:[1 1.410582181123704] n_buckets:[1 5 3 1]',
    ],
    [
      FINE,
      '>/',
      1.13,
      'schema:2 count:14.589417818876296 sum:22.168126492693734 z_bucket_w:0.001 offset:1 buckets:[0.589417818876296 4 7 3]',
    ],
    [
      FINE,
      '</',
      -1.3,
      'schema:2 count:2.45786052095524 sum:-3.5189307983595066 z_bucket_w:0.001 n_offset:2 n_buckets:[1.45786052095524 1]',
    ],
    [UPWARD, '>/', 0.5, 'count:10 sum:7.0710678118654755 z_bucket_w:0.5 buckets:[10]'],
    [UPWARD, '>/', 0.1, 'count:11.6 sum:7.551067811865476 z_bucket:1.6 z_bucket_w:0.5 buckets:[10]'],
    [UPWARD, '</', 0.1, 'count:0.4 sum:0.02 z_bucket:0.4 z_bucket_w:0.5'],
    [DOWNWARD, '</', -0.1, 'count:11.6 sum:-7.551067811865476 z_bucket:1.6 z_bucket_w:0.5 n_buckets:[10]'],
    [DOWNWARD, '>/', -0.1, 'count:0.4 sum:-0.02 z_bucket:0.4 z_bucket_w:0.5'],
    [ZERO_ONLY, '>/', 0.05, 'count:1.25 sum:0.09375 z_bucket:1.25 z_bucket_w:0.1'],
    [ZERO_ONLY, '</', 0, 'count:2.5 sum:-0.125 z_bucket:2.5 z_bucket_w:0.1'],
    [ZERO_ONLY, '>/', -0.05, 'count:3.75 sum:0.09375 z_bucket:3.75 z_bucket_w:0.1'],
    [ZERO_ONLY, '>/', 0.1, 'z_bucket_w:0.1'],
    [CUSTOM, '</', 15, 'schema:-53 count:11 sum:97.5 custom_values:[5 10 15 20] buckets:[1 6 4]'],
    [CUSTOM, '>/', 15, 'schema:-53 count:4 sum:72.5 custom_values:[5 10 15 20] offset:3 buckets:[3 1]'],
    [CUSTOM, '</', 13, 'schema:-53 count:9.4 sum:75.1 custom_values:[5 10 15 20] buckets:[1 6 2.4]'],
    [CUSTOM, '>/', 13, 'schema:-53 count:5.6 sum:94.9 custom_values:[5 10 15 20] offset:2 buckets:[1.6 3 1]'],
    [CUSTOM, '</', 50, 'schema:-53 count:14 sum:150 custom_values:[5 10 15 20] buckets:[1 6 4 3]'],
    [CUSTOM, '</', 0, 'schema:-53 custom_values:[5 10 15 20]'],
    [CUSTOM_BELOW_0, '</', 2, 'schema:-53 count:2.8 sum:-23.2 custom_values:[-10 5 10 15 20] buckets:[2 0.8]'],
    [CUSTOM_BELOW_0, '</', -15, 'schema:-53 count:2 sum:-30 custom_values:[-10 5 10 15 20] buckets:[2]'],
    [
      CUSTOM_BELOW_0,
      '>/',
      -15,
      'schema:-53 count:15 sum:165 custom_values:[-10 5 10 15 20] offset:1 buckets:[1 6 4 3 1]',
    ],
    [ONE_BUCKET, '</', 10, 'schema:-53'],
    [ONE_BUCKET, '>/', 10, 'schema:-53'],
    [
      'schema:-53 count:7 custom_values:[5] buckets:[0 7]',
      '>/',
      9,
      'schema:-53 count:7 custom_values:[5] buckets:[0 7]',
    ],
    [
      'schema:-53 count:8 custom_values:[4] buckets:[8]',
      '>/',
      1,
      'schema:-53 count:6 sum:15 custom_values:[4] buckets:[6]',
    ],
  ])('{{%s}} %s %d', (before, operator, at, after) => {
    const trimmed = trim(h(before), operator === '</' ? 'below' : 'above', at)
    expect(almostEqual(trimmed, h(after), 1e-9), `${fieldsOf(trimmed)}`).toBe(true)
  })

  it.each([
    [MIXED, 'above', -Infinity],
    [MIXED, 'below', Infinity],
    [UPWARD, 'above', 0],
    [ZERO_ONLY, 'below', 0.1],
    [CUSTOM, 'above', 0],
    [ONE_BUCKET, 'below', Infinity],
  ] as const)('{{%s}} is left as it is where nothing lies %s of %d', (fields, side, at) => {
    const histogram = h(fields)
    expect(trim(histogram, side, at)).toBe(histogram)
  })

  it('leaves as many observations as the fraction says', () => {
    fc.assert(
      fc.property(exponential, fc.double({ min: -50, max: 50, noNaN: true }), (histogram, at) => {
        fc.pre(histogram.count > 0 && histogram.positive.indexes.length * histogram.negative.indexes.length > 0)
        fc.pre(
          histogram.zeroCount === 0 ||
            histogram.positive.counts.some(count => count > 0) === histogram.negative.counts.some(count => count > 0),
        )
        fc.pre(histogram.zeroThreshold === 0)
        const below = trim(histogram, 'below', at)
        expect(below.count).toBeCloseTo(histogramFraction(-Infinity, at, histogram, '').value * histogram.count, 6)
        expect(countedOf(below)).toBeCloseTo(below.count, 6)
        expect(below.count + trim(histogram, 'above', at).count).toBeCloseTo(histogram.count, 6)
      }),
    )
  })
})
