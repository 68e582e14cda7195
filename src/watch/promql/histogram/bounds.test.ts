import { describe, expect, it } from 'vitest'
import { coarserIndex, exponentialBound, upperBound } from './bounds.ts'

describe('bounds of exponential buckets', () => {
  it.each([
    [0, 0, 1],
    [1, 0, 2],
    [-1, 0, 0.5],
    [1, 1, Math.SQRT2],
    [3, 1, 2 * Math.SQRT2],
    [-1, 1, Math.SQRT1_2],
    [1, -1, 4],
    [-1, -1, 0.25],
    [1, -4, 65536],
    [256, 8, 2],
    [128, 8, Math.SQRT2],
    [1, 8, 1.0027112750502025],
    [255, 8, 1.9945921121709402],
    [1, 2, 1.189207115002721],
    [3, 2, 1.681792830507429],
    [1, 5, 1.0218971486541166],
  ])('index %i of schema %i ends at %d, to the bit', (index, schema, bound) => {
    expect(exponentialBound(index, schema)).toBe(bound)
  })

  it.each([-4, -1, 0, 3, 8])(
    'in schema %i, finite numbers end at the greatest float and infinity has a bucket',
    schema => {
      const last = 1024 * 2 ** schema
      expect(exponentialBound(last, schema)).toBe(Number.MAX_VALUE)
      expect(exponentialBound(last + 1, schema)).toBe(Infinity)
      expect(exponentialBound(last - 1, schema)).toBeLessThan(Number.MAX_VALUE)
    },
  )

  it('a bound of a schema is one of the next finer schema, too', () => {
    for (let schema = -4; schema < 8; schema++) {
      for (let index = -20; index <= 20; index++) {
        expect(exponentialBound(index, schema)).toBe(exponentialBound(2 * index, schema + 1))
        expect(coarserIndex(2 * index, schema + 1, schema)).toBe(index)
        expect(coarserIndex(2 * index - 1, schema + 1, schema)).toBe(index)
      }
    }
  })
})

describe('bounds of custom buckets', () => {
  it.each([
    [-1, -Infinity],
    [0, 5],
    [1, 10],
    [2, Infinity],
  ])('index %i of two bounds ends at %d', (index, bound) => {
    expect(upperBound(index, -53, [5, 10])).toBe(bound)
  })
})
