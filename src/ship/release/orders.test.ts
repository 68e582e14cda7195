import { describe, expect, it } from 'vitest'
import { Conflict } from '../../kernel/index.ts'
import { CANARY, planFor, Walk } from './release.fixture.ts'
import type { Event } from './release.ts'

const GOOD = { requests: 2_000, bad: 0 }
const BAD = { requests: 200, bad: 20 }
const watched = (): Walk => new Walk(planFor(CANARY)).begin().arrive()

describe('a person', () => {
  const by = 'user/li'

  it('pauses a release and lets it go on: the stage keeps the time it had left', () => {
    const walk = watched().later(20_000).send({ kind: 'pause', by }).later(100_000)
    expect(walk.state).toMatchObject({ phase: 'held', held: { why: 'paused', by } })
    walk.send({ kind: 'resume', by }).later(9_999)
    expect(walk.state.stage).toBe(0)
    expect(walk.later(1).arrive().state.stage).toBe(1)
  })

  it('pauses a release on its way: it holds when it has arrived', () => {
    const walk = new Walk(planFor(CANARY)).begin().send({ kind: 'pause', by })
    expect(walk.state.phase).toBe('moving')
    expect(walk.arrive().state.phase).toBe('held')
  })

  it('says why, or who it was, and the logbook keeps it', () => {
    const told = (walk: Walk): unknown[] =>
      walk.entries.filter(({ kind }) => /paused|resumed/.test(kind)).map(({ reason }) => reason)
    const noted = watched().send({ kind: 'pause', by, note: 'lunch' }).send({ kind: 'resume', by, note: 'fed' })
    expect(told(noted)).toEqual(['lunch', 'fed'])
    expect(told(watched().send({ kind: 'pause', by }).send({ kind: 'resume', by }))).toEqual([
      'paused by user/li',
      undefined,
    ])
    const moving = new Walk(planFor(CANARY)).begin().send({ kind: 'pause', by, note: 'lunch' })
    expect(moving.arrive().state.held).toMatchObject({ why: 'paused', by, reason: 'lunch' })
    expect(moving.state).not.toHaveProperty('pauseNote')
  })

  it('thinks better of a pause before it has begun', () => {
    const walk = new Walk(planFor(CANARY)).begin().send({ kind: 'pause', by, note: 'lunch' })
    walk.send({ kind: 'resume', by }).arrive()
    expect(walk.state).toMatchObject({ phase: 'watching' })
    expect(walk.state).not.toHaveProperty('pauseNote')
  })

  it('does not keep a paused release from being taken back', () => {
    expect(watched().send({ kind: 'pause', by }).evidence(BAD, GOOD).state.phase).toBe('taking-back')
  })

  it('keeps a paused release from being promoted', () => {
    expect(watched().send({ kind: 'pause', by }).evidence(GOOD, GOOD).state.phase).toBe('held')
  })

  it('promotes now, and takes back now; both with the reason given', () => {
    expect(watched().send({ kind: 'promote', by, note: 'hotfix' }).state.outcome).toMatchObject({
      kind: 'promoted',
      by,
      reason: 'hotfix',
    })
    expect(watched().send({ kind: 'roll-back', by, note: 'odd' }).state.outcome).toMatchObject({
      kind: 'rolled-back',
      by,
      reason: 'odd',
    })
  })

  it('takes a promoted release back while the old version is warm: by weights alone', () => {
    const walk = watched().evidence(GOOD, GOOD).arrive().send({ kind: 'roll-back', by })
    expect(walk.state.queue[0]).toMatchObject({ kind: 'split', share: { weight: 0 }, stable: 2 })
    expect(walk.arrive().state).toMatchObject({ phase: 'ended', stable: 'previous', outcome: { kind: 'rolled-back' } })
  })

  it('cancels a release that waits', () => {
    expect(new Walk(planFor(CANARY)).send({ kind: 'roll-back', by }).state).toMatchObject({
      phase: 'ended',
      outcome: { kind: 'cancelled' },
    })
  })

  it.each<[string, () => Walk, Event]>([
    ['resume what is not held', watched, { kind: 'resume', by }],
    ['pause what is over', () => watched().evidence(BAD, GOOD).arrive(), { kind: 'pause', by }],
    ['promote what is being taken back', () => watched().evidence(BAD, GOOD), { kind: 'promote', by }],
    ['take back what is being taken back', () => watched().evidence(BAD, GOOD), { kind: 'roll-back', by }],
  ])('cannot %s', (_, make, order) => {
    expect(() => make().send(order)).toThrow(Conflict)
  })
})

describe('a newer release', () => {
  it('takes the place of one under way', () => {
    const walk = watched().send({ kind: 'superseded', by: 'hub', version: 'v3' }).arrive()
    expect(walk.state).toMatchObject({
      phase: 'ended',
      stable: 'previous',
      outcome: { kind: 'superseded', reason: 'superseded by v3' },
    })
  })

  it('relieves a promoted one of its warm version', () => {
    const walk = watched().evidence(GOOD, GOOD).arrive().send({ kind: 'superseded', by: 'hub', version: 'v3' }).arrive()
    expect(walk.state).toMatchObject({ phase: 'ended', running: { stable: 0 }, outcome: { kind: 'promoted' } })
  })

  it('of the very version that stands by takes its instances over instead', () => {
    const walk = watched().evidence(GOOD, GOOD).arrive().send({ kind: 'superseded', by: 'hub', version: 'v1' })
    expect(walk.state).toMatchObject({ phase: 'ended', queue: [], running: { stable: 2 } })
    expect(walk.kinds.at(-1)).toBe('release.ended')
  })
})
