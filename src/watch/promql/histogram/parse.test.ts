import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidInput } from '../../../kernel/errors.ts'
import { almostEqual, equal } from './equality.ts'
import { custom, exponential, h } from './histogram.fixture.ts'
import { nativeHistogram } from './native-histogram.ts'
import { parseHistogram } from './parse.ts'
import { printHistogram } from './print.ts'
import { histogramText } from './text.ts'

describe('the notation of test scripts', () => {
  it('has fields in any order; what is missing is empty', () => {
    expect(parseHistogram('{{}}')).toEqual(nativeHistogram({}))
    expect(
      parseHistogram(
        ' {{ n_offset:2 n_buckets:[1] custom_values:[] counter_reset_hint:not_reset z_bucket_w:0.5 z_bucket:+3 offset:-1 buckets:[ 1  2.5 ] sum:-Inf count:1e3 schema:-2 }} ',
      ),
    ).toEqual(
      nativeHistogram({
        schema: -2,
        count: 1000,
        sum: -Infinity,
        zeroCount: 3,
        zeroThreshold: 0.5,
        positive: { indexes: Int32Array.of(-1, 0), counts: Float64Array.of(1, 2.5) },
        negative: { indexes: Int32Array.of(2), counts: Float64Array.of(1) },
        counterReset: 'not-reset',
      }),
    )
  })

  it.each([
    ['{schema:1}', 'a histogram stands in double braces'],
    ['{{schema}}', 'a field is written name:value'],
    ['{{buckets:[1 2}}', 'a field is written name:value'],
    ['{{colour:1}}', 'the fields are schema, count'],
    ['{{sum:1 sum:2}}', 'a field stands once'],
    ['{{schema:1.5}}', 'an integer is expected'],
    ['{{count:much}}', 'a number is expected'],
    ['{{buckets:1}}', 'a list is written [1 2 3]'],
    ['{{buckets:[1 x]}}', 'a number is expected'],
    ['{{counter_reset_hint:never}}', 'one of unknown, reset, not_reset, gauge is expected'],
  ])('refuses %s and says what is expected', (text, hint) => {
    const read = (): unknown => parseHistogram(text)
    expect(read).toThrow(InvalidInput)
    expect(read).toThrow(/^bad histogram: /)
    try {
      read()
    } catch (error) {
      expect((error as InvalidInput).hint).toContain(hint)
    }
  })

  it('is printed so that it reads the same', () => {
    fc.assert(
      fc.property(
        fc.oneof(exponential, custom),
        fc.constantFrom('unknown', 'reset', 'not-reset', 'gauge'),
        (histogram, counterReset) => {
          const read = parseHistogram(printHistogram({ ...histogram, counterReset }))
          expect(almostEqual(read, histogram, 0)).toBe(true)
          expect(read.counterReset).toBe(counterReset)
        },
      ),
    )
  })
})

describe('a histogram as text', () => {
  it.each([
    ['', '{count:0, sum:0}'],
    ['sum:5 count:4 buckets:[1 2 1]', '{count:4, sum:5, (0.5,1]:1, (1,2]:2, (2,4]:1}'],
    [
      'sum:1e+06 count:4 z_bucket:1 z_bucket_w:0.001 offset:1 buckets:[1] n_buckets:[1 0 1]',
      '{count:4, sum:1e+06, [-4,-2):1, [-1,-0.5):1, [-0.001,0.001]:1, (1,2]:1}',
    ],
    ['count:-3 z_bucket:-1 z_bucket_w:1 buckets:[-2]', '{count:-3, sum:0, [-1,1]:-1, (0.5,1]:-2}'],
    [
      'schema:-53 sum:NaN count:3.5 custom_values:[5 10] buckets:[1 2 0.5]',
      '{count:3.5, sum:NaN, [-Inf,5]:1, (5,10]:2, (10,+Inf]:0.5}',
    ],
  ])('{{%s}} is %s', (fields, text) => {
    expect(histogramText(h(fields))).toBe(text)
  })
})

describe('equality', () => {
  it('is of every number and bucket, not of the hint', () => {
    const base = 'schema:1 count:4 sum:5 z_bucket:1 z_bucket_w:0.5 buckets:[1 1] n_buckets:[1]'
    expect(equal(h(base), { ...h(base), counterReset: 'gauge' })).toBe(true)
    for (const change of [
      'schema:1/schema:0',
      'count:4/count:3',
      'sum:5/sum:NaN',
      'z_bucket:1/z_bucket:0',
      'w:0.5/w:0.1',
      'buckets:[1 1]/buckets:[1 2]',
      ' buckets:[1 1]/ buckets:[1 1 0]',
      'n_buckets:[1]/n_offset:1 n_buckets:[1]',
    ]) {
      const [from = '', to = ''] = change.split('/')
      expect(equal(h(base), h(base.replace(from, to))), change).toBe(false)
    }
    expect(equal(h('schema:-53 custom_values:[1]'), h('schema:-53 custom_values:[2]'))).toBe(false)
    expect(equal(h('sum:NaN'), h('sum:NaN'))).toBe(true)
  })

  it('within a tolerance overlooks rounding and empty buckets', () => {
    expect(almostEqual(h('sum:1 count:3 buckets:[1 2]'), h('sum:1.0000001 count:3 buckets:[1 2 0]'))).toBe(true)
    expect(almostEqual(h('sum:1'), h('sum:1.00001'))).toBe(false)
    expect(almostEqual(h('sum:0'), h('sum:1e-300'))).toBe(false)
    expect(almostEqual(h('sum:Inf'), h('sum:1'))).toBe(false)
    expect(almostEqual(h('sum:Inf'), h('sum:Inf'))).toBe(true)
  })
})
