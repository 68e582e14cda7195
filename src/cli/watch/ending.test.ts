import { describe, expect, test } from 'vitest'
import { DISARMED, held, inDoubt, MISMATCH, promoted, release, takenBack, told } from '../sample.fixture.ts'
import { endingLines, exitCodeFor, settled } from './ending.ts'

const onHold = release({ phase: 'held', held: held('inconclusive', 60) })
const ended = (kind: 'failed' | 'cancelled' | 'superseded' | 'rolled-back' | 'promoted') =>
  takenBack({ outcome: { kind, ...told('because'), by: 'hub', decidedAt: '2026-11-21T03:21:00Z' } })

describe('somebody who waits for a promotion', () => {
  test.each([
    ['waiting', release({ phase: 'waiting' }), false],
    ['moving', release({ phase: 'moving' }), false],
    ['watching', release(), false],
    ['held', onHold, true],
    ['promoting', promoted({ phase: 'promoting' }), false],
    ['baking', promoted(), true],
    ['retiring', promoted({ phase: 'retiring' }), true],
    ['taking-back', takenBack({ phase: 'taking-back' }), false],
    ['ended', takenBack(), true],
  ])('%s: %#', (_, shown, over) => {
    expect(settled(shown, 'promoted')).toBe(over)
  })

  test.each([
    [promoted(), 0],
    [ended('promoted'), 0],
    [ended('rolled-back'), 1],
    [ended('failed'), 1],
    [ended('cancelled'), 1],
    [ended('superseded'), 1],
    [onHold, 3],
    [inDoubt('disarmed'), 3],
    [inDoubt('mismatch'), 3],
  ])('is told by the exit code: %#', (shown, code) => {
    expect(exitCodeFor(shown, 'promoted')).toBe(code)
  })
})

describe('somebody who waits for a version to be taken back', () => {
  test.each([
    [takenBack({ phase: 'taking-back' }), false],
    [takenBack(), true],
    // A promotion that was quicker than the order is the end of it, too.
    [promoted(), true],
    [promoted({ phase: 'promoting' }), false],
  ])('waits until the old one serves: %#', (shown, over) => {
    expect(settled(shown, 'taken-back')).toBe(over)
  })

  test('hears 0 when it was taken back, and 1 when it was not', () => {
    expect(exitCodeFor(takenBack(), 'taken-back')).toBe(0)
    expect(exitCodeFor(ended('cancelled'), 'taken-back')).toBe(0)
    expect(exitCodeFor(promoted(), 'taken-back')).toBe(1)
  })
})

test.each([
  [
    promoted(),
    [
      'order v3 was promoted 1m after its first traffic: errors: 3 of 1,204 requests (0.2 %) on the new version against 3 of 1,198 (0.3 %) beside it',
    ],
  ],
  [ended('failed'), ['order v3 failed before it had any traffic: because', '12 bad of 1,204 requests; v2 serves']],
  [ended('superseded'), ['order v3 was superseded by a newer release: because', '12 bad of 1,204 requests; v2 serves']],
  [{ ...ended('cancelled'), candidate: { requests: 0, bad: 0 } }, ['order v3 was cancelled before it began: because']],
  [
    takenBack(),
    [
      'order v3 was taken back 13s after its first traffic: errors: 12 of 240 requests (5.0 %) on the new version against 3 of 2,160 (0.1 %) beside it',
      '12 bad of 1,204 requests, 4 answered after the decision; v2 serves',
      'hint: See what it says: shipwatch logbook --service order',
    ],
  ],
  [
    onHold,
    [
      'order v3 is held: no verdict in time',
      'go on: shipwatch resume rel_01jd3k2m8r4zq0x7a   promote: shipwatch promote rel_01jd3k2m8r4zq0x7a   take back: shipwatch rollback order',
    ],
  ],
  [
    release({ phase: 'held', held: held('paused', 60, 'lunch') }),
    [
      'order v3 is held: paused by user/li, lunch',
      'go on: shipwatch resume rel_01jd3k2m8r4zq0x7a   promote: shipwatch promote rel_01jd3k2m8r4zq0x7a   take back: shipwatch rollback order',
    ],
  ],
  [
    inDoubt('disarmed'),
    [
      'order v3 is held: errors: 12 of 240 requests (5.0 %) on the new version against 3 of 2,160 (0.1 %) beside it; not taken back by itself, since instances of v2 differ among themselves',
      `disarmed: ${DISARMED.instances.reason}`,
      'go on: shipwatch resume rel_01jd3k2m8r4zq0x7a   promote: shipwatch promote rel_01jd3k2m8r4zq0x7a   take back: shipwatch rollback order   compare anew: shipwatch rearm rel_01jd3k2m8r4zq0x7a',
    ],
  ],
  [
    inDoubt('mismatch'),
    [
      'order v3 is held: nothing goes on by itself, since more traffic comes to v3 than configured',
      `mismatch: ${MISMATCH.arrivals.reason}`,
      expect.stringContaining('shipwatch rearm'),
    ],
  ],
])('the last lines say how it ended, and what to do: %#', (shown, lines) => {
  expect(endingLines(shown, { whySaid: false })).toEqual(lines)
})

test('a first version was compared with nothing, so there is no time to a verdict', () => {
  expect(endingLines(promoted({ previous: null }), { whySaid: true })).toEqual(['order v3 was promoted'])
})

test('why is not said twice', () => {
  expect(endingLines(takenBack(), { whySaid: true })[0]).toBe('order v3 was taken back 13s after its first traffic')
  expect(endingLines(onHold, { whySaid: true })[0]).toBe('order v3 is held')
})
