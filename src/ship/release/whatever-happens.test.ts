import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Conflict } from '../../kernel/index.ts'
import { arrived, CANARY, DIFFERENT, planFor, reported, Walk } from './release.fixture.ts'
import type { Event } from './release.ts'

const GOOD = { requests: 2_000, bad: 0 }
const BAD = { requests: 200, bad: 20 }

const ORDERS = ['pause', 'resume', 'rearm', 'promote', 'roll-back'] as const
const isOrder = (kind: string): kind is (typeof ORDERS)[number] => ORDERS.some(order => order === kind)

describe('whatever happens', () => {
  const events = fc.constantFrom<Event['kind'] | 'fail' | 'bad' | 'good' | 'different' | 'too-many'>(
    'done',
    'done',
    'done',
    'fail',
    'hindered',
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
    'different',
    'too-many',
    'rearm',
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
            else if (kind === 'fail' && head) walk.send({ kind: 'failed', command: head.id, ...reported('x') })
            else if (kind === 'hindered' && head) walk.send({ kind, command: head.id, ...reported('x') })
            else if (kind === 'good') walk.evidence({ requests: 50, bad: 0 }, { requests: 50, bad: 0 })
            else if (kind === 'bad') walk.evidence(BAD, GOOD)
            else if (kind === 'different') walk.look(DIFFERENT)
            else if (kind === 'too-many') walk.look(arrived(180))
            else if (kind === 'no-evidence') walk.send({ kind, ...reported('x') })
            else if (kind === 'crash-loop') walk.send({ kind, who: 'candidate', ...reported('x') })
            else if (kind === 'superseded') walk.send({ kind, by: 'hub', version: 'v3' })
            else if (kind === 'tick') walk.send({ kind })
            else if (isOrder(kind)) walk.send({ kind, by: 'user/li' })
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
