import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Conflict } from '../../kernel/index.ts'
import { CANARY, planFor, Walk } from './release.fixture.ts'
import type { Event } from './release.ts'

const GOOD = { requests: 2_000, bad: 0 }
const BAD = { requests: 200, bad: 20 }
const watched = (): Walk => new Walk(planFor(CANARY)).begin().arrive()

describe('a canary', () => {
  it('looks at the traffic once before anything changes, then starts an instance and gives it its share', () => {
    const walk = new Walk(planFor(CANARY)).begin().arrive()
    expect(walk.carried.map(({ id: _id, ...effect }) => effect)).toEqual([
      { kind: 'preflight' },
      { kind: 'count' },
      { kind: 'scale', who: 'previous', count: 2 },
      { kind: 'scale', who: 'candidate', count: 1 },
      { kind: 'split', share: { weight: 10, segments: [] }, candidate: 1, stable: 2 },
    ])
    expect(walk.state).toMatchObject({ phase: 'watching', stage: 0, stable: 'previous', exposedMs: walk.nowMs })
  })

  it('goes on to the next stage when the time of one is over, and not a moment before', () => {
    const walk = watched().later(29_999)
    expect(walk.state.stage).toBe(0)
    expect(walk.later(1).arrive().state).toMatchObject({ phase: 'watching', stage: 1, share: { weight: 50 } })
  })

  it('is promoted as soon as it is shown to be no worse, at whatever stage', () => {
    const walk = watched().evidence(GOOD, GOOD)
    expect(walk.state).toMatchObject({ phase: 'promoting', outcome: { kind: 'promoted', by: 'hub' } })
    walk.arrive()
    expect(walk.state).toMatchObject({ phase: 'baking', stable: 'candidate', share: { weight: 100 } })
    expect(walk.kinds).toEqual(['release.started', 'release.stage', 'release.promoting', 'release.promoted'])
  })

  it('takes its stages one by one where early promotion is off', () => {
    const walk = new Walk(planFor({ ...CANARY, earlyPromotion: false })).begin().arrive().evidence(GOOD, GOOD)
    expect(walk.state).toMatchObject({ phase: 'watching', stage: 0 })
    walk.later(30_000).arrive().evidence({ requests: 1, bad: 0 }, { requests: 9, bad: 0 })
    expect(walk.state.phase).toBe('promoting')
  })

  it('keeps the old version warm after the promotion, then lets it go', () => {
    const walk = watched().evidence(GOOD, GOOD).arrive().later(59_999)
    expect(walk.state).toMatchObject({ phase: 'baking', running: { candidate: 2, stable: 2 } })
    walk.later(1).arrive()
    expect(walk.state).toMatchObject({
      phase: 'ended',
      running: { candidate: 2, stable: 0 },
      outcome: { kind: 'promoted' },
    })
  })

  it('is taken back as soon as it is shown to be worse: the traffic first, all else after', () => {
    const walk = watched().evidence(BAD, GOOD)
    const before = walk.carried.length
    expect(walk.state.outcome).toMatchObject({ kind: 'rolled-back', by: 'hub', candidate: BAD })
    expect(walk.state.outcome?.reason).toContain('errors')
    walk.arrive()
    expect(walk.carried.slice(before).map(({ id: _id, ...effect }) => effect)).toEqual([
      { kind: 'split', share: { weight: 0, segments: [] }, candidate: 0, stable: 2 },
      { kind: 'drain', who: 'candidate' },
      { kind: 'count' },
      { kind: 'scale', who: 'candidate', count: 0 },
    ])
    expect(walk.state).toMatchObject({ phase: 'ended', stable: 'previous', running: { candidate: 0, stable: 2 } })
    expect(walk.kinds.slice(-3)).toEqual(['release.rolled-back', 'release.taken-back', 'release.ended'])
  })

  it('tells why it was decided once, and then when the traffic had followed', () => {
    const back = watched().evidence(BAD, GOOD)
    back.nowMs += 240
    back.arrive()
    expect(back.entries.slice(-3).map(({ kind, reason }) => [kind, reason])).toEqual([
      ['release.rolled-back', back.state.outcome?.reason],
      ['release.taken-back', 'all traffic goes to v1 again, 240ms after it was decided'],
      ['release.ended', undefined],
    ])
    expect(back.entries.at(-2)?.data).toMatchObject({
      outcome: 'rolled-back',
      decidedMs: back.state.outcome?.decidedMs,
      tookMs: 240,
    })
    const promoted = watched().evidence(GOOD, GOOD).arrive()
    expect(promoted.entries.slice(-2).map(({ kind, reason }) => [kind, reason])).toEqual([
      ['release.promoting', promoted.state.outcome?.reason],
      ['release.promoted', 'all traffic goes to v2, 0ms after it was decided'],
    ])
    const alone = new Walk(planFor(CANARY)).begin(null)
    while (alone.state.queue[0]?.kind !== 'split') alone.carryOut()
    alone.send({ kind: 'roll-back', by: 'user/li' }).arrive()
    expect(alone.entries.find(({ kind }) => kind === 'release.taken-back')?.reason).toBe(
      'no traffic goes to v2, 0ms after it was decided',
    )
  })

  it('tells in the end how many requests the bad version still answered after the decision', () => {
    const walk = watched().evidence(BAD, GOOD).carryOut().carryOut()
    walk.evidence({ requests: 0, bad: 0 }, { requests: 0, bad: 0 }, { requests: 203, bad: 21 }).arrive()
    expect(walk.entries.at(-1)?.data).toMatchObject({ badRequests: 21, servedAfterDecision: 3 })
  })

  it('is taken back on its way into the next stage, too', () => {
    const walk = watched().later(30_000)
    expect(walk.state.phase).toBe('moving')
    expect(walk.evidence(BAD, GOOD).state.phase).toBe('taking-back')
  })

  it('counts what another hub has counted already only once', () => {
    const walk = watched()
    const after = walk.state.seen.atMs
    walk.evidence({ requests: 10, bad: 0 }, { requests: 90, bad: 0 })
    const before = walk.state
    walk.send({
      kind: 'evidence',
      after,
      evidence: { observations: [], cursor: {}, candidate: GOOD, stable: GOOD },
    })
    expect(walk.state).toBe(before)
  })
})

describe('a release without a verdict by its deadline', () => {
  const late = (onInconclusive: 'hold' | 'promote' | 'roll-back'): Walk =>
    new Walk(planFor(CANARY, { onInconclusive })).begin().arrive().later(30_000).arrive().later(300_000)

  it('is held for a person to decide', () => {
    const walk = late('hold')
    expect(walk.state).toMatchObject({ phase: 'held', held: { why: 'inconclusive' } })
    expect(walk.kinds.at(-1)).toBe('release.inconclusive')
  })

  it('is promoted or taken back where that is configured, and says that nothing was shown', () => {
    expect(late('promote').state.outcome?.reason).toMatch(/promoted as configured$/)
    expect(late('roll-back').state.outcome?.reason).toMatch(/taken back as configured$/)
  })

  it('is still taken back while held when it is shown to be worse', () => {
    expect(late('hold').evidence(BAD, GOOD).state.phase).toBe('taking-back')
  })

  it('is promoted after all when the verdict comes while held', () => {
    expect(late('hold').evidence(GOOD, GOOD).state.phase).toBe('promoting')
  })

  it('gets the time of its stage again when a person lets it go on', () => {
    const walk = late('hold').send({ kind: 'resume', by: 'user/li' }).later(299_999)
    expect(walk.state.phase).toBe('watching')
    expect(walk.later(1).state.phase).toBe('held')
  })

  it('never passes its last stage by time alone', () => {
    const timed = planFor({ type: 'canary', stages: [{ weight: 10, for: '10s' }] })
    expect(new Walk(timed).begin().arrive().later(10_000).state).toMatchObject({
      phase: 'held',
      held: { why: 'inconclusive' },
    })
  })
})

describe('a version that cannot run', () => {
  it('fails without ever having had traffic, and leaves nothing behind', () => {
    const walk = new Walk(planFor(CANARY)).begin().carryOut().carryOut().carryOut().fail('scale', 'exited with code 1')
    expect(walk.state.outcome).toMatchObject({ kind: 'failed', reason: 'exited with code 1' })
    walk.arrive()
    expect(walk.state).toMatchObject({ phase: 'ended', running: { candidate: 0, stable: 2 }, exposedMs: null })
    expect(walk.kinds).not.toContain('release.taken-back')
  })

  it('is taken back at once when it crashes again and again under traffic', () => {
    const walk = watched().send({ kind: 'crash-loop', who: 'candidate', reason: 'ended 3 times within 1m' })
    expect(walk.state).toMatchObject({ phase: 'taking-back', outcome: { kind: 'rolled-back' } })
  })

  it('is taken back after its promotion, too, while the old version stands by', () => {
    const walk = watched().evidence(GOOD, GOOD).arrive()
    walk.send({ kind: 'crash-loop', who: 'candidate', reason: 'ended 3 times within 1m' }).arrive()
    expect(walk.state).toMatchObject({ phase: 'ended', stable: 'previous', outcome: { kind: 'rolled-back' } })
  })

  it('is not blamed for the crashes of the old version', () => {
    const walk = watched()
    const before = walk.state
    expect(walk.send({ kind: 'crash-loop', who: 'previous', reason: 'x' }).state).toBe(before)
  })
})

describe('a router that does not answer', () => {
  it('ends a release before it has begun', () => {
    const walk = new Walk(planFor(CANARY)).begin().fail('preflight', 'no gateway').arrive()
    expect(walk.state).toMatchObject({ phase: 'ended', outcome: { kind: 'failed', reason: 'no gateway' } })
    expect(walk.carried.map(({ kind }) => kind)).toEqual(['scale'])
  })

  it('is tried for ever on the way back, and the bad version is not stopped before the traffic has left it', () => {
    const walk = watched().evidence(BAD, GOOD)
    for (let i = 0; i < 5; i++) walk.fail('split', 'no gateway')
    expect(walk.state).toMatchObject({ phase: 'taking-back', blocked: 'no gateway', running: { candidate: 1 } })
    expect(walk.kinds.filter(kind => kind === 'release.blocked')).toHaveLength(1)
    walk.arrive()
    expect(walk.state).toMatchObject({ phase: 'ended', stable: 'previous', share: { weight: 0 } })
    expect(walk.state.blocked).toBeUndefined()
  })

  it('may have taken a split that was never confirmed: going back undoes it', () => {
    const walk = new Walk(planFor(CANARY)).begin()
    while (walk.state.queue[0]?.kind !== 'split') walk.carryOut()
    walk.send({ kind: 'roll-back', by: 'user/li' })
    expect(walk.state.queue[0]).toMatchObject({ kind: 'split', share: { weight: 0 } })
  })
})

describe('the first version of a service', () => {
  it('gets all traffic once it is ready: there is nothing to compare it with', () => {
    const walk = new Walk(planFor(CANARY)).begin(null).arrive().later(0).arrive()
    expect(walk.state).toMatchObject({
      phase: 'ended',
      stable: 'candidate',
      share: { weight: 100 },
      outcome: { kind: 'promoted' },
    })
  })
})

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

describe('a rolling release', () => {
  const rolling = planFor({ type: 'rolling', maxSurge: 1, maxUnavailable: 0, watch: '10s' }, { warmForMs: 0 }, 3)

  it('takes instances out of traffic before it stops them, and brings new ones in when they are ready', () => {
    const walk = new Walk(rolling).begin()
    while (walk.state.phase === 'moving') walk.carryOut()
    const story = walk.carried.map(command => {
      if (command.kind === 'scale') return `${command.who} ${command.count}`
      return command.kind === 'split'
        ? `${command.share.weight}% of ${command.candidate}+${command.stable}`
        : command.kind
    })
    expect(story).toEqual([
      'preflight',
      'count',
      'previous 3',
      'candidate 1',
      '25% of 1+3',
      '33% of 1+2',
      'previous 2',
      'previous 2',
      'candidate 2',
      '50% of 2+2',
      '67% of 2+1',
      'previous 1',
      'previous 1',
      'candidate 3',
      '75% of 3+1',
      '100% of 3+0',
      'previous 0',
      'candidate 3',
      '100% of 3+0',
    ])
    walk.later(10_000).arrive()
    expect(walk.state).toMatchObject({ phase: 'ended', stable: 'candidate', outcome: { kind: 'promoted' } })
    expect(walk.state.outcome?.reason).toContain('proves little')
  })

  it('brings the old instances back when it is taken back half way', () => {
    const walk = new Walk(rolling).begin()
    while (walk.state.stage < 2) walk.carryOut()
    const before = walk.carried.length
    walk.evidence(BAD, GOOD).arrive()
    expect(walk.carried.slice(before).map(({ kind }) => kind)).toEqual([
      'split',
      'scale',
      'split',
      'drain',
      'count',
      'scale',
    ])
    expect(walk.state).toMatchObject({ phase: 'ended', stable: 'previous', running: { candidate: 0, stable: 3 } })
  })
})

describe('whatever happens', () => {
  const events = fc.constantFrom<Event['kind'] | 'fail' | 'bad' | 'good'>(
    'done',
    'done',
    'done',
    'fail',
    'tick',
    'good',
    'bad',
    'no-evidence',
    'crash-loop',
    'pause',
    'resume',
    'promote',
    'roll-back',
    'superseded',
  )
  const strategies = fc.constantFrom(
    CANARY,
    { type: 'rolling' as const },
    { type: 'blue-green' as const },
    { type: 'all-at-once' as const },
  )

  it('weights stay within 0 and 100, the state survives JSON, and it ends, once, when effects succeed', () => {
    fc.assert(
      fc.property(strategies, fc.array(events, { maxLength: 60 }), fc.boolean(), (strategy, list, first) => {
        const walk = new Walk(planFor(strategy)).begin(first ? null : 'v1')
        for (const kind of list) {
          const [head] = walk.state.queue
          walk.nowMs += 7_000
          try {
            if (kind === 'done' && head) walk.carryOut()
            else if (kind === 'fail' && head) walk.send({ kind: 'failed', command: head.id, reason: 'x' })
            else if (kind === 'good') walk.evidence({ requests: 50, bad: 0 }, { requests: 50, bad: 0 })
            else if (kind === 'bad') walk.evidence(BAD, GOOD)
            else if (kind === 'no-evidence') walk.send({ kind, reason: 'x' })
            else if (kind === 'crash-loop') walk.send({ kind, who: 'candidate', reason: 'x' })
            else if (kind === 'superseded') walk.send({ kind, by: 'hub', version: 'v3' })
            else if (kind === 'tick') walk.send({ kind })
            else if (kind === 'pause' || kind === 'resume' || kind === 'promote' || kind === 'roll-back')
              walk.send({ kind, by: 'user/li' })
          } catch (error) {
            if (!(error instanceof Conflict)) throw error
          }
          expect(walk.state.share.weight).toBeGreaterThanOrEqual(0)
          expect(walk.state.share.weight).toBeLessThanOrEqual(100)
          expect(JSON.parse(JSON.stringify(walk.state))).toEqual(walk.state)
        }
        for (let i = 0; i < 100 && walk.state.phase !== 'ended'; i++) {
          if (walk.state.phase === 'held') walk.send({ kind: 'promote', by: 'user/li' })
          walk.arrive().later(400_000)
        }
        expect(walk.state.phase).toBe('ended')
        expect(walk.kinds.filter(kind => kind === 'release.ended')).toHaveLength(1)
        expect(walk.kinds.at(-1)).toBe('release.ended')
        const { candidate, stable } = walk.state.running
        const serving = walk.state.stable === 'candidate' ? candidate : stable
        const none = first && walk.state.outcome?.kind !== 'promoted'
        expect(serving).toBe(none ? 0 : 2)
      }),
      { numRuns: 300 },
    )
  })
})
