import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../kernel/index.ts'
import type { LedgerAttempt, Urgency } from './delivery.ts'
import { nextStep, PATIENCE_MS, pauseAfter, type Step, TAKE_OVER_MS } from './next-step.ts'

const T0 = 1_700_000_000_000
const facts = (urgency: Urgency = 'critical') => ({ createdMs: T0, urgency, receiver: 'team' })
const way = (channel: string, freeMs = T0) => ({ channel, freeMs })
const ONE = [way('ops')]
const TWO = [way('ops'), way('backup')]

/** An attempt that was made and answered at once, `afterMs` after the delivery was written. */
function tried(channel: string, afterMs: number, more: Partial<LedgerAttempt> = {}): LedgerAttempt {
  const atMs = T0 + afterMs
  return {
    id: `att_${afterMs}`,
    channel,
    destination: channel,
    beganMs: atMs,
    endedMs: atMs,
    outcome: 'failed',
    retry: 'now',
    reason: 'HTTP 503',
    nextTryMs: atMs + 1_000,
    ...more,
  }
}

describe('the next step of a delivery', () => {
  const table: readonly (readonly [string, Parameters<typeof nextStep>, Step])[] = [
    ['begins with the first channel', [facts(), [], TWO, T0], { kind: 'send', channel: 'ops' }],
    [
      'is over once somebody took it',
      [facts(), [tried('ops', 0, { outcome: 'said' })], TWO, T0],
      { kind: 'end', state: 'sent' },
    ],
    [
      'waits as long as its last failure says',
      [facts(), [tried('ops', 0)], ONE, T0 + 500],
      { kind: 'wait', channel: 'ops', untilMs: T0 + 1_000, reason: 'HTTP 503' },
    ],
    [
      'tries again on the same channel when that is over',
      [facts(), [tried('ops', 0)], TWO, T0 + 1_000],
      { kind: 'send', channel: 'ops' },
    ],
    [
      'waits for a destination that takes nothing yet',
      [facts(), [], [way('ops', T0 + 5_000)], T0],
      { kind: 'wait', channel: 'ops', untilMs: T0 + 5_000 },
    ],
    [
      'leaves a channel that refuses for good',
      [facts(), [tried('ops', 0, { retry: 'never', reason: 'HTTP 400' })], TWO, T0],
      { kind: 'send', channel: 'backup', note: 'ops did not take it: HTTP 400' },
    ],
    [
      'is given up when all refuse for good',
      [facts(), [tried('ops', 0, { retry: 'never', reason: 'HTTP 400' })], ONE, T0],
      { kind: 'end', state: 'given-up', reason: 'refused for good by ops: HTTP 400' },
    ],
    [
      'leaves a channel that fails for longer than a minute, when it is critical',
      [facts(), [tried('ops', 0), tried('ops', 59_500)], TWO, T0 + 59_600],
      { kind: 'send', channel: 'backup', note: 'ops did not take it: HTTP 503' },
    ],
    [
      'is more patient with a channel when it is news',
      [facts('news'), [tried('ops', 0), tried('ops', 59_500)], TWO, T0 + 60_500],
      { kind: 'send', channel: 'ops' },
    ],
    [
      'leaves at once a channel that asks for more time than there is',
      [facts(), [tried('ops', 0, { retry: 'later', nextTryMs: T0 + 600_000, reason: 'blocked' })], TWO, T0 + 10],
      { kind: 'send', channel: 'backup', note: 'ops did not take it: blocked' },
    ],
    [
      'leaves a destination that another delivery found blocked',
      [facts(), [], [way('ops', T0 + 600_000), way('backup')], T0],
      { kind: 'send', channel: 'backup', note: 'ops takes nothing before 2023-11-14T22:23:20.000Z' },
    ],
    [
      'stays where no other channel would be earlier',
      [facts(), [], [way('ops', T0 + 600_000), way('backup', T0 + 700_000)], T0],
      { kind: 'wait', channel: 'ops', untilMs: T0 + 600_000 },
    ],
    [
      'comes back to the first channel when the second keeps failing',
      [facts(), [tried('ops', 0), tried('backup', 61_000), tried('backup', 125_000)], TWO, T0 + 126_000],
      { kind: 'send', channel: 'ops', note: 'backup did not take it: HTTP 503' },
    ],
    [
      'goes round all channels, not to and fro between two',
      [
        facts(),
        [tried('a', 0), tried('b', 61_000), tried('b', 125_000)],
        ['a', 'b', 'c'].map(c => way(c)),
        T0 + 126_000,
      ],
      { kind: 'send', channel: 'c', note: 'b did not take it: HTTP 503' },
    ],
    [
      'is said again after an attempt that was cut short',
      [facts(), [tried('ops', 0, { outcome: 'cut-short', nextTryMs: T0, reason: 'the hub ended' })], ONE, T0],
      { kind: 'send', channel: 'ops' },
    ],
    [
      'is dropped when its receiver is not configured any more',
      [facts(), [], [], T0],
      { kind: 'end', state: 'dropped', reason: 'the configuration has no receiver team any more' },
    ],
    [
      'follows a route that was changed meanwhile',
      [facts(), [tried('gone', 0, { retry: 'never' })], ONE, T0],
      { kind: 'send', channel: 'ops', note: 'gone did not take it: HTTP 503' },
    ],
    [
      'ends news after an hour',
      [facts('news'), [tried('ops', 3_500_000)], ONE, T0 + 3_600_000],
      { kind: 'end', state: 'given-up', reason: 'it could not be said within 1h: HTTP 503' },
    ],
    [
      'ends what is critical after a day',
      [facts(), [], [way('ops', T0 + 99_000_000)], T0 + 86_400_000],
      { kind: 'end', state: 'given-up', reason: 'it could not be said within 1d: its turn never came' },
    ],
  ]
  it.each(table)('%s', (_, given, expected) => {
    expect(nextStep(...given)).toEqual(expected)
  })

  /** What a channel does to each attempt in turn, and for how long it asks to be left alone. */
  const answers = fc.array(
    fc.record({
      outcome: fc.constantFrom('now', 'later', 'never', 'cut-short', 'said'),
      afterMs: fc.integer({ min: 0, max: 7_200_000 }),
      tookMs: fc.integer({ min: 0, max: 10_000 }),
    }),
    { maxLength: 60 },
  )
  const routes = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 })
  const urgencies = fc.constantFrom<Urgency>('critical', 'news')

  it('always comes to an end within its patience, whatever channels answer', () => {
    fc.assert(
      fc.property(answers, routes, urgencies, fc.integer(), (script, names, urgency, seed) => {
        const { state, endedMs, attempts } = live(script, names, urgency, seed)
        const said = attempts.filter(({ outcome }) => outcome === 'said')
        expect(said).toHaveLength(state === 'sent' ? 1 : 0)
        expect(endedMs - T0).toBeLessThanOrEqual(PATIENCE_MS[urgency] + 10_000)
      }),
    )
  })

  it('never asks a channel again that refused for good, nor one before its time', () => {
    fc.assert(
      fc.property(answers, routes, urgencies, fc.integer(), (script, names, urgency, seed) => {
        const { attempts } = live(script, names, urgency, seed)
        for (const [i, one] of attempts.entries()) {
          const before = attempts.slice(0, i).findLast(({ channel }) => channel === one.channel)
          expect(before?.retry).not.toBe('never')
          expect(one.beganMs).toBeGreaterThanOrEqual(before?.nextTryMs ?? T0)
        }
      }),
    )
  })

  it('keeps to one channel only as long as the other may not have to wait', () => {
    fc.assert(
      fc.property(answers, urgencies, fc.integer(), (script, urgency, seed) => {
        const { attempts } = live(script, ['a', 'b'], urgency, seed)
        if (attempts.some(({ retry }) => retry === 'never')) return
        const first = attempts[0]?.beganMs ?? T0
        const other = attempts.find(({ channel }) => channel !== 'a')
        const stayed = attempts.filter(
          ({ channel, beganMs }) => channel === 'a' && beganMs < (other?.beganMs ?? Infinity),
        )
        for (const { beganMs } of stayed) expect(beganMs - first).toBeLessThanOrEqual(TAKE_OVER_MS[urgency] + 10_000)
      }),
    )
  })
})

interface Life {
  readonly state: string
  readonly endedMs: number
  readonly attempts: readonly LedgerAttempt[]
}

/** Lives a delivery through to its end, time passing as its steps ask for. */
function live(
  script: readonly { readonly outcome: string; readonly afterMs: number; readonly tookMs: number }[],
  names: readonly string[],
  urgency: Urgency,
  seed: number,
): Life {
  const random = seededRandom(seed)
  const attempts: LedgerAttempt[] = []
  let nowMs = T0
  for (let turns = 0; turns < 100_000; turns++) {
    const step = nextStep(
      facts(urgency),
      attempts,
      names.map(name => way(name, 0)),
      nowMs,
    )
    if (step.kind === 'end') return { state: step.state, endedMs: nowMs, attempts }
    if (step.kind === 'wait') {
      expect(step.untilMs).toBeGreaterThan(nowMs)
      nowMs = step.untilMs
      continue
    }
    const { outcome, afterMs, tookMs } = script[attempts.length] ?? { outcome: 'now', afterMs: 0, tookMs: 5 }
    const beganMs = nowMs
    nowMs += tookMs
    const failures = attempts.filter(({ channel }) => channel === step.channel).length + 1
    const retry = outcome === 'later' || outcome === 'never' ? outcome : 'now'
    attempts.push({
      id: `att_${attempts.length}`,
      channel: step.channel,
      destination: step.channel,
      beganMs,
      endedMs: nowMs,
      outcome: outcome === 'said' || outcome === 'cut-short' ? outcome : 'failed',
      ...(outcome === 'said' || outcome === 'cut-short' ? {} : { retry, reason: outcome }),
      ...(retry === 'never' ? {} : { nextTryMs: nowMs + pauseAfter({ retry, afterMs }, failures, random) }),
    })
  }
  throw new Error('it never ends')
}

describe('the pause after a failure', () => {
  it('is a random part of a time that doubles, up to a bound', () => {
    const most = [1, 2, 3, 10, 99].map(failures => pauseAfter({ retry: 'now' }, failures, () => 0.999_999))
    expect(most).toEqual([2_000, 4_000, 8_000, 899_999, 899_999])
    expect(pauseAfter({ retry: 'now' }, 5, () => 0)).toBe(0)
    expect(pauseAfter({ retry: 'now' }, 99, () => 1, 60_000)).toBe(60_000)
  })

  it('is what the destination asks for, within a day', () => {
    const later = (afterMs?: number) =>
      pauseAfter({ retry: 'later', ...(afterMs === undefined ? {} : { afterMs }) }, 9, Math.random)
    expect([later(1_500), later(), later(-5), later(1e12)]).toEqual([1_500, 60_000, 0, 86_400_000])
  })
})
