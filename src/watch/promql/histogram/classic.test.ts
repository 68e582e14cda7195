import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ClassicBuckets, classicFraction, classicQuantile, repair } from './classic.ts'
import { isNear } from './histogram.fixture.ts'

function classic(counts: Readonly<Record<string, number>>): ClassicBuckets {
  const pairs = Object.entries(counts)
    .map(([bound, count]) => [Number(bound), count] as const)
    .toSorted(([a], [b]) => a - b)
  return {
    bounds: Float64Array.from(pairs, ([bound]) => bound),
    counts: Float64Array.from(pairs, ([, count]) => count),
    size: pairs.length,
  }
}

const FIVE = { 0.1: 1, 0.2: 3, 1: 6, 10: 6, Infinity: 10 }

describe('repairing counts', () => {
  it.each([
    ['leaves what ascends', [1, 3, 3, 6], [1, 3, 3, 6], undefined],
    [
      'raises what goes down and tells',
      [1, 5, 2, 6],
      [1, 5, 5, 6],
      { lowestBound: 2, highestBound: 2, greatestDifference: 3 },
    ],
    [
      'measures against the last that ascended',
      [4, 3, 2, 5],
      [4, 4, 4, 5],
      { lowestBound: 1, highestBound: 2, greatestDifference: 2 },
    ],
    [
      'evens rounding out, downwards and upwards, without a word',
      [1, 1 - 1e-13, 1 + 1e-13, 6],
      [1, 1, 1, 6],
      undefined,
    ],
    [
      'takes more than rounding seriously',
      [1, 1 - 1e-11, 2, 6],
      [1, 1, 2, 6],
      { lowestBound: 1, highestBound: 1, greatestDifference: expect.closeTo(1e-11, 15) },
    ],
  ])('%s', (_, before, after, expected) => {
    const buckets = { bounds: Float64Array.of(0, 1, 2, Infinity), counts: Float64Array.from(before), size: 4 }
    expect(repair(buckets)).toEqual(expected)
    expect([...buckets.counts]).toEqual(after)
  })

  it('looks only at the buckets in use', () => {
    expect(repair({ bounds: Float64Array.of(1, 2, 3), counts: Float64Array.of(1, 2, 0), size: 2 })).toBeUndefined()
  })
})

describe('a classic quantile', () => {
  it.each([
    [FIVE, 0, 0],
    [FIVE, 0.05, 0.05],
    [FIVE, 0.1, 0.1],
    [FIVE, 0.2, 0.15],
    [FIVE, 0.45, 0.6],
    [FIVE, 0.6, 1],
    [FIVE, 0.61, 10],
    [FIVE, 1, 10],
    [{ '-0.2': 1, '-0.1': 2, 0.3: 2, Infinity: 5 }, 0.1, -0.2],
    [{ '-0.2': 1, '-0.1': 2, 0.3: 2, Infinity: 5 }, 0.3, -0.15],
    [{ 1: 0, Infinity: 0 }, 0.5, NaN],
    [{ Infinity: 4 }, 0.5, NaN],
    [{ 1: 1, 2: 4 }, 0.5, NaN],
    [{ 1: 0, 2: 4, Infinity: 4 }, 0, NaN],
    [{ 1: NaN, Infinity: NaN }, 0.5, 1],
  ])('of %o: %d is %d', (counts, phi, expected) => {
    expect(classicQuantile(phi, classic(counts))).toSatisfy((number: number) => isNear(number, expected))
  })

  it('lies between the bounds of the bucket that holds its rank', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(9), { minLength: 3, maxLength: 12 }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (grown, phi) => {
          let total = 0
          const counts = Float64Array.from(grown, count => (total += count))
          fc.pre(total > 0)
          const bounds = Float64Array.from(grown, (_, i) => (i === grown.length - 1 ? Infinity : i + 1))
          const value = classicQuantile(phi, { bounds, counts, size: bounds.length })
          const at = counts.findIndex(count => count >= phi * total)
          expect(value).toBeGreaterThanOrEqual(Math.min(at, grown.length - 1))
          expect(value).toBeLessThanOrEqual(Math.min(at + 1, grown.length - 1))
        },
      ),
    )
  })
})

describe('a classic fraction', () => {
  it.each([
    [FIVE, -Infinity, 0.1, 0.1],
    [FIVE, 0, 0.05, 0.05],
    [FIVE, 0.2, 1, 0.3],
    [FIVE, 0.6, Infinity, 0.55],
    [FIVE, 5, 100, 0],
    [FIVE, -Infinity, Infinity, 1],
    [FIVE, 2, 1, 0],
    [FIVE, NaN, 1, NaN],
    [FIVE, 0, NaN, NaN],
    [{ '-1': 2, 1: 4, Infinity: 4 }, -Infinity, -2, 0.5],
    [{ '-1': 2, 1: 4, Infinity: 4 }, -1, 0, 0.25],
    [{ 1: 1, 2: 4 }, 0, 1, NaN],
    [{ 1: 0, Infinity: 0 }, 0, 1, NaN],
  ])('of %o between %d and %d is %d', (counts, lower, upper, expected) => {
    expect(classicFraction(lower, upper, classic(counts))).toSatisfy((number: number) => isNear(number, expected))
  })
})
