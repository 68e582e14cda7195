import { describe, expect, it } from 'vitest'
import { CANARY, planFor, reported, Walk } from './release.fixture.ts'

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
    expect(walk.state.outcome).toMatchObject({ kind: 'failed', ...reported('exited with code 1') })
    walk.arrive()
    expect(walk.state).toMatchObject({ phase: 'ended', running: { candidate: 0, stable: 2 }, exposedMs: null })
    expect(walk.kinds).not.toContain('release.taken-back')
  })

  it('is taken back at once when it crashes again and again under traffic', () => {
    const walk = watched().send({ kind: 'crash-loop', who: 'candidate', ...reported('ended 3 times within 1m') })
    expect(walk.state).toMatchObject({ phase: 'taking-back', outcome: { kind: 'rolled-back' } })
  })

  it('is taken back after its promotion, too, while the old version stands by', () => {
    const walk = watched().evidence(GOOD, GOOD).arrive()
    walk.send({ kind: 'crash-loop', who: 'candidate', ...reported('ended 3 times within 1m') }).arrive()
    expect(walk.state).toMatchObject({ phase: 'ended', stable: 'previous', outcome: { kind: 'rolled-back' } })
  })

  it('is not blamed for the crashes of the old version', () => {
    const walk = watched()
    const before = walk.state
    expect(walk.send({ kind: 'crash-loop', who: 'previous', ...reported('x') }).state).toBe(before)
  })
})

describe('why it was decided', () => {
  const entry = (walk: Walk, kind: string) => walk.entries.find(told => told.kind === kind)

  it('is told in words and as data, when a verdict decides', () => {
    const walk = watched().evidence(BAD, GOOD)
    const because = { kind: 'worse', signal: 'errors' }
    expect(walk.state.outcome).toMatchObject({ kind: 'rolled-back', because })
    expect(entry(walk, 'release.rolled-back')?.data).toMatchObject({ because })
  })

  it('is told as data, too, when a person decides', () => {
    const walk = watched().send({ kind: 'roll-back', by: 'user/li' })
    const because = { kind: 'ordered', order: 'roll-back', by: 'user/li', note: null }
    expect(walk.state.outcome).toMatchObject({ because })
    expect(entry(walk, 'release.rolled-back')?.data).toMatchObject({ because })
  })
})

const headOf = ({ state }: Walk): number => state.queue[0]?.id ?? 0

describe('a router that does not answer', () => {
  it('ends a release before it has begun', () => {
    const walk = new Walk(planFor(CANARY)).begin().fail('preflight', 'no gateway').arrive()
    expect(walk.state).toMatchObject({ phase: 'ended', outcome: { kind: 'failed', ...reported('no gateway') } })
    expect(walk.carried.map(({ kind }) => kind)).toEqual(['scale'])
  })

  it('is tried for ever on the way back, and the bad version is not stopped before the traffic has left it', () => {
    const walk = watched().evidence(BAD, GOOD)
    for (let i = 0; i < 5; i++) walk.fail('split', 'no gateway')
    expect(walk.state).toMatchObject({
      phase: 'taking-back',
      blocked: reported('no gateway'),
      running: { candidate: 1 },
    })
    expect(walk.kinds.filter(kind => kind === 'release.blocked')).toHaveLength(1)
    walk.arrive()
    expect(walk.state).toMatchObject({ phase: 'ended', stable: 'previous', share: { weight: 0 } })
    expect(walk.state.blocked).toBeUndefined()
  })

  it('is told of once while it is in the way, whether the release goes forward or promotes, and no more when it follows', () => {
    const walk = new Walk(planFor(CANARY)).begin()
    const hinder = (): void => {
      for (let i = 0; i < 3; i++) walk.send({ kind: 'hindered', command: headOf(walk), ...reported('no gateway') })
      expect(walk.state.blocked).toEqual(reported('no gateway'))
    }
    hinder()
    walk.arrive()
    expect(walk.state).not.toHaveProperty('blocked')
    walk.send({ kind: 'promote', by: 'user/li' })
    hinder()
    walk.arrive()
    expect(walk.state.blocked).toBeUndefined()
    expect(walk.kinds.filter(kind => kind === 'release.blocked')).toHaveLength(2)
  })

  it('hinders no command that is over', () => {
    const walk = new Walk(planFor(CANARY)).begin()
    const before = walk.state
    expect(walk.send({ kind: 'hindered', command: headOf(walk) + 1, ...reported('x') }).state).toBe(before)
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
