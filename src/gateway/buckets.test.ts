import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BUCKETS, bucketOf, countOver, dense, quantile, since, sparse, sum, total } from './buckets.ts'

const latency = fc.double({ min: 0, max: 100_000, noNaN: true })

function histogramOf(values: readonly number[]): number[] {
  const counts = new Float64Array(BUCKETS.length)
  for (const value of values) {
    const bucket = bucketOf(value)
    counts[bucket] = (counts[bucket] ?? 0) + 1
  }
  return sparse(counts)
}

describe('the buckets', () => {
  it('ascend from 0.5 ms to 60 s, none wider than 5 %', () => {
    expect(BUCKETS[0]).toBe(0.5)
    expect(BUCKETS.at(-2)).toBe(60_000)
    expect(BUCKETS.at(-1)).toBe(Number.POSITIVE_INFINITY)
    for (let i = 1; i < BUCKETS.length - 1; i++) {
      const width = (BUCKETS[i] ?? 0) / (BUCKETS[i - 1] ?? 0)
      expect(width).toBeGreaterThan(1)
      expect(width).toBeLessThanOrEqual(1.05)
    }
  })

  it('hold every duration between their bounds', () => {
    fc.assert(
      fc.property(latency, ms => {
        const bucket = bucketOf(ms)
        expect(ms).toBeLessThanOrEqual(BUCKETS[bucket] ?? Number.NaN)
        if (bucket > 0) expect(ms).toBeGreaterThan(BUCKETS[bucket - 1] ?? Number.NaN)
      }),
    )
  })

  it('hold their own upper bound, and not a hair more', () => {
    for (const [bucket, bound] of BUCKETS.entries()) {
      if (bound === Number.POSITIVE_INFINITY) continue
      expect(bucketOf(bound)).toBe(bucket)
      expect(bucketOf(bound * (1 + 1e-12))).toBe(bucket + 1)
    }
  })

  it.each([
    [0, 0],
    [-1, 0],
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, BUCKETS.length - 1],
    [60_000.1, BUCKETS.length - 1],
  ])('put %d into bucket %d', (ms, bucket) => {
    expect(bucketOf(ms)).toBe(bucket)
  })
})

describe('a histogram', () => {
  it('survives being written as pairs', () => {
    fc.assert(
      fc.property(fc.array(latency), values => {
        const pairs = histogramOf(values)
        expect(sparse(dense(pairs))).toEqual(pairs)
        expect(total(pairs)).toBe(values.length)
      }),
    )
  })

  it('less an earlier reading of itself is what came between', () => {
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency), (early, late) => {
        expect(since(histogramOf(early), histogramOf([...early, ...late]))).toEqual(histogramOf(late))
        expect(sum([histogramOf(early), histogramOf(late)])).toEqual(histogramOf([...early, ...late]))
      }),
    )
  })

  it('knows its quantiles to 5 %, never too low', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.5, max: 60_000, noNaN: true }), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const exact = values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(q * values.length) - 1)] ?? 0
          const read = quantile(histogramOf(values), q) ?? 0
          expect(read).toBeGreaterThanOrEqual(exact)
          expect(read).toBeLessThanOrEqual(exact * 1.05)
        },
      ),
    )
  })

  it('of nothing has no quantile', () => {
    expect(quantile([], 0.5)).toBeUndefined()
  })

  it('counts exactly what is over a bound', () => {
    fc.assert(
      fc.property(fc.array(latency), fc.nat({ max: BUCKETS.length - 2 }), (values, i) => {
        const bound = BUCKETS[i] ?? 0
        expect(countOver(histogramOf(values), bound)).toBe(values.filter(value => value > bound).length)
      }),
    )
  })
})
