import { describe, expect, it } from 'vitest'
import { seededRandom } from '../kernel/index.ts'
import { drawing, poissonQuantile, wilson } from './traffic.fixture.ts'

describe('simulated traffic', () => {
  it.each([0, 0.02, 1, 7.5, 90, 2_000])('draws Poisson numbers with mean and variance %f', mean => {
    const quantile = poissonQuantile(mean)
    const random = seededRandom(1)
    const draws = Array.from({ length: 20_000 }, () => quantile(random()))
    const average = draws.reduce((sum, count) => sum + count, 0) / draws.length
    const variance = draws.reduce((sum, count) => sum + (count - average) ** 2, 0) / draws.length
    expect(Math.abs(average - mean)).toBeLessThan(0.01 + 5 * Math.sqrt(mean / draws.length))
    expect(Math.abs(variance - mean)).toBeLessThan(0.01 + 0.06 * mean)
  })

  it('splits the requests, and makes the bad ones by the version', () => {
    const draw = drawing({ requests: 1_000, canaryShare: 0.2, baseRate: 0.01, newRate: 0.5 })
    const random = seededRandom(2)
    const sums = { canary: 0, canaryBad: 0, stable: 0, stableBad: 0 }
    for (let i = 0; i < 200; i++) {
      const { canary, stable } = draw(random)
      sums.canary += canary.requests
      sums.canaryBad += canary.bad
      sums.stable += stable.requests
      sums.stableBad += stable.bad
    }
    expect(sums.canary / 40_000).toBeCloseTo(1, 1)
    expect(sums.canaryBad / 20_000).toBeCloseTo(1, 1)
    expect(sums.stable / 160_000).toBeCloseTo(1, 1)
    expect(sums.stableBad / 1_600).toBeCloseTo(1, 0)
  })
})

it('the Wilson interval agrees with published values', () => {
  expect(wilson(0, 10).lower).toBeCloseTo(0, 12)
  expect(wilson(0, 10).upper).toBeCloseTo(0.2775, 3)
  expect(wilson(5, 10).lower).toBeCloseTo(0.2366, 3)
  expect(wilson(5, 10).upper).toBeCloseTo(0.7634, 3)
})
