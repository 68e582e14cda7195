import { describe, expect, it } from 'vitest'
import { boundSeconds, quantile, race } from './race.ts'
import type { Outcome, Rival } from './rival.ts'
import { RIVALS } from './rivals/index.ts'
import { shipwatch } from './rivals/shipwatch.ts'

const world = { requestsPerSecond: 20, baseRate: 0.003, newRate: 0.02 }

/** A rival whose releases end as listed, one after the other. */
function ending(outcomes: readonly Outcome[], share = 0.1): Rival {
  const left = [...outcomes]
  const simulate = (): Outcome => {
    const next = left.shift()
    if (next === undefined) throw new Error('no outcome left')
    return next
  }
  return { name: 'scripted', tuned: false, shareAt: () => share, simulate }
}

describe('a race', () => {
  it('sums up how the releases ended', () => {
    const row = race(
      ending([
        { outcome: 'rolled-back', seconds: 300, badRequests: 10 },
        { outcome: 'rolled-back', seconds: 100, badRequests: 20 },
        { outcome: 'promoted', seconds: 10_700, badRequests: 30 },
        { outcome: 'undecided', seconds: 10_700, badRequests: 40 },
      ]),
      world,
      4,
    )
    expect(row).toEqual({
      rival: 'scripted',
      tuned: false,
      ...world,
      canaryShare: 0.1,
      runs: 4,
      pRollback: 0.5,
      medianSeconds: 100,
      p95Seconds: 300,
      // The promoted one serves 100 more seconds at 0.4 a second; the one held serves a tenth of that.
      badRequests: (10 + 20 + (30 + 40) + (40 + 4)) / 4,
      pPromoted: 0.25,
      medianPromotionSeconds: 10_700,
      boundMultiple: expect.closeTo(100 / 135.7, 2),
    })
  })

  it('has no times where nothing was taken back', () => {
    const row = race(ending([{ outcome: 'promoted', seconds: 0, badRequests: 0 }]), world, 1)
    expect(row).toMatchObject({ pRollback: 0, medianSeconds: null, p95Seconds: null, boundMultiple: null })
  })

  it('has no bound where nothing can be told apart', () => {
    expect(boundSeconds(ending([]), { ...world, newRate: 0.003 }, 0.01)).toBeNull()
    expect(boundSeconds(ending([], 1), world, 0.01)).toBeNull()
  })

  it('adds up the bound over stages', () => {
    const stages = [
      { share: 0.1, seconds: 100 },
      { share: 0.5, seconds: 0 },
    ]
    const staged = shipwatch({ name: 'staged', plan: { signals: [{ name: 'errors' }] }, stages })
    const slow = boundSeconds(ending([], 0.1), world, 0.01) ?? 0
    const fast = boundSeconds(ending([], 0.5), world, 0.01) ?? 0
    expect(boundSeconds(staged, world, 0.01)).toBeCloseTo(100 + (1 - 100 / slow) * fast, 6)
  })

  it('is run by rivals of different names', () => {
    expect(new Set(RIVALS.map(({ name }) => name)).size).toBe(RIVALS.length)
  })

  it.each(RIVALS)('gives the same row for the same seeds: $name', rival => {
    const quick = { requestsPerSecond: 20, baseRate: 0.003, newRate: 0.2 }
    expect(race(rival, quick, 2)).toEqual(race(rival, quick, 2))
  })
})

it.each([
  [[], 0.5, null],
  [[7], 0.95, 7],
  [[1, 2, 3, 4], 0.5, 2],
  [[1, 2, 3], 0.5, 2],
  [[1, 2, 3, 4], 0.95, 4],
])('of %j the share %f does not exceed %s', (sorted, share, expected) => {
  expect(quantile(sorted, share)).toBe(expected)
})
