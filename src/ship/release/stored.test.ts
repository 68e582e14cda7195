import { describe, expect, it } from 'vitest'
import { arrived, CANARY, DIFFERENT, planFor, reported, Walk } from './release.fixture.ts'
import type { Event, ReleaseState } from './release.ts'
import { step } from './step.ts'
import { beforeReasonsWereData, readBack } from './stored.fixture.ts'
import { stateOf } from './stored.ts'
import { WALKS } from './walks.fixture.ts'

const by = 'user/li'
const PLAN = planFor(CANARY)
const watched = (): Walk => new Walk(PLAN).begin().arrive()
const plain = (state: ReleaseState): ReleaseState => JSON.parse(JSON.stringify(state))

describe('a stored state', () => {
  it.each(WALKS)('of today is read as it was stored: %s', (_, walk) => {
    const { plan, state } = walk()
    expect(stateOf(plan, plain(state))).toEqual(plain(state))
  })

  it.each(WALKS)('whose reasons are words alone says the same, and the release goes on: %s', (_, walk) => {
    const { plan, state, nowMs } = walk()
    const read = readBack({ plan, state })
    expect(withoutData(read)).toEqual(withoutData(plain(state)))
    const [head] = read.queue
    const events: readonly Event[] = [
      ...(head ? [{ kind: 'done', command: head.id } as const] : []),
      { kind: 'tick' },
      { kind: 'no-evidence', ...reported('the gateway does not answer') },
      { kind: 'evidence', evidence: { observations: [], cursor: {}, ...NOTHING, ...DIFFERENT }, after: read.seen.atMs },
    ]
    for (const event of events) expect(() => step(plan, read, event, nowMs + 60_000)).not.toThrow()
  })

  it('has what was in the way, and why nothing was counted, in its own words', () => {
    const blocked = watched().send({ kind: 'roll-back', by }).fail('split', 'the gateway does not answer')
    expect(readBack(blocked).blocked).toEqual(reported('the gateway does not answer'))
    const missing = watched().send({ kind: 'no-evidence', ...reported('nobody answers') })
    expect(readBack(missing).seen.missing).toEqual(reported('nobody answers'))
  })

  it('tells the same obstacle once, and not again because a newer hub looks at it', () => {
    const walk = watched().send({ kind: 'no-evidence', ...reported('nobody answers') })
    const { entries } = step(PLAN, readBack(walk), { kind: 'no-evidence', ...reported('nobody answers') }, walk.nowMs)
    expect(entries).toEqual([])
  })

  it.each([
    [{}, undefined, null],
    [{ note: 'lunch' }, 'lunch', 'lunch'],
  ])('that somebody paused says who did, and their note: %o', (note, reason, kept) => {
    const { plan, state } = watched().send({ kind: 'pause', by, ...note })
    const stored = beforeReasonsWereData(state)
    const { reason: _reason, ...held } = stored.held ?? { why: 'paused', by, sinceMs: 0 }
    const read = stateOf(plan, { ...stored, held: reason === undefined ? held : { ...held, reason } })
    const because = { kind: 'ordered', order: 'pause', by, note: kept }
    expect(read.held).toMatchObject({ reason: reason ?? 'paused by user/li', because })
  })

  it('that was held without a word says what its verdict says', () => {
    const { plan, state } = watched()
    const held = { why: 'inconclusive', by: 'hub', sinceMs: 1 } as const
    const silent = stateOf(plan, { ...beforeReasonsWereData(state), held })
    expect(silent.held).toMatchObject(reported('no verdict in time'))
    const judged = watched().evidence({ requests: 10, bad: 0 }, { requests: 90, bad: 0 })
    const told = stateOf(plan, { ...beforeReasonsWereData(judged.state), held })
    expect(told.held?.reason).toBe(judged.state.seen.verdict?.reason)
  })

  it.each<[string, Event, object]>([
    ['an order', { kind: 'promote', by }, { kind: 'ordered', order: 'promote', by, note: null }],
    ['an order back', { kind: 'roll-back', by }, { kind: 'ordered', order: 'roll-back', by, note: null }],
    ['a note', { kind: 'promote', by, note: 'it is good' }, { kind: 'reported', text: 'it is good' }],
  ])('that ended by %s says so', (_, event, because) => {
    expect(readBack(watched().send(event)).outcome?.because).toEqual(because)
  })

  it('of a first version knows it for one', () => {
    const walk = new Walk(planFor({ type: 'all-at-once' })).begin(null).arrive()
    expect(readBack(walk).outcome?.because).toEqual({ kind: 'first-version' })
  })

  it('in doubt stays so, with what was counted since', () => {
    const disarmed = readBack(watched().look(DIFFERENT)).seen.guards?.disarmed
    expect(disarmed).toMatchObject({
      reason: expect.stringContaining('differ among themselves'),
      because: { kind: 'instances', found: 'differ', version: 'v1', worse: { requests: 800, bad: 40 }, chance: 0.01 },
    })
    const mismatch = readBack(watched().look(arrived(300))).seen.guards?.mismatch
    expect(mismatch).toMatchObject({
      reason: expect.stringContaining('too much traffic'),
      because: { kind: 'arrivals', found: 'too-many', arrived: 300, of: 1_000, chance: 0.001 },
    })
  })
})

const NOTHING = { candidate: { requests: 0, bad: 0 }, stable: { requests: 0, bad: 0 } }

/** What all versions have: words, and no data beside them. */
function withoutData(state: ReleaseState): unknown {
  return JSON.parse(JSON.stringify(state), (key, value) => (key === 'because' ? undefined : (value ?? undefined)))
}
