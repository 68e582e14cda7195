import { describe, expect, it } from 'vitest'
import type { Because } from './because.ts'
import { givenOn, WALKS } from './walks.fixture.ts'

const KINDS: Readonly<Record<Because['kind'], true>> = {
  worse: true,
  'over-objective': true,
  'shared-damage': true,
  'no-worse': true,
  'no-traffic': true,
  held: true,
  gathering: true,
  undecided: true,
  unproven: true,
  'answered-for': true,
  'first-version': true,
  doubted: true,
  arrivals: true,
  instances: true,
  ordered: true,
  noted: true,
  'brought-back': true,
  superseded: true,
  'in-force': true,
  'crash-loop': true,
  'not-ready': true,
  'cannot-start': true,
  'cannot-stop': true,
  'no-instance': true,
  gateway: true,
  reported: true,
}
/** Why a verdict that waits does so is told by the verdict itself; these are reached inside of others alone. */
const INSIDE = new Set(['no-traffic', 'held', 'gathering', 'shared-damage', 'over-objective'])

describe('a reason', () => {
  it.each(WALKS)('stands as data beside its words wherever a release gives one that %s', (_, walk) => {
    const given = givenOn(walk())
    expect(given.length).toBeGreaterThan(0)
    for (const { where, reason, because } of given) {
      expect(reason, where).toMatch(/\S/)
      expect(because, `${where}: ${reason}`).toMatchObject({ kind: expect.any(String) })
      expect(KINDS).toHaveProperty(String(Object(because).kind))
      // It is stored, and goes over the wire.
      expect(JSON.parse(JSON.stringify(because))).toEqual(because)
    }
  })

  it('is reached in each of its kinds', () => {
    const reached = new Set(WALKS.flatMap(([, walk]) => givenOn(walk()).map(({ because }) => Object(because).kind)))
    const missed = Object.keys(KINDS).filter(kind => !reached.has(kind) && !INSIDE.has(kind))
    expect(missed).toEqual([])
  })

  it('of a walk is the same data for the same words', () => {
    const told = new Map<string, string>()
    for (const [name, walk] of WALKS) {
      if (name.includes(': ')) continue // its words are the test's own
      for (const { reason, because } of givenOn(walk())) {
        const { verdict: _verdict, ...plain } = Object(because)
        const data = JSON.stringify(plain)
        expect(told.get(reason) ?? data).toBe(data)
        told.set(reason, data)
      }
    }
  })
})
