import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hypergeometricLog, logTilt } from './hypergeometric.ts'

/** n over k, exactly. */
function choose(n: bigint, k: bigint): bigint {
  if (k < 0n || k > n) return 0n
  let result = 1n
  for (let i = 1n; i <= k; i++) result = (result * (n - k + i)) / i
  return result
}

/** ln of a positive whole number of any size. */
function logOf(value: bigint): number {
  const digits = value.toString()
  return Math.log(Number(digits.slice(0, 17))) + Math.max(0, digits.length - 17) * Math.LN10
}

/** ln E[ψ^U] in exact fractions, for ψ = numerator/denominator. */
function exactLogTilt(canary: number, stable: number, bad: number, numerator: bigint, denominator: bigint): number {
  const [n, m, k] = [BigInt(canary), BigInt(stable), BigInt(bad)]
  const low = k > m ? k - m : 0n
  let [left, right] = [choose(n, low), choose(m, k - low)]
  let sum = 0n
  for (let u = low; u <= k && u <= n; u++) {
    sum += left * right * numerator ** u * denominator ** (k - u)
    left = (left * (n - u)) / (u + 1n)
    right = (right * (k - u)) / (m - k + u + 1n)
  }
  return logOf(sum) - logOf(choose(n + m, k)) - bad * logOf(denominator)
}

const counts = (max: number) =>
  fc.record({ canary: fc.integer({ min: 0, max }), stable: fc.integer({ min: 0, max }) }).chain(({ canary, stable }) =>
    fc.record({
      canary: fc.constant(canary),
      stable: fc.constant(stable),
      bad: fc.integer({ min: 0, max: canary + stable }),
    }),
  )

describe('the normalising constant of the non-central hypergeometric distribution', () => {
  it('agrees with exact fractions for every small table', () => {
    for (let canary = 0; canary <= 6; canary++) {
      for (let stable = 0; stable <= 6; stable++) {
        for (let bad = 0; bad <= canary + stable; bad++) {
          for (const [top, bottom] of [
            [3n, 2n],
            [5n, 1n],
            [30n, 1n],
          ] as const) {
            const expected = exactLogTilt(canary, stable, bad, top, bottom)
            expect(logTilt(canary, stable, bad, Number(top) / Number(bottom))).toBeCloseTo(expected, 12)
          }
        }
      }
    }
  })

  it.each([
    [2_000, 18_000, 60],
    [300, 700, 290],
    [500, 500, 500],
    [1_200, 2_800, 1_500],
    [4_000, 1_000, 4_300],
    [700, 60_000, 900],
  ])('agrees with exact fractions for %i and %i requests, %i of them bad', (canary, stable, bad) => {
    for (const [top, bottom] of [
      [3n, 2n],
      [3n, 1n],
      [10n, 1n],
    ] as const) {
      const expected = exactLogTilt(canary, stable, bad, top, bottom)
      expect(logTilt(canary, stable, bad, Number(top) / Number(bottom))).toBeCloseTo(expected, 9)
    }
  })

  it('does not care which of two halves is called the sample, at any size', () => {
    fc.assert(
      fc.property(counts(1e9), fc.constantFrom(1.5, 2, 5, 30), ({ canary, stable, bad }, ratio) => {
        const log = logTilt(canary, stable, bad, ratio)
        const swapped = logTilt(bad, canary + stable - bad, canary, ratio)
        const mirrored = (bad - stable) * Math.log(ratio) + logTilt(stable, canary, canary + stable - bad, ratio)
        const tolerance = 1e-6 + Math.abs(log) * 1e-12
        expect(Math.abs(swapped - log)).toBeLessThan(tolerance)
        expect(Math.abs(mirrored - log)).toBeLessThan(tolerance + (canary + stable) * 1e-14)
      }),
      { numRuns: 300 },
    )
  })

  it('makes the likelihood ratio fair: its mean is 1 whatever the number of bad requests', () => {
    fc.assert(
      fc.property(counts(1_500), fc.constantFrom(1.5, 3, 10, 30), ({ canary, stable, bad }, ratio) => {
        const tilt = logTilt(canary, stable, bad, ratio)
        fc.pre(bad > 0 && canary > 0 && stable > 0 && bad < canary + stable)
        let mean = 0
        for (let u = Math.max(0, bad - stable); u <= Math.min(bad, canary); u++) {
          mean += Math.exp(hypergeometricLog(u, canary, stable, bad) + u * Math.log(ratio) - tilt)
        }
        expect(mean).toBeCloseTo(1, 8)
      }),
      { numRuns: 200 },
    )
  })

  it('lies between the certain extremes', () => {
    fc.assert(
      fc.property(counts(1e9), ({ canary, stable, bad }) => {
        const log = logTilt(canary, stable, bad, 5)
        expect(log).toBeGreaterThanOrEqual(Math.max(0, bad - stable) * Math.log(5) - 1e-6)
        expect(log).toBeLessThanOrEqual(Math.min(bad, canary) * Math.log(5) + 1e-6)
      }),
    )
  })

  it('is smaller than the rare-event form, which is why that form overstates "no worse"', () => {
    const [canary, stable, bad, ratio] = [50, 50, 40, 1.5]
    const rare = bad * Math.log((ratio * canary + stable) / (canary + stable))
    expect(logTilt(canary, stable, bad, ratio)).toBeLessThan(rare)
  })
})
