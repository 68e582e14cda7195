import { describe, expect, it } from 'vitest'
import { delayOf } from './delivery.ts'

describe('how long after it happened something is told', () => {
  it.each([
    ['sent', 5_000, 4_000],
    ['merged', 3_601_000, 3_600_000],
    ['waiting', undefined, 9_000],
    ['sending', undefined, 9_000],
    ['given-up', 5_000, undefined],
    ['dropped', 5_000, undefined],
  ] as const)('is of what is %s, and ended at %s, %s ms', (state, endedMs, delayMs) => {
    const ended = endedMs === undefined ? {} : { endedMs }
    expect(delayOf({ state, happenedMs: 1_000, ...ended }, 10_000)).toBe(delayMs)
  })

  it('is never less than nothing, also when a clock was set back', () => {
    expect(delayOf({ state: 'sent', happenedMs: 1_000, endedMs: 900 }, 10_000)).toBe(0)
  })
})
