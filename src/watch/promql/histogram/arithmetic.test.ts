import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { add, divide, multiply, subtract } from './arithmetic.ts'
import { almostEqual } from './equality.ts'
import { countedOf, fieldsOf, h, pair, triple } from './histogram.fixture.ts'
import { compact } from './layout.ts'
import type { CounterReset, NativeHistogram } from './native-histogram.ts'

const SMALL = 'schema:0 count:11 sum:1234.5 z_bucket:3 z_bucket_w:0.001 buckets:[0 2 1] n_buckets:[0 0 3 2]'
const LARGE =
  'schema:0 count:41 sum:2345.6 z_bucket:5 z_bucket_w:0.001 buckets:[1 3 1 2 1 1 1] n_buckets:[0 1 4 2 7 0 0 0 0 5 5 2]'

describe('adding and subtracting', () => {
  it.each([
    [
      'bucket by bucket',
      'count:4 sum:4 buckets:[1 2 1]',
      'count:1 sum:2 offset:1 buckets:[1]',
      'count:5 sum:6 buckets:[1 3 1]',
    ],
    [
      'in the coarser schema',
      'schema:-1 count:1 sum:4 offset:1 buckets:[1]',
      'count:4 sum:4 offset:1 buckets:[2 2]',
      'schema:-1 count:5 sum:8 offset:1 buckets:[5]',
    ],
    [
      'with a gap between their buckets',
      'count:1 sum:1 buckets:[1]',
      'count:1 sum:64 offset:6 buckets:[1]',
      'count:2 sum:65 buckets:[1 0 0 0 0 0 1]',
    ],
    [
      'into the wider zero bucket',
      'count:3 z_bucket:1 z_bucket_w:1 offset:1 buckets:[2]',
      'count:6 z_bucket:1 z_bucket_w:0.25 offset:-1 buckets:[2 2 1]',
      'count:9 z_bucket:6 z_bucket_w:1 offset:1 buckets:[3]',
    ],
    [
      'into a zero bucket that ends where a populated bucket does',
      'count:1 z_bucket:1 z_bucket_w:3',
      'count:3 z_bucket_w:1 offset:1 buckets:[0 1 2]',
      'count:4 z_bucket:2 z_bucket_w:4 offset:3 buckets:[2]',
    ],
    [
      'with the same custom bounds',
      'schema:-53 count:1 sum:1 custom_values:[2] buckets:[1]',
      'schema:-53 count:4 sum:3 custom_values:[2] buckets:[3 1]',
      'schema:-53 count:5 sum:4 custom_values:[2] buckets:[4 1]',
    ],
  ])('%s', (_, a, b, sum) => {
    expect(fieldsOf(add(h(a), h(b))?.histogram)).toBe(fieldsOf(h(sum)))
    expect(fieldsOf(add(h(b), h(a))?.histogram)).toBe(fieldsOf(h(sum)))
  })

  it('subtracts bucket by bucket, and coarsens before', () => {
    expect(fieldsOf(subtract(h(LARGE), h(SMALL))?.histogram)).toBe(
      'count:30 sum:1111.1 z_bucket:2 z_bucket_w:0.001 buckets:[1 1 0 2 1 1 1] n_offset:1 n_buckets:[1 1 0 7 0 0 0 0 5 5 2]',
    )
    const finer = h(SMALL.replace('schema:0', 'schema:1'))
    expect(fieldsOf(subtract(h(LARGE), finer)?.histogram)).toBe(
      'count:30 sum:1111.1 z_bucket:2 z_bucket_w:0.001 buckets:[1 0 1 2 1 1 1] n_offset:1 n_buckets:[-2 2 2 7 0 0 0 0 5 5 2]',
    )
  })

  it('keeps the custom bounds that both have, and says so', () => {
    const a = h('schema:-53 count:6 sum:1 custom_values:[2 5 10] buckets:[1 2 3]')
    const b = h('schema:-53 count:7 sum:1 custom_values:[5 20] buckets:[3 0 4]')
    const sum = add(a, b)
    expect(sum?.boundsReconciled).toBe(true)
    expect(fieldsOf(sum?.histogram)).toBe('schema:-53 count:13 sum:2 custom_values:[5] buckets:[6 7]')
    expect(fieldsOf(add(a, h('schema:-53 count:1 custom_values:[3] buckets:[1]'))?.histogram)).toBe(
      'schema:-53 count:7 sum:1 custom_values:[] buckets:[7]',
    )
  })

  it('cannot be done with exponential and custom buckets', () => {
    expect(add(h('count:1 buckets:[1]'), h('schema:-53 custom_values:[1]'))).toBeUndefined()
    expect(subtract(h('schema:-53 custom_values:[1]'), h('count:1 buckets:[1]'))).toBeUndefined()
  })

  it.each<[CounterReset, CounterReset, CounterReset, boolean]>([
    ['unknown', 'unknown', 'unknown', false],
    ['reset', 'reset', 'reset', false],
    ['reset', 'not-reset', 'unknown', true],
    ['unknown', 'not-reset', 'unknown', false],
    ['gauge', 'reset', 'gauge', false],
    ['gauge', 'unknown', 'gauge', false],
  ])('%s and %s come to %s', (left, right, result, collide) => {
    for (const [a, b] of [
      [left, right],
      [right, left],
    ] as const) {
      const sum = add({ ...h(SMALL), counterReset: a }, { ...h(SMALL), counterReset: b })
      expect([sum?.histogram.counterReset, sum?.resetsCollide]).toEqual([result, collide])
    }
  })
})

describe('multiplying and dividing', () => {
  const histogram = h('count:30 sum:33 z_bucket:3 z_bucket_w:0.001 buckets:[3 3 3] n_buckets:[6 6 6]')

  it.each([
    [multiply(histogram, 3), 'count:90 sum:99 z_bucket:9 z_bucket_w:0.001 buckets:[9 9 9] n_buckets:[18 18 18]'],
    [
      multiply(histogram, -1),
      'count:-30 sum:-33 z_bucket:-3 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[-3 -3 -3] n_buckets:[-6 -6 -6]',
    ],
    [multiply(histogram, 0), 'z_bucket_w:0.001'],
    [divide(histogram, 3), 'count:10 sum:11 z_bucket:1 z_bucket_w:0.001 buckets:[1 1 1] n_buckets:[2 2 2]'],
    [
      divide(histogram, -3),
      'count:-10 sum:-11 z_bucket:-1 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[-1 -1 -1] n_buckets:[-2 -2 -2]',
    ],
    [divide(histogram, 0), 'count:+Inf sum:+Inf z_bucket:+Inf z_bucket_w:0.001'],
  ])('scales everything but the zero threshold (%#)', (scaled, expected) => {
    expect(fieldsOf(scaled)).toBe(expected)
  })
})

describe('laws', () => {
  const sum = (a: NativeHistogram, b: NativeHistogram): NativeHistogram =>
    compact(add(a, b)?.histogram as NativeHistogram)

  it('adding commutes', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(sum(a, b)).toEqual(sum(b, a))
      }),
    )
  })

  it('adding is associative where zero buckets agree', () => {
    fc.assert(
      fc.property(triple, all => {
        const [a, b, c] = all.map(each => ({ ...each, zeroThreshold: 0 })) as [
          NativeHistogram,
          NativeHistogram,
          NativeHistogram,
        ]
        expect(sum(sum(a, b), c)).toEqual(sum(a, sum(b, c)))
      }),
    )
  })

  it('no observation gets lost by adding', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(sum(a, b).count).toBe(a.count + b.count)
        expect(countedOf(sum(a, b))).toBe(a.count + b.count)
      }),
    )
  })

  it('a histogram without itself holds nothing', () => {
    fc.assert(
      fc.property(pair, ([a]) => {
        const nothing = compact(subtract(a, a)?.histogram as NativeHistogram)
        expect([nothing.count, nothing.sum, nothing.zeroCount]).toEqual([0, 0, 0])
        expect([nothing.positive.indexes.length, nothing.negative.indexes.length]).toEqual([0, 0])
      }),
    )
  })

  it('twice a histogram is its sum with itself', () => {
    fc.assert(
      fc.property(pair, ([a]) => {
        expect(almostEqual(multiply(a, 2), sum(a, a))).toBe(true)
      }),
    )
  })
})
