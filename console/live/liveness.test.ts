import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beginLiveness, type Happening, heed, type Liveness, pauseMs, STALE_AFTER_MS } from './liveness.ts'

const play = (...happenings: Happening[]): Liveness => happenings.reduce(heed, beginLiveness(0))

describe('liveness', () => {
  it('begins by connecting, and is live with the first thing heard', () => {
    expect(beginLiveness(0).state).toBe('connecting')
    expect(play({ kind: 'opened', atMs: 10 }).state).toBe('live')
  })

  it('is stale when nothing has come for too long, and says since when', () => {
    const heard: Happening = { kind: 'heard', atMs: 1_000 }
    expect(play(heard, { kind: 'time-passed', atMs: 1_000 + STALE_AFTER_MS - 1 }).state).toBe('live')
    expect(play(heard, { kind: 'time-passed', atMs: 1_000 + STALE_AFTER_MS })).toMatchObject({
      state: 'stale',
      lastMs: 1_000,
      gaps: 0,
    })
  })

  it('is stale at once when the connection is lost, and counts the attempts that fail', () => {
    expect(play({ kind: 'heard', atMs: 5 }, { kind: 'lost', atMs: 6 }, { kind: 'lost', atMs: 9 })).toMatchObject({
      state: 'stale',
      lastMs: 5,
      failures: 2,
    })
  })

  it('counts a gap each time it comes back, and only then', () => {
    const back = play({ kind: 'heard', atMs: 5 }, { kind: 'lost', atMs: 6 }, { kind: 'opened', atMs: 9 })
    expect(back).toMatchObject({ state: 'live', gaps: 1, failures: 0 })
    expect(heed(back, { kind: 'heard', atMs: 10 }).gaps).toBe(1)
  })

  it('knows by how much the hub is ahead, and keeps it while the hub does not say', () => {
    const live = play({ kind: 'heard', atMs: 1_000, hubMs: 4_000 }, { kind: 'heard', atMs: 2_000 })
    expect(live.aheadMs).toBe(3_000)
  })

  it('waits longer each time, up to half a minute, and never the same for all', () => {
    expect([1, 2, 3, 4, 5, 6, 60].map(failures => pauseMs(failures, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ])
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const waitMs = pauseMs(failures, random)
        return waitMs >= 500 && waitMs <= 30_000
      }),
    )
  })
})
