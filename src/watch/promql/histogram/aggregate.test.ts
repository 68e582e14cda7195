import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aggregateOverTime, HistogramAggregate } from './aggregate.ts'
import { add, divide } from './arithmetic.ts'
import { almostEqual } from './equality.ts'
import { countedOf, fieldsOf, h, triple } from './histogram.fixture.ts'
import type { NativeHistogram } from './native-histogram.ts'
import type { Noted } from './note.ts'

const THREE = [
  'count:25 sum:1234.5 z_bucket:4 z_bucket_w:0.001 buckets:[1 2 0 1 1] n_buckets:[2 4 0 0 1 9]',
  'count:41 sum:2345.6 z_bucket:5 z_bucket_w:0.001 buckets:[1 3 1 2 1 1 1] n_buckets:[0 1 4 2 7 0 0 0 0 5 5 2]',
  'count:41 sum:1111.1 z_bucket:5 z_bucket_w:0.001 buckets:[1 3 1 2 1 1 1] n_buckets:[0 1 4 2 7 0 0 0 0 5 5 2]',
  'schema:1',
]

function aggregate(operator: 'sum' | 'avg', histograms: readonly NativeHistogram[]): Noted {
  const group = new HistogramAggregate(operator, histograms[0] as NativeHistogram)
  for (const each of histograms.slice(1)) group.add(each, 'm')
  return group.result()
}

describe('aggregating', () => {
  it('sums', () => {
    expect(fieldsOf(aggregate('sum', THREE.map(h)).histogram)).toBe(
      'count:107 sum:4691.2 z_bucket:14 z_bucket_w:0.001 buckets:[3 8 2 5 3 2 2] n_buckets:[2 6 8 4 15 9 0 0 0 10 10 4]',
    )
  })

  it('averages', () => {
    expect(fieldsOf(aggregate('avg', THREE.map(h)).histogram)).toBe(
      'count:26.75 sum:1172.8 z_bucket:3.5 z_bucket_w:0.001 buckets:[0.75 2 0.5 1.25 0.75 0.5 0.5] n_buckets:[0.5 1.5 2 1 3.75 2.25 0 0 0 2.5 2.5 1]',
    )
  })

  it('keeps what additions round away', () => {
    const sums = [1e100, 1, -1e100].map(sum => h(`count:1 sum:${sum} buckets:[1]`))
    expect(aggregate('sum', sums).histogram?.sum).toBe(1)
    expect(aggregate('avg', sums).histogram?.sum).toBe(1 / 3)
  })

  it('keeps an average that no sum could hold', () => {
    const great = Array.from({ length: 5 }, () => h('count:1e308 sum:1.7e308 z_bucket:1e308'))
    const { histogram } = aggregate('avg', great)
    expect(histogram?.sum).toBeCloseTo(1.7e308, -300)
    expect(histogram && almostEqual(histogram, great[0] as NativeHistogram)).toBe(true)
    expect(aggregate('sum', great).histogram?.sum).toBe(Infinity)
  })

  it.each([
    ['sum', 'schema:-53 count:2 sum:2 custom_values:[10] buckets:[2]'],
    ['avg', 'schema:-53 count:1 sum:1 custom_values:[10] buckets:[1]'],
  ] as const)('%s reconciles custom bounds and says so', (operator, expected) => {
    const bounds = ['[5 10]', '[10]'].map(values => h(`schema:-53 count:1 sum:1 custom_values:${values} buckets:[1]`))
    const { histogram, notes } = aggregate(operator, bounds)
    expect(fieldsOf(histogram)).toBe(expected)
    expect(notes).toEqual([{ level: 'info', text: 'mismatched custom buckets were reconciled during aggregation' }])
  })

  it('has no result where exponential and custom buckets meet', () => {
    const { histogram, notes } = aggregate('sum', [h('count:1'), h('schema:-53 custom_values:[1]'), h('count:1')])
    expect(histogram).toBeUndefined()
    expect(notes.map(note => note.text)).toEqual([
      'vector contains a mix of histograms with exponential and custom buckets schemas for metric name "m"',
    ])
  })

  it('warns where one counter was reset and another was not', () => {
    const hints = ['reset', 'unknown', 'not_reset'].map(hint => h(`count:1 counter_reset_hint:${hint} buckets:[1]`))
    const { histogram, notes } = aggregate('sum', hints)
    expect(fieldsOf(histogram)).toBe('count:3 buckets:[3]')
    expect(notes).toEqual([{ level: 'warning', text: 'conflicting counter resets during histogram aggregation' }])
    expect(aggregate('sum', hints.slice(1)).notes).toEqual([])
  })

  it('over time leaves nothing but the warning where schemas are mixed', () => {
    const range = [h('schema:-53 custom_values:[1 2]'), h('schema:-53 custom_values:[1]'), h('count:1')]
    expect(aggregateOverTime('sum', range, 'm').notes.map(note => note.text)).toEqual([
      'vector contains a mix of histograms with exponential and custom buckets schemas for metric name "m"',
    ])
  })

  it('of one is that one', () => {
    expect(aggregateOverTime('avg', [h('count:3 sum:1 buckets:[3]')], 'm').histogram).toEqual(
      h('count:3 sum:1 buckets:[3]'),
    )
  })

  it('comes to what adding one by one comes to, and changes none of its histograms', () => {
    fc.assert(
      fc.property(triple, all => {
        const before = structuredClone(all)
        const [a, b, c] = all
        const sum = add(add(a, b)?.histogram as NativeHistogram, c)?.histogram as NativeHistogram
        const { histogram } = aggregate('sum', all)
        expect(histogram && almostEqual(histogram, sum)).toBe(true)
        expect(histogram && countedOf(histogram)).toBe(a.count + b.count + c.count)
        const mean = aggregate('avg', all).histogram
        expect(mean && almostEqual(mean, divide(sum, 3))).toBe(true)
        expect(all).toEqual(before)
      }),
    )
  })
})
