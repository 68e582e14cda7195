import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exponentialBound } from './bounds.ts'
import { countedOf, exponential, fieldsOf, h } from './histogram.fixture.ts'
import { compact, reconcileZeroBuckets, reduceSchema, widenZeroBucket } from './layout.ts'

describe('compacting', () => {
  it('takes empty buckets away and leaves a histogram without any as it is', () => {
    expect([...compact(h('buckets:[0 1 0 0 2 0]')).positive.indexes]).toEqual([1, 4])
    const full = h('buckets:[1 2]')
    expect(compact(full)).toBe(full)
  })
})

describe('reducing the schema', () => {
  it.each([
    ['schema:1 count:10 buckets:[1 2 3 4]', 0, 'count:10 buckets:[1 5 4]'],
    ['schema:1 count:10 offset:-3 buckets:[1 2 3 4]', 0, 'count:10 offset:-1 buckets:[3 7]'],
    ['schema:2 count:4 n_offset:1 n_buckets:[1 1 1 1]', 0, 'count:4 n_offset:1 n_buckets:[4]'],
    ['schema:0 count:3 buckets:[1 1 1]', 2, 'count:3 buckets:[1 1 1]'],
  ])('%s to %i', (before, schema, after) => {
    expect(fieldsOf(reduceSchema(h(before), schema))).toBe(fieldsOf(h(after)))
  })

  it('keeps every observation', () => {
    fc.assert(
      fc.property(exponential, fc.integer({ min: -4, max: 8 }), (histogram, schema) => {
        expect(countedOf(reduceSchema(histogram, schema))).toBe(histogram.count)
      }),
    )
  })

  it('comes to the same in one step and in two', () => {
    fc.assert(
      fc.property(exponential, fc.nat(4), fc.nat(4), (histogram, first, second) => {
        const [middle, end] = [histogram.schema - first, histogram.schema - first - second]
        fc.pre(end >= -4)
        expect(reduceSchema(reduceSchema(histogram, middle), end)).toEqual(reduceSchema(histogram, end))
      }),
    )
  })
})

describe('widening the zero bucket', () => {
  it.each([
    [
      'to a bound',
      'count:7 z_bucket:1 z_bucket_w:0.5 buckets:[2 4]',
      1,
      'count:7 z_bucket:3 z_bucket_w:1 offset:1 buckets:[4]',
    ],
    ['to the end of a populated bucket', 'count:7 z_bucket:1 buckets:[2 4]', 1.5, 'count:7 z_bucket:7 z_bucket_w:2'],
    ['into an empty bucket', 'count:3 z_bucket:1 buckets:[2]', 1.5, 'count:3 z_bucket:3 z_bucket_w:1.5'],
    [
      'as far as the other side needs',
      'count:9 z_bucket:1 buckets:[2 4] n_buckets:[0 0 2]',
      3,
      'count:9 z_bucket:9 z_bucket_w:4',
    ],
    ['not at all where it is wide enough', 'count:1 z_bucket:1 z_bucket_w:2', 1, 'count:1 z_bucket:1 z_bucket_w:2'],
  ])('%s', (_, before, threshold, after) => {
    expect(fieldsOf(widenZeroBucket(h(before), threshold))).toBe(fieldsOf(h(after)))
  })

  it('leaves no observation out and no bucket within', () => {
    fc.assert(
      fc.property(exponential, fc.double({ min: 0, max: 100, noNaN: true }), (histogram, threshold) => {
        const widened = widenZeroBucket(histogram, threshold)
        expect(countedOf(widened)).toBe(histogram.count)
        if (widened === histogram) return
        for (const { indexes } of [widened.positive, widened.negative]) {
          for (const index of indexes) {
            expect(exponentialBound(index - 1, widened.schema)).toBeGreaterThanOrEqual(widened.zeroThreshold)
          }
        }
      }),
    )
  })

  it('two histograms get one threshold', () => {
    fc.assert(
      fc.property(exponential, exponential, (a, b) => {
        const [left, right] = reconcileZeroBuckets(a, b)
        expect(left.zeroThreshold).toBe(right.zeroThreshold)
        expect(countedOf(left) + countedOf(right)).toBe(a.count + b.count)
      }),
    )
  })
})
