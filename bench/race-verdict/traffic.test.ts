import { describe, expect, it } from 'vitest'
import { over, seededTraffic } from './traffic.ts'

const world = { requestsPerSecond: 20, baseRate: 0.01, newRate: 0.1 }

describe('seeded traffic', () => {
  it('is the same for the same seed, second and share, in any order of looking', () => {
    const [one, other] = [seededTraffic(world)(7), seededTraffic(world)(7)]
    const forwards = Array.from({ length: 50 }, (_, i) => one.second(i, 0.3))
    const backwards = Array.from({ length: 50 }, (_, i) => other.second(49 - i, 0.3)).toReversed()
    expect(forwards).toEqual(backwards)
  })

  it('differs by seed and by second', () => {
    const traffic = seededTraffic(world)
    const draw = (seed: number) => Array.from({ length: 50 }, (_, i) => JSON.stringify(traffic(seed).second(i, 0.3)))
    expect(draw(1)).not.toEqual(draw(2))
    expect(new Set(draw(1)).size).toBeGreaterThan(20)
  })

  it('has the rates of its world, split by the share', () => {
    const { canary, stable } = over(seededTraffic(world)(3), 0, 20_000, 0.25)
    expect(canary.requests / 100_000).toBeCloseTo(1, 1)
    expect(stable.requests / 300_000).toBeCloseTo(1, 1)
    expect(canary.bad / canary.requests).toBeCloseTo(0.1, 2)
    expect(stable.bad / stable.requests).toBeCloseTo(0.01, 2)
  })

  it('has no memory: neighbouring seconds, versions and seeds are unrelated', () => {
    const traffic = seededTraffic({ requestsPerSecond: 20, baseRate: 0.5, newRate: 0.5 })
    const seconds = Array.from({ length: 20_000 }, (_, i) => traffic(1).second(i, 0.5))
    const here = seconds.map(({ canary }) => canary.bad)
    expect(Math.abs(correlation(here.slice(1), here.slice(0, -1)))).toBeLessThan(0.03)
    expect(
      Math.abs(
        correlation(
          here,
          seconds.map(({ stable }) => stable.bad),
        ),
      ),
    ).toBeLessThan(0.03)
    expect(
      Math.abs(
        correlation(
          here,
          seconds.map((_, i) => traffic(2).second(i, 0.5).canary.bad),
        ),
      ),
    ).toBeLessThan(0.03)
  })

  it('sends nothing to a version without a share', () => {
    expect(over(seededTraffic(world)(1), 0, 500, 0).canary).toEqual({ requests: 0, bad: 0 })
    expect(over(seededTraffic(world)(1), 0, 500, 1).stable).toEqual({ requests: 0, bad: 0 })
  })
})

function correlation(one: readonly number[], other: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [a, b] = [mean(one), mean(other)]
  let [both, first, second] = [0, 0, 0]
  for (const [i, value] of one.entries()) {
    const [x, y] = [value - a, (other[i] ?? 0) - b]
    both += x * y
    first += x * x
    second += y * y
  }
  return both / Math.sqrt(first * second)
}
