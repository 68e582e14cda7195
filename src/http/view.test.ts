import { describe, expect, it } from 'vitest'
import { ReleaseView } from '../client/index.ts'
import { releasePlan } from '../judge/index.ts'
import type { Release } from '../ship/index.ts'
import { arrived, CANARY, DIFFERENT, planFor, Walk } from '../ship/release/release.fixture.ts'
import { readBack } from '../ship/release/stored.fixture.ts'
import { WALKS } from '../ship/release/walks.fixture.ts'
import { viewOf } from './view.ts'

const by = 'user/li'
const SOME = { requests: 100, bad: 1 }
const BAD = [
  { requests: 200, bad: 20 },
  { requests: 2_000, bad: 0 },
] as const
const UNEVEN = { signal: 'errors', canary: { requests: 800, bad: 14 }, stable: { requests: 800, bad: 4 } }
const watched = (): Walk => new Walk(planFor(CANARY)).begin().arrive()

/** As the API gives it, checked by its contract. */
function shown({ plan, state }: Walk): ReleaseView {
  const release: Release = { id: 'rel_1', plan, state, createdMs: 1_000_000, revision: 1 }
  return ReleaseView.parse(viewOf(release))
}

describe('a release as the API shows it', () => {
  it('says nothing of what was not seen yet', () => {
    expect(shown(watched())).not.toHaveProperty('latency')
    expect(shown(watched())).not.toHaveProperty('guards')
    expect(shown(watched())).not.toHaveProperty('held')
  })

  it('has how long requests took on both versions', () => {
    const latency = {
      candidate: { p50Ms: 8.2, p95Ms: 30, p99Ms: 41 },
      stable: { p50Ms: 7.9, p95Ms: null, p99Ms: null },
    }
    expect(shown(watched().look({ latency }).look({})).latency).toEqual(latency)
  })

  it('has what the guards say while all is well', () => {
    const none = { requests: 0, bad: 0 }
    expect(shown(watched().look({})).guards).toEqual({
      arrivals: {
        kind: 'as-expected',
        reason: 'no new user has been counted',
        arrived: 0,
        of: 0,
        arrivedShare: null,
        expectedShare: null,
        towardMismatch: 0,
        chance: null,
      },
      instances: {
        kind: 'alike',
        reason: "no request has reached the two halves of the stable version's instances",
        signal: 'errors',
        worse: none,
        better: none,
        towardDiffer: 0,
        chance: null,
      },
    })
    const { arrivals } = shown(watched().look(arrived(104))).guards ?? {}
    expect(arrivals).toMatchObject({
      kind: 'as-expected',
      reason: '104 of 1,000 arrivals (10 %) came to v2, 10 % were expected',
      arrived: 104,
      of: 1_000,
      arrivedShare: 0.104,
    })
    expect(arrivals?.expectedShare).toBeCloseTo(0.1)
  })

  it('has how near the tests of the comparison are to failing', () => {
    const near = shown(watched().look({ ...arrived(125), control: [UNEVEN] })).guards
    expect(near?.arrivals).toMatchObject({ kind: 'as-expected', towardMismatch: expect.closeTo(0.3, 0) })
    expect(near?.instances).toMatchObject({ kind: 'alike', worse: UNEVEN.canary, better: UNEVEN.stable })
    for (const way of [near?.arrivals.towardMismatch, near?.instances.towardDiffer]) {
      expect(way).toBeGreaterThan(0)
      expect(way).toBeLessThan(1)
    }
  })

  it('has the limits of each signal, so that one can be watched before it trips', () => {
    const verdict = releasePlan({ signals: [{ name: 'errors', objective: 0.05, ceiling: null }, { name: 'slow-p99' }] })
    const { signals } =
      shown(new Walk(planFor(CANARY, { verdict })).begin().arrive().evidence(SOME, SOME)).verdict ?? {}
    expect(signals).toMatchObject([
      { name: 'errors', objective: 0.05, ceiling: null, worseBy: 'comparison', noWorseBy: 'margin' },
      { name: 'slow-p99', objective: null, ceiling: 0.01 },
    ])
  })

  it('tells as data what its traffic lets be seen', () => {
    const walk = watched()
    walk.nowMs += 10_000
    const { detectable } = shown(walk.evidence(SOME, { requests: 900, bad: 9 }))
    expect(detectable).toMatchObject({ signal: 'errors', requestsPerSecond: 100, fromRate: 0.01, withinMs: 60_000 })
    expect(detectable?.toRate).toBeGreaterThan(0.01)
    expect(detectable?.reason).toMatch(/^a rise from 1.0 % to .* shows within 1m$/)
  })

  it('has what is in the way, and why nothing is seen, in words and as data', () => {
    const silent = { kind: 'gateway', fault: 'silent', at: '127.0.0.1:1', detail: null } as const
    const told = { reason: 'the gateway at 127.0.0.1:1 does not answer', because: silent }
    expect(shown(watched().send({ kind: 'no-evidence', ...told })).missing).toEqual(told)
    const walk = watched().evidence(...BAD)
    expect(shown(walk.send({ kind: 'hindered', command: walk.state.queue[0]?.id ?? 0, ...told })).blocked).toEqual(told)
  })

  it('says why it is held, and what is in doubt', () => {
    const walk = watched().look(arrived(180))
    expect(shown(walk)).toMatchObject({
      phase: 'held',
      held: {
        why: 'mismatch',
        by: 'hub',
        since: expect.stringMatching(/Z$/),
        reason: 'nothing goes on by itself, since more traffic comes to v2 than configured',
        because: { kind: 'doubted', doubt: 'mismatch', version: 'v2', keptFrom: 'going-on' },
        timeAgain: false,
      },
      guards: { arrivals: { kind: 'too-many' }, instances: { kind: 'alike' } },
    })
    expect(shown(walk).guards).not.toHaveProperty('answeredBy')
    expect(shown(walk.send({ kind: 'resume', by })).guards?.answeredBy).toBe(by)
  })

  it('goes on saying why the stable version differs from itself, when the numbers look well again', () => {
    const walk = watched().look(DIFFERENT)
    const reason = shown(walk).guards?.instances.reason
    expect(reason).toMatch(/^instances of v1 differ among themselves, so verdicts no longer act by themselves: errors/)
    const back = {
      control: [{ signal: 'errors', canary: { requests: 0, bad: 0 }, stable: { requests: 900, bad: 45 } }],
    }
    expect(shown(walk.look(back)).guards?.instances).toMatchObject({ kind: 'differ', reason, towardDiffer: 1 })
    expect(shown(walk.send({ kind: 'rearm', by })).guards).toBeUndefined()
  })

  it('says in its end that traffic went missing', () => {
    const view = shown(watched().look(arrived(41)))
    expect(view.guards?.arrivals).toMatchObject({
      kind: 'too-few',
      reason: view.outcome?.reason,
      arrived: 41,
      of: 1_000,
    })
    expect(view.outcome?.because).toMatchObject({ kind: 'arrivals', found: 'too-few', version: 'v2', arrived: 41 })
  })

  it('says whether the stage gets its time again, and which verdict a doubt kept from acting', () => {
    const held = (walk: Walk) => shown(walk).held
    const late = watched().look(DIFFERENT).later(30_000).send({ kind: 'resume', by }).later(0).arrive()
    expect(
      held(
        late
          .evidence(...BAD)
          .send({ kind: 'resume', by })
          .later(300_000),
      ),
    ).toMatchObject({ why: 'disarmed' })
    expect(held(watched().later(30_000).arrive().later(300_000))).toMatchObject({
      why: 'inconclusive',
      timeAgain: true,
    })
    expect(
      held(
        watched()
          .look(DIFFERENT)
          .evidence(...BAD),
      ),
    ).toMatchObject({ named: 'roll-back', timeAgain: false })
  })

  it('has the note of a pause, else who it was', () => {
    expect(shown(watched().send({ kind: 'pause', by, note: 'lunch' })).held?.reason).toBe('lunch')
    expect(shown(watched().send({ kind: 'pause', by })).held).toMatchObject({
      reason: 'paused by user/li',
      because: { kind: 'ordered', order: 'pause', by, note: null },
    })
  })
})

describe('a release that an earlier version stored', () => {
  it.each(WALKS)('is shown as the contract says: %s', (_, walk) => {
    const { plan, state } = walk()
    const release: Release = { id: 'rel_1', plan, state: readBack({ plan, state }), createdMs: 1_000_000, revision: 1 }
    const view = viewOf(release)
    expect(ReleaseView.parse(view)).toEqual(view)
    expect(view.outcome?.reason).toBe(state.outcome?.reason)
  })
})
