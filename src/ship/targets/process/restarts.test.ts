import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterExit, NO_PAST, type Past, type RestartPolicy } from './restarts.ts'

const policy: RestartPolicy = { backoffMs: 500, maxBackoffMs: 30_000, exits: 3, withinMs: 60_000 }
const most = () => 0 // no jitter: the whole pause

function ends(atMs: readonly number[], ranMs = 10, from: Past = NO_PAST) {
  let past = from
  return atMs.map(nowMs => {
    const decided = afterExit(past, ranMs, nowMs, policy, most)
    past = decided.past
    return decided
  })
}

describe('an instance that ended', () => {
  it('is started again after a pause that doubles up to a limit', () => {
    const pauses = ends([0, 1, 2, 3, 4, 5, 6, 7, 8].map(n => n * 100_000)).map(decided => decided.afterMs)
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('is in a crash loop at its third end within a minute, and with each further one', () => {
    expect(ends([0, 30_000, 60_000, 90_000]).map(decided => decided.crashLoop)).toEqual([false, false, true, true])
  })

  it('is in no crash loop when the ends lie further apart', () => {
    expect(ends([0, 30_000, 60_001, 90_002]).map(decided => decided.crashLoop)).toEqual([false, false, false, false])
  })

  it('has a clean slate after a run longer than the window', () => {
    const [, , third] = ends([0, 1, 2])
    const later = afterExit(third?.past ?? NO_PAST, 60_001, 70_000, policy, most)
    expect(later).toEqual({ past: { exitsAtMs: [70_000], streak: 1, looping: false }, afterMs: 500, crashLoop: false })
  })

  it('is not judged by ends that lie in the future, when the wall clock was set back', () => {
    const [, second] = ends([1_000_000, 1_000_001])
    expect(afterExit(second?.past ?? NO_PAST, 10, 5, policy, most).past.exitsAtMs).toEqual([5])
  })

  it('always waits more than nothing and no more than the limit, and remembers no more than it counts', () => {
    const arbitrary = fc.record({
      backoffMs: fc.integer({ min: 1, max: 60_000 }),
      maxBackoffMs: fc.integer({ min: 1, max: 600_000 }),
      exits: fc.integer({ min: 1, max: 10 }),
      withinMs: fc.integer({ min: 1, max: 600_000 }),
    })
    const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    const runs = fc.array(fc.tuple(fc.nat(700_000), randoms), { maxLength: 60 })
    fc.assert(
      fc.property(arbitrary, runs, (policy, runs) => {
        let past = NO_PAST
        let nowMs = 0
        for (const [ranMs, random] of runs) {
          nowMs += ranMs
          const decided = afterExit(past, ranMs, nowMs, policy, () => random)
          expect(decided.afterMs).toBeGreaterThanOrEqual(
            Math.floor(Math.min(policy.backoffMs, policy.maxBackoffMs) * 0.8),
          )
          expect(decided.afterMs).toBeLessThanOrEqual(policy.maxBackoffMs)
          expect(decided.past.exitsAtMs.length).toBeLessThanOrEqual(policy.exits)
          expect(decided.crashLoop).toBe(decided.past.exitsAtMs.length === policy.exits)
          past = decided.past
        }
      }),
    )
  })
})
