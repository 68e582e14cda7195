import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Conflict } from '../../kernel/index.ts'
import { arrived, CANARY, DIFFERENT, planFor, reported, Walk } from './release.fixture.ts'
import type { Plan, ReleaseState } from './release.ts'
import type { StrategyInput } from './strategy.ts'

const GOOD = { requests: 2_000, bad: 0 }
const BAD = { requests: 200, bad: 20 }
const by = 'user/li'
const resume = { kind: 'resume', by } as const
const rearm = { kind: 'rearm', by } as const

const watched = (strategy: StrategyInput = CANARY, changed: Partial<Plan> = {}): Walk =>
  new Walk(planFor(strategy, changed)).begin().arrive()
const disarmed = (...how: Parameters<typeof watched>): Walk => watched(...how).look(DIFFERENT)
const mismatched = (...how: Parameters<typeof watched>): Walk => watched(...how).look(arrived(180))

/** The state as a hub finds it that was started anew. */
const reread = (walk: Walk): Walk => {
  walk.state = JSON.parse(JSON.stringify(walk.state)) as ReleaseState
  return walk
}

describe('traffic that goes missing on its way to the new version', () => {
  it('takes it back, in plain words and with the numbers', () => {
    const walk = watched().look(arrived(41))
    expect(walk.state).toMatchObject({ phase: 'taking-back', outcome: { kind: 'rolled-back', by: 'hub' } })
    expect(walk.state.outcome?.reason).toBe(
      'traffic of v2 goes missing: only 41 of 1,000 arrivals (4.1 %) came to it, 10 % were expected; chance of this if all came as configured < 0.1 %',
    )
    expect(walk.kinds.slice(-1)).toEqual(['release.rolled-back'])
  })

  it('takes it back while it is held, on its way, or disarmed, too', () => {
    for (const walk of [watched().send({ kind: 'pause', by }), watched().later(30_000), disarmed()]) {
      expect(walk.look(arrived(41)).state.phase).toBe('taking-back')
    }
  })

  it('takes it back also after too much of it came', () => {
    const walk = mismatched().send(resume)
    for (let i = 0; i < 5; i++) walk.look(arrived(20))
    expect(walk.state.outcome?.reason).toMatch(/^traffic of v2 goes missing: only 220 of 3,000 arrivals/)
  })

  it.each<[string, Parameters<Walk['look']>[0]]>([
    ['as much came as configured', arrived(104)],
    ['it cannot be told who is new', { arrivals: null }],
    ['nothing is said of it', {}],
    ['one version has it all', { arrivals: { candidate: 0, stable: 900, share: 0 } }],
  ])('is not claimed where %s', (_, more) => {
    expect(watched().look(more).state.phase).toBe('watching')
  })
})

describe('more traffic than configured', () => {
  it('holds the release, and says so once', () => {
    const walk = mismatched()
    expect(walk.state).toMatchObject({ phase: 'held', held: { why: 'mismatch', by: 'hub' } })
    expect(walk.entries.slice(-2).map(({ kind, reason }) => [kind, reason])).toEqual([
      [
        'release.mismatch',
        'too much traffic for v2: 180 of 1,000 arrivals (18 %) came to it, 10 % were expected; chance of this if all came as configured < 0.1 %',
      ],
      ['release.held', 'nothing goes on by itself, since more traffic comes to v2 than configured'],
    ])
    const told = walk.entries.length
    walk.look(arrived(180)).evidence(GOOD, GOOD).later(1_000)
    expect(walk.state.phase).toBe('held')
    expect(walk.entries).toHaveLength(told)
  })

  it('does not keep a worse version from being taken back', () => {
    expect(mismatched().evidence(BAD, GOOD).state.phase).toBe('taking-back')
    expect(mismatched().send(resume).evidence(BAD, GOOD).state.phase).toBe('taking-back')
  })

  it('holds a release on its way when it has arrived', () => {
    const walk = watched().later(30_000).look(arrived(180))
    expect(walk.state.phase).toBe('moving')
    expect(walk.arrive().state).toMatchObject({ phase: 'held', stage: 1, held: { why: 'mismatch' } })
  })

  it('is told while the release is held for another reason, and whoever lets that go on answers for it', () => {
    const walk = watched().send({ kind: 'pause', by }).look(arrived(180))
    expect(walk.state.held?.why).toBe('paused')
    expect(walk.kinds.at(-1)).toBe('release.mismatch')
    expect(walk.send(resume).look(arrived(180)).state.phase).toBe('watching')
  })

  it.each<[string, StrategyInput]>([
    ['a rolling one', { type: 'rolling', maxSurge: 1, pause: '1m' }],
    ['the preview of a blue-green one', { type: 'blue-green', preview: { market: 'EU' } }],
    ['a canary', CANARY],
  ])('holds %s', (_, strategy) => {
    expect(mismatched(strategy).state.held?.why).toBe('mismatch')
  })

  it('lets stages end by time once somebody has answered for it, and still promotes nothing by itself', () => {
    const walk = mismatched().send(resume).later(30_000).arrive()
    expect(walk.state).toMatchObject({ phase: 'watching', stage: 1 })
    expect(walk.evidence(GOOD, GOOD).state).toMatchObject({ phase: 'held', held: { why: 'mismatch' } })
    expect(walk.state.held?.reason).toMatch(/; not promoted by itself, since more traffic comes to v2 than configured$/)
  })
})

describe('a stable version that differs from itself', () => {
  it('disarms the verdict, loudly and once', () => {
    const walk = disarmed().look(DIFFERENT)
    expect(walk.state.phase).toBe('watching')
    expect(walk.kinds.filter(kind => kind === 'release.disarmed')).toHaveLength(1)
    expect(walk.entries.at(-1)?.reason).toMatch(
      /^instances of v1 differ among themselves, so verdicts no longer act by themselves: errors: 40 of 800 requests /,
    )
  })

  it('stays disarmed when the difference fades', () => {
    const walk = disarmed()
    for (let i = 0; i < 50; i++)
      walk.look({
        control: [{ signal: 'errors', canary: { requests: 800, bad: 0 }, stable: { requests: 800, bad: 40 } }],
      })
    expect(walk.evidence(BAD, GOOD).state.phase).toBe('held')
  })

  it('holds what the verdict would take back, and says what it says and why it does not act', () => {
    const walk = disarmed().evidence(BAD, GOOD)
    expect(walk.state).toMatchObject({ phase: 'held', stage: 0, held: { why: 'disarmed', by: 'hub' } })
    expect(walk.state.held?.reason).toMatch(
      /^errors: 20 of 200 requests .*; not taken back by itself, since instances of v1 differ among themselves$/,
    )
    expect(walk.kinds.at(-1)).toBe('release.held')
    const told = walk.entries.length
    walk.evidence(BAD, GOOD).later(1_000).evidence(BAD, GOOD)
    expect(walk.entries).toHaveLength(told)
  })

  it('holds it where the guard and the verdict come with the same look', () => {
    const [canary, stable] = [BAD, GOOD]
    const walk = watched().look({ ...DIFFERENT, observations: [{ signal: 'errors', canary, stable }] })
    expect(walk.kinds.slice(-2)).toEqual(['release.disarmed', 'release.held'])
  })

  it('is not asked again after a person let the release go on, until it gets more traffic', () => {
    const walk = disarmed().evidence(BAD, GOOD).later(10_000).send(resume)
    for (let i = 0; i < 5; i++) walk.evidence(BAD, GOOD).later(1_000)
    expect(walk.state).toMatchObject({ phase: 'watching', stage: 0 })
    walk.later(25_000)
    expect(walk.state).toMatchObject({ phase: 'moving', stage: 1 })
    expect(walk.arrive().state).toMatchObject({ phase: 'held', stage: 1, held: { why: 'disarmed' } })
    expect(walk.kinds.filter(kind => kind === 'release.held')).toHaveLength(2)
  })

  it('takes back at once what crashes, and what a person wants back', () => {
    const crashed = disarmed().send({ kind: 'crash-loop', who: 'candidate', ...reported('ended 3 times within 1m') })
    expect(crashed.state.phase).toBe('taking-back')
    expect(disarmed().evidence(BAD, GOOD).send({ kind: 'roll-back', by }).state.phase).toBe('taking-back')
  })

  it('takes back what does not get ready on its way', () => {
    const walk = disarmed().send({ kind: 'pause', by }).send(resume).later(30_000)
    expect(walk.fail('scale', 'never ready').state).toMatchObject({ outcome: { reason: 'never ready' } })
  })

  it('does not promote by itself, and a person does', () => {
    const walk = disarmed().evidence(GOOD, GOOD)
    expect(walk.state).toMatchObject({ phase: 'held', held: { why: 'disarmed' } })
    expect(walk.state.held?.reason).toMatch(/; not promoted by itself, since instances of v1 differ/)
    expect(walk.send({ kind: 'promote', by }).state.phase).toBe('promoting')
  })

  it('tells anew when what was held as good turns out bad', () => {
    const walk = disarmed().evidence(GOOD, GOOD).evidence({ requests: 2_000, bad: 400 }, GOOD)
    expect(walk.state.held?.reason).toMatch(/not taken back by itself/)
    expect(walk.kinds.filter(kind => kind === 'release.held')).toHaveLength(2)
  })

  it('tells somebody who has paused it that it looks worse now; the stage still keeps its time', () => {
    const walk = disarmed().later(10_000).send({ kind: 'pause', by }).later(5_000).evidence(BAD, GOOD).later(5_000)
    expect(walk.state).toMatchObject({ phase: 'held', held: { why: 'disarmed', sinceMs: walk.nowMs - 10_000 } })
    walk.send(resume).later(19_999)
    expect(walk.state.phase).toBe('watching')
    expect(walk.later(1).state).toMatchObject({ phase: 'moving', stage: 1 })
  })

  it('goes no stage further by time, until somebody answers for it', () => {
    const walk = disarmed().later(30_000)
    expect(walk.state).toMatchObject({ phase: 'held', stage: 0, held: { why: 'disarmed' } })
    expect(walk.state.held?.reason).toBe(
      'the stage 10 % is over; nothing goes on by itself, since instances of v1 differ among themselves',
    )
    expect(walk.later(60_000).send(resume).later(0).state).toMatchObject({ phase: 'moving', stage: 1 })
  })

  it('goes on to the next stage by a verdict that somebody has answered for', () => {
    const stages = [
      { weight: 10, until: 'verdict' as const },
      { weight: 50, until: 'verdict' as const },
    ]
    const walk = disarmed({ type: 'canary', stages, earlyPromotion: false }).evidence(GOOD, GOOD)
    expect(walk.state.held?.why).toBe('disarmed')
    walk.send(resume).evidence(GOOD, GOOD).arrive()
    expect(walk.state).toMatchObject({ phase: 'watching', stage: 1 })
    expect(walk.evidence(GOOD, GOOD).state).toMatchObject({ phase: 'held', stage: 1 })
    expect(walk.send(resume).evidence(GOOD, GOOD).state).toMatchObject({ phase: 'watching', stage: 1 })
  })

  it.each(['hold', 'promote', 'roll-back'] as const)(
    'holds at the deadline what was shown and may not act, whatever is configured: %s',
    onInconclusive => {
      for (const [counts, words] of [
        [BAD, 'not taken back by itself'],
        [GOOD, 'not promoted by itself'],
      ] as const) {
        const walk = disarmed(CANARY, { onInconclusive }).later(30_000).send(resume).later(0).arrive()
        walk.evidence(counts, GOOD).send(resume).later(300_000)
        expect(walk.state).toMatchObject({ phase: 'held', held: { why: 'disarmed', timeAgain: true } })
        expect(walk.state.held?.reason).toContain(words)
        expect(walk.send(resume).later(299_999).state.phase).toBe('watching')
      }
    },
  )

  it.each([
    ['hold', { phase: 'held', held: { why: 'inconclusive' } }],
    ['promote', { phase: 'held', held: { why: 'disarmed' } }],
    ['roll-back', { phase: 'taking-back' }],
  ] as const)('at the deadline, with nothing shown and %s configured, promotes nothing', (onInconclusive, expected) => {
    const walk = disarmed(CANARY, { onInconclusive }).later(30_000).send(resume).later(0).arrive().later(300_000)
    expect(walk.state).toMatchObject(expected)
  })

  it('of a rolling release goes on to the end by time when somebody has answered for it, and says so', () => {
    const walk = disarmed({ type: 'rolling', maxSurge: 1, pause: '1m', watch: '1m' }).later(60_000)
    expect(walk.state.held?.why).toBe('disarmed')
    walk.send(resume).later(0)
    while (walk.state.phase === 'moving') walk.arrive().later(60_000)
    expect(walk.state.outcome).toMatchObject({ kind: 'promoted', by: 'hub' })
    expect(walk.state.outcome?.reason).toMatch(
      /^user\/li let it go on although instances of v1 differ among themselves/,
    )
  })

  it('does not promote a canary at the end of its last stage, by whatever that ends, and holds it for its time again', () => {
    const last = { type: 'canary' as const, stages: [{ weight: 10, for: '10s' }], earlyPromotion: false }
    const walk = disarmed(last).evidence(GOOD, GOOD).later(10_000).send(resume).later(0)
    expect(walk.state).toMatchObject({ phase: 'held', held: { why: 'disarmed', timeAgain: true } })
    expect(walk.state.held?.reason).toMatch(/; not promoted by itself, since instances of v1 differ/)
    expect(walk.send(resume).later(9_999).state.phase).toBe('watching')
  })

  it('keeps a verdict from promoting what waits for a person', () => {
    const walk = watched().later(30_000).arrive().later(300_000).look(DIFFERENT).evidence(GOOD, GOOD)
    expect(walk.state).toMatchObject({ phase: 'held', held: { why: 'inconclusive' } })
  })
})

describe('a person who has mended what was wrong', () => {
  it('lets the verdict act again, by evidence that is gathered from then on', () => {
    const walk = disarmed()
      .evidence(BAD, GOOD)
      .send({ ...rearm, note: 'restarted instance 2' })
    expect(walk.state).toMatchObject({ phase: 'watching', seen: { verdict: null } })
    expect(walk.entries.at(-1)).toMatchObject({ kind: 'release.rearmed', actor: by, reason: 'restarted instance 2' })
    expect(walk.look({}).state.phase).toBe('watching')
    expect(walk.evidence(BAD, GOOD).state.phase).toBe('taking-back')
    expect(mismatched().send(rearm).evidence(GOOD, GOOD).state.phase).toBe('promoting')
  })

  it('is disarmed again when it was not mended', () => {
    const walk = disarmed().send(rearm).look(DIFFERENT).evidence(BAD, GOOD)
    expect(walk.state.held?.why).toBe('disarmed')
    expect(walk.kinds.filter(kind => kind === 'release.disarmed')).toHaveLength(2)
  })

  it('keeps the time of the stage, and what was held for another reason on hold', () => {
    const walk = disarmed().later(10_000).evidence(BAD, GOOD).later(100_000).send(rearm).later(19_999)
    expect(walk.state).toMatchObject({ phase: 'watching', stage: 0 })
    expect(walk.later(1).state.stage).toBe(1)
    expect(disarmed().send({ kind: 'pause', by }).send(rearm).state).toMatchObject({ phase: 'held', held: { by } })
  })

  it.each<[string, () => Walk, string]>([
    ['where nothing is in doubt', watched, "can't be rearmed: nothing is in doubt"],
    ['when it is over', () => disarmed().send({ kind: 'roll-back', by }).arrive(), "can't be rearmed: it is ended"],
  ])('cannot do so %s', (_, make, message) => {
    const walk = make()
    expect(() => walk.send(rearm)).toThrow(Conflict)
    expect(() => walk.send(rearm)).toThrow(message)
  })
})

describe('a release that was stored before', () => {
  it('without the tests begins them now, and goes on', () => {
    const walk = watched().evidence({ requests: 10, bad: 0 }, { requests: 90, bad: 0 })
    const { guards: _guards, ...seen } = walk.state.seen
    walk.state = { ...walk.state, seen }
    expect(reread(walk).look(DIFFERENT).state.seen.guards?.disarmed).toBeDefined()
  })

  it('with all that is in doubt about it, goes on as if the hub had never been away', () => {
    const steps: readonly ((walk: Walk) => Walk)[] = [
      walk => walk.look(DIFFERENT),
      walk => walk.evidence(BAD, GOOD),
      walk => walk.send(resume),
      walk => walk.evidence(BAD, GOOD),
      walk => walk.look(arrived(180)),
      walk => walk.send(resume).later(30_000).arrive(),
      walk => walk.send(rearm).evidence(BAD, GOOD).arrive(),
    ]
    const [one, other] = [watched(), watched()]
    for (const go of steps) {
      go(one)
      go(reread(other))
      expect(other.state).toEqual(one.state)
      expect(other.entries).toEqual(one.entries)
    }
    expect(one.kinds.at(-1)).toBe('release.ended')
  })
})

describe('whatever happens to a canary in doubt', () => {
  /** A word, and what it does; some do nothing in some states. */
  const WORDS: Readonly<Record<string, (walk: Walk) => Walk>> = {
    different: walk => walk.look(DIFFERENT),
    'too many': walk => walk.look(arrived(180)),
    good: walk => walk.evidence({ requests: 900, bad: 0 }, { requests: 900, bad: 0 }),
    bad: walk => walk.evidence(BAD, GOOD),
    nothing: walk => walk.look({}),
    second: walk => walk.later(1_000),
    minutes: walk => walk.later(400_000),
    arrive: walk => walk.arrive(),
    pause: walk => walk.send({ kind: 'pause', by }),
    resume: walk => walk.send(resume),
    rearm: walk => walk.send(rearm),
  }
  const stories = fc.array(fc.constantFrom(...Object.keys(WORDS)), { maxLength: 40 })
  const plans = fc.record({
    onInconclusive: fc.constantFrom('hold' as const, 'promote' as const),
    earlyPromotion: fc.boolean(),
  })

  function live(walk: Walk, word: string): void {
    try {
      WORDS[word]?.(walk)
    } catch (error) {
      if (!(error instanceof Conflict)) throw error
    }
  }

  it('the same follows from the same, through any number of hubs', () => {
    fc.assert(
      fc.property(plans, stories, (plan, story) => {
        const [one, other] = [watched(CANARY, plan), watched(CANARY, plan)]
        for (const word of story) {
          live(one, word)
          live(reread(other), word)
          expect(other.state).toEqual(one.state)
        }
        expect(other.entries).toEqual(one.entries)
      }),
      { numRuns: 100 },
    )
  })

  it('nothing is promoted by itself, no verdict acts where it is disarmed, and a hold is told once', () => {
    fc.assert(
      fc.property(plans, stories, (plan, story) => {
        const walk = watched(CANARY, plan)
        let asked: string | undefined
        for (const word of story) {
          const before = walk.state
          const told = walk.entries.length
          live(walk, word)
          const { phase, seen, held } = walk.state
          const { disarmed: off, mismatch } = seen.guards ?? {}
          if (phase === 'promoting' && before.phase !== 'promoting') expect({ off, mismatch }).toEqual({})
          if (phase === 'taking-back' && before.phase !== 'taking-back') expect(off).toBeUndefined()
          if (phase === 'held') expect(held).toBeDefined()
          for (const { kind, reason } of walk.entries.slice(told)) {
            if (kind === 'release.resumed' || kind === 'release.rearmed') asked = undefined
            if (kind !== 'release.held') continue
            expect(reason).not.toBe(asked)
            asked = reason
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})
