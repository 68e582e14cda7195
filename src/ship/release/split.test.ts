import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Instance } from '../targets/target.ts'
import { CANARY, planFor } from './release.fixture.ts'
import type { Effect, Plan, ReleaseState } from './release.ts'
import { splitOf, wholeSplit } from './split.ts'
import { asked } from './step.ts'

const PLAN: Plan = planFor(CANARY)
const OLD = { service: 'order', version: 'v1', run: {} }
const FIRST: ReleaseState = asked(PLAN, 0)
const SECOND: ReleaseState = { ...FIRST, previous: OLD }

let made = 0
const running = (version: string, state: Instance['state'] = 'ready'): Instance => {
  const id = `ins_${++made}`
  return { id, service: 'order', version, url: `http://${id}`, state, readySinceMs: made, restarts: 0 }
}

function ask(weight: number, candidate: number, stable: number): Effect & { kind: 'split' } {
  return { kind: 'split', share: { weight, segments: [{ market: 'de' }] }, candidate, stable }
}

describe('the split that a release asks for', () => {
  it('has the addresses of so many instances of each version, in the order in which they are', () => {
    const [a, b, c, d] = [running('v1'), running('v2'), running('v1'), running('v1')]
    const at = ({ id, url, readySinceMs = 0 }: Instance) => ({ id, url, readySinceMs })
    expect(splitOf(ask(10, 1, 2), PLAN, SECOND, [a, b, c, d])).toEqual({
      service: 'order',
      stable: 'v1',
      shares: [
        { version: 'v1', weight: 90, endpoints: [at(a), at(c)], segments: [] },
        { version: 'v2', weight: 10, endpoints: [at(b)], segments: [{ market: 'de' }] },
      ],
    })
  })

  it.each<[string, ReleaseState, number, number, number, string | null]>([
    ['the old version while it is there', SECOND, 10, 1, 2, 'v1'],
    ['the old version also where the new one has all traffic but it stands ready', SECOND, 100, 2, 2, 'v1'],
    ['the old version on the way back', SECOND, 0, 0, 2, 'v1'],
    ['the new version once it serves alone', SECOND, 100, 2, 0, 'v2'],
    ['the new version where there was none before', FIRST, 100, 2, 0, 'v2'],
    ['nobody where nobody serves', FIRST, 0, 0, 0, null],
  ])('lets step in for a failed version: %s', (_, state, weight, candidate, stable, steppingIn) => {
    const instances = ['v1', 'v1', 'v2', 'v2'].map(version => running(version))
    expect(splitOf(ask(weight, candidate, stable), PLAN, state, instances)).toMatchObject({ stable: steppingIn })
  })

  it.each([
    ['has none', [running('v1')]],
    ['has only such as are being stopped', [running('v1'), running('v2', 'stopping')]],
  ])('is none where a version that should take traffic %s', (_, instances) => {
    const reason = 'order v2 should take 10 % of the traffic, but no instance of it runs'
    expect(splitOf(ask(10, 1, 1), PLAN, SECOND, instances)).toEqual({
      reason,
      because: { kind: 'no-instance', service: 'order', version: 'v2', weight: 10 },
    })
    expect(splitOf(ask(0, 1, 1), PLAN, SECOND, instances)).toMatchObject({ stable: 'v1' })
  })

  it('names a version that has a share, and divides the whole, whatever runs', () => {
    const state = fc.constantFrom<Instance['state']>('starting', 'ready', 'unready', 'backing-off', 'stopping')
    const instances = fc.array(fc.tuple(fc.constantFrom('v0', 'v1', 'v2'), state), { maxLength: 8 })
    const count = fc.nat(4)
    fc.assert(
      fc.property(instances, fc.nat(100), count, count, (there, weight, candidate, stable) => {
        const all = there.map(([version, its]) => running(version, its))
        const split = splitOf(ask(weight, candidate, stable), PLAN, SECOND, all)
        if ('reason' in split || split.shares.length === 0) return
        expect(split.shares.map(({ version }) => version)).toContain(split.stable)
        if (split.shares.length === 2) expect(split.shares.reduce((sum, share) => sum + share.weight, 0)).toBe(100)
        const taken = split.shares.flatMap(({ endpoints }) => endpoints.map(({ id }) => id))
        const stopping = new Set(all.filter(({ state: its }) => its === 'stopping').map(({ id }) => id))
        expect(taken.filter(id => stopping.has(id))).toEqual([])
        expect(new Set(taken).size).toBe(taken.length)
      }),
    )
  })
})

describe('all traffic to one version', () => {
  it('is for as many of its instances as it should have', () => {
    const instances = ['v1', 'v2', 'v1', 'v1'].map(version => running(version))
    const split = wholeSplit('order', 'v1', 2, instances)
    expect(split).toMatchObject({ service: 'order', stable: 'v1', shares: [{ version: 'v1', weight: 100 }] })
    expect(split?.shares[0]?.endpoints.map(({ id }) => id)).toEqual([instances[0]?.id, instances[2]?.id])
  })

  it('is none where none of them could take it', () => {
    expect(wholeSplit('order', 'v1', 2, [running('v2'), running('v1', 'stopping')])).toBeUndefined()
  })
})
