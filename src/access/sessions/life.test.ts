import { describe, expect, it } from 'vitest'
import { endsAtMs, IDLE_MS, isLive, LIFE_MS } from './life.ts'

const HOUR_MS = 3_600_000

describe('a session', () => {
  it.each([
    ['is new', 0, 0, true],
    ['was used 12 hours ago, less a moment', 0, IDLE_MS - 1, true],
    ['was used 12 hours ago', 0, IDLE_MS, false],
    ['is used all the time, less a moment than 7 days', LIFE_MS - HOUR_MS, LIFE_MS - 1, true],
    ['is used all the time, for 7 days', LIFE_MS - 1, LIFE_MS, false],
    ['was made by a hub whose clock is a little ahead', 0, -60_000, true],
    ['was made by a clock that has been set back since', 0, -HOUR_MS, false],
  ])('that %s: last used at %d ms, at %d ms alive is %s', (_, seenAtMs, nowMs, alive) => {
    expect(isLive({ createdAtMs: 0, seenAtMs }, nowMs)).toBe(alive)
  })

  it('ends at whichever comes first', () => {
    expect(endsAtMs({ createdAtMs: 0, seenAtMs: 0 })).toBe(IDLE_MS)
    expect(endsAtMs({ createdAtMs: 0, seenAtMs: LIFE_MS - 1 })).toBe(LIFE_MS)
  })
})
