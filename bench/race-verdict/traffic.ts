import type { Counts } from '../../src/judge/index.ts'
import { poissonQuantile } from '../../src/judge/traffic.fixture.ts'

/** What arrives in one second at each version. */
export interface Second {
  readonly canary: Counts
  readonly stable: Counts
}

/** What a simulated service receives. */
export interface Traffic {
  /** The requests of a second since first exposure, when the new version has this share (0 to 1) of them. */
  second(index: number, canaryShare: number): Second
}

export interface World {
  readonly requestsPerSecond: number
  /** The share of requests that the old version fails. */
  readonly baseRate: number
  /** The share of requests that the new version fails. */
  readonly newRate: number
}

/**
 * Seeded traffic: requests are Poisson, each version fails its own share. The same seed and second draw the same
 * uniform numbers whatever the share, so all rivals race on one traffic, in whatever order they look at it.
 */
export function seededTraffic(world: World): (seed: number) => Traffic {
  const tables = new Map<number, (uniform: number) => number>()
  const count = (mean: number, uniform: number): number => {
    let table = tables.get(mean)
    if (table === undefined) tables.set(mean, (table = poissonQuantile(mean)))
    return table(uniform)
  }
  return seed => ({
    second: (index, canaryShare) => {
      const key = mix(mix(seed + 0x9e3779b9) + index)
      const canary = world.requestsPerSecond * canaryShare
      const stable = world.requestsPerSecond * (1 - canaryShare)
      const canaryBad = count(canary * world.newRate, uniform(key, 1))
      const stableBad = count(stable * world.baseRate, uniform(key, 2))
      const canaryGood = count(canary * (1 - world.newRate), uniform(key, 3))
      const stableGood = count(stable * (1 - world.baseRate), uniform(key, 4))
      return {
        canary: { requests: canaryBad + canaryGood, bad: canaryBad },
        stable: { requests: stableBad + stableGood, bad: stableBad },
      }
    },
  })
}

const uniform = (key: number, stream: number): number => mix(key + Math.imul(stream, 0x85ebca6b)) / 2 ** 32

/** Scrambles 32 bits (a multiply-xorshift permutation). */
function mix(value: number): number {
  let x = value >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return (x ^ (x >>> 15)) >>> 0
}

/** Adds up whole seconds, from the first to before the last, with a share that does not change. */
export function over(traffic: Traffic, from: number, to: number, canaryShare: number): Second {
  const canary = { requests: 0, bad: 0 }
  const stable = { requests: 0, bad: 0 }
  for (let second = from; second < to; second++) {
    const seen = traffic.second(second, canaryShare)
    canary.requests += seen.canary.requests
    canary.bad += seen.canary.bad
    stable.requests += seen.stable.requests
    stable.bad += seen.stable.bad
  }
  return { canary, stable }
}
