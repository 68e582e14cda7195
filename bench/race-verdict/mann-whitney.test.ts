import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/kernel/index.ts'
import { locationShift } from './mann-whitney.ts'

const Z98 = 2.326_347_874

/** The textbook definition: the median of all differences between the samples. */
function hodgesLehmann(x: readonly number[], y: readonly number[]): number {
  const differences = x.flatMap(a => y.map(b => a - b)).toSorted((a, b) => a - b)
  const middle = differences.length / 2
  return ((differences[Math.ceil(middle) - 1] ?? 0) + (differences[Math.floor(middle)] ?? 0)) / 2
}

function normals(count: number, seed: number, shift = 0): number[] {
  const random = seededRandom(seed)
  return Array.from(
    { length: count },
    () => shift + Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  )
}

describe('the shift between two samples', () => {
  it.each([1, 2, 3, 4, 5])('is estimated by the median of all differences (%i)', seed => {
    const [x, y] = [normals(60, seed, 0.7), normals(55, seed + 100)]
    expect(locationShift(x, y, Z98).estimate).toBeCloseTo(hodgesLehmann(x, y), 2)
  })

  it('moves with the sample', () => {
    const [x, y] = [normals(60, 1), normals(60, 2)]
    const [before, after] = [
      locationShift(x, y, Z98),
      locationShift(
        x.map(value => value + 5),
        y,
        Z98,
      ),
    ]
    expect(after.estimate - before.estimate).toBeCloseTo(5, 2)
    expect(after.lower - before.lower).toBeCloseTo(5, 2)
  })

  it('has a lower bound that is wrong in about 1 % of cases', () => {
    let wrong = 0
    for (let seed = 0; seed < 1_000; seed++) {
      const { estimate, lower } = locationShift(normals(60, seed), normals(60, seed + 50_000), Z98)
      expect(lower).toBeLessThan(estimate)
      if (lower > 0) wrong++
    }
    expect(wrong).toBeGreaterThanOrEqual(2)
    expect(wrong).toBeLessThanOrEqual(20)
  })

  it('is 0 where most values are tied at 0 on both sides', () => {
    const x = [...Array.from({ length: 50 }, () => 0), 1, 2, 3]
    const y = [...Array.from({ length: 51 }, () => 0), 1, 2]
    const { estimate, lower } = locationShift(x, y, Z98)
    expect(Math.abs(estimate)).toBeLessThan(1e-3)
    expect(Math.abs(lower)).toBeLessThan(1e-3)
  })

  it('agrees with the normal approximation worked by hand', () => {
    // x all above y: rank sum excess n·m/2 = 12.5 below the smallest difference; σ² = 25·11/12; (12.5 − 0.5)/σ = 2.507 > 2.326.
    const [x, y] = [
      [10, 11, 12, 13, 14],
      [1, 2, 3, 4, 5],
    ]
    expect(locationShift(x, y, Z98).lower).toBeCloseTo(5, 2)
    // At a quantile of 2.6 not even that is enough: the bound is the least that could be.
    expect(locationShift(x, y, 2.6).lower).toBe(5)
  })
})
