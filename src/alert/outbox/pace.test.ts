import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freeAt, mostOf, tokensLeft } from './pace.ts'

const MINUTE = [{ most: 20, withinMs: 60_000 }]
const T0 = 1_700_000_000_000

describe('the pace of a destination', () => {
  it('takes as many as its limit in a window, the news leaving a fifth', () => {
    const said = (count: number) => Array.from({ length: count }, (_, i) => T0 - i * 100)
    expect(freeAt(MINUTE, said(15), T0, 'news')).toBe(T0)
    expect(freeAt(MINUTE, said(16), T0, 'news')).toBe(T0 - 1_500 + 60_000)
    expect(freeAt(MINUTE, said(19), T0, 'critical')).toBe(T0)
    expect(freeAt(MINUTE, said(20), T0, 'critical')).toBe(T0 - 1_900 + 60_000)
    expect(tokensLeft(MINUTE, said(17), T0)).toBe(3)
  })

  it('without limits takes all at once', () => {
    expect(freeAt([], [T0, T0, T0], T0, 'news')).toBe(T0)
    expect(tokensLeft([], [T0], T0)).toBe(Number.POSITIVE_INFINITY)
    expect(mostOf([])).toBe(1)
  })

  it('of one message at a time keeps nothing back from the news', () => {
    const slack = [{ most: 1, withinMs: 1_000 }]
    expect(freeAt(slack, [T0 - 400], T0, 'news')).toBe(T0 + 600)
    expect(freeAt(slack, [T0 - 1_000], T0, 'news')).toBe(T0)
  })

  it('is not stopped for ever by a clock that was set back', () => {
    const future = Array.from({ length: 20 }, () => T0 + 7_200_000)
    expect(freeAt(MINUTE, future, T0, 'critical')).toBe(T0)
  })

  const limits = fc.array(
    fc.record({ most: fc.integer({ min: 1, max: 30 }), withinMs: fc.integer({ min: 1, max: 60_000 }) }),
    { minLength: 1, maxLength: 2 },
  )
  const messages = fc.array(
    fc.record({
      waitMs: fc.integer({ min: 0, max: 2_000 }),
      tookMs: fc.integer({ min: 0, max: 5_000 }),
      urgency: fc.constantFrom('critical' as const, 'news' as const),
    }),
    { minLength: 1, maxLength: 120 },
  )

  it('is never exceeded, at whatever moment between sending and answer a message arrives there', () => {
    fc.assert(
      fc.property(limits, messages, fc.double({ min: 0, max: 1, noNaN: true }), (given, sent, part) => {
        const arrivedMs: number[] = []
        const endedMs: number[] = []
        let nowMs = T0
        for (const { waitMs, tookMs, urgency } of sent) {
          nowMs = freeAt(given, endedMs.toReversed().slice(0, mostOf(given)), nowMs + waitMs, urgency)
          arrivedMs.push(nowMs + tookMs * part)
          nowMs += tookMs
          endedMs.push(nowMs)
        }
        for (const { most, withinMs } of given) {
          for (const [i, atMs] of arrivedMs.entries()) {
            const oneTooMany = arrivedMs[i + most]
            if (oneTooMany !== undefined) expect(oneTooMany - atMs).toBeGreaterThanOrEqual(withinMs)
          }
        }
      }),
    )
  })

  it('always becomes free, within the longest window', () => {
    fc.assert(
      fc.property(limits, fc.array(fc.integer({ min: -90_000, max: 0 })), (given, offsets) => {
        const endedMs = offsets.map(offset => T0 + offset)
        const freeMs = freeAt(given, endedMs, T0, 'news')
        expect(freeMs).toBeGreaterThanOrEqual(T0)
        expect(freeMs - T0).toBeLessThanOrEqual(Math.max(...given.map(({ withinMs }) => withinMs)))
        expect(freeAt(given, endedMs, T0, 'critical')).toBeLessThanOrEqual(freeMs)
      }),
    )
  })
})
