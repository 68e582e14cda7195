import { describe, expect, it } from 'vitest'
import { ReleaseView } from '../client/index.ts'
import type { Release } from '../ship/index.ts'
import { arrived, CANARY, DIFFERENT, planFor, Walk } from '../ship/release/release.fixture.ts'
import { viewOf } from './view.ts'

const by = 'user/li'
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
    const latency = { candidate: { p50Ms: 8.2, p99Ms: 41 }, stable: { p50Ms: 7.9, p99Ms: null } }
    expect(shown(watched().look({ latency }).look({})).latency).toEqual(latency)
  })

  it('has what the guards say while all is well', () => {
    expect(shown(watched().look({})).guards).toEqual({
      arrivals: { kind: 'as-expected', reason: 'no new user has been counted' },
      instances: { kind: 'alike', reason: "no request has reached the two halves of the stable version's instances" },
    })
    expect(shown(watched().look(arrived(104))).guards?.arrivals).toEqual({
      kind: 'as-expected',
      reason: '104 of 1,000 arrivals (10 %) came to v2, 10 % were expected',
    })
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
    expect(shown(walk.look(back)).guards?.instances).toEqual({ kind: 'differ', reason })
    expect(shown(walk.send({ kind: 'rearm', by })).guards).toBeUndefined()
  })

  it('says in its end that traffic went missing', () => {
    const view = shown(watched().look(arrived(41)))
    expect(view.guards?.arrivals).toEqual({ kind: 'too-few', reason: view.outcome?.reason })
  })

  it('has the note of a pause, and none where none was given', () => {
    expect(shown(watched().send({ kind: 'pause', by, note: 'lunch' })).held?.reason).toBe('lunch')
    expect(shown(watched().send({ kind: 'pause', by })).held).not.toHaveProperty('reason')
  })
})
