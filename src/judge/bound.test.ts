import { describe, expect, it } from 'vitest'
import { divergence, fewestRequests } from './bound.ts'

describe('the fewest requests any test needs', () => {
  it.each([
    [0.1, 273],
    [0.5, 654],
  ])('for 0.3 % → 2 % at a share of %f are some %i on the new version', (canaryShare, canaryRequests) => {
    // The reference takes errors for rare (Poisson), which asks for about 1 % more.
    const requests = fewestRequests(0.01, { baseRate: 0.003, newRate: 0.02, canaryShare })
    expect((requests * canaryShare) / canaryRequests).toBeGreaterThan(0.985)
    expect((requests * canaryShare) / canaryRequests).toBeLessThan(1)
  })

  it('are without end where nothing differs', () => {
    expect(fewestRequests(0.01, { baseRate: 0.02, newRate: 0.02, canaryShare: 0.1 })).toBe(Number.POSITIVE_INFINITY)
    expect(fewestRequests(0.01, { baseRate: 0, newRate: 0, canaryShare: 0.1 })).toBe(Number.POSITIVE_INFINITY)
  })

  it('are finite from nothing to everything', () => {
    const requests = fewestRequests(0.01, { baseRate: 0, newRate: 1, canaryShare: 0.5 })
    expect(requests).toBeCloseTo(-Math.log(0.01) / Math.LN2, 10)
  })
})

it('a rate does not diverge from itself, and 0 diverges from anything by what is missing', () => {
  expect(divergence(0.2, 0.2)).toBe(0)
  expect(divergence(0, 0.5)).toBeCloseTo(Math.LN2, 14)
  expect(divergence(1, 0.25)).toBeCloseTo(Math.log(4), 14)
})
