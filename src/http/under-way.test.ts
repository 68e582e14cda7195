import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Release } from '../ship/index.ts'
import { CANARY, planFor, Walk } from '../ship/release/release.fixture.ts'
import { Harbour } from '../ship/world.fixture.ts'
import { UnderWay } from './under-way.ts'
import { viewOf } from './view.ts'

let harbour: Harbour
beforeEach(async () => {
  harbour = (await Harbour.open()).lead()
})
afterEach(() => harbour.close())

describe('the releases under way', () => {
  it('are shown as they are, and those that have not changed are the same objects as before', async () => {
    const underWay = new UnderWay(harbour.releases)
    expect(await underWay.views()).toEqual([])
    const { id } = await harbour.deploy('v1')
    await harbour.until(id, 'baking', 'ended')
    const next = await harbour.deploy('v2')
    await harbour.until(next.id, 'watching')
    const first = await underWay.views()
    expect(first).toEqual((await harbour.releases.active()).map(viewOf))
    expect(first.map(view => view.id)).toContain(next.id)
    const again = await underWay.views()
    again.forEach((view, i) => expect(view).toBe(first[i]))
    const read = await harbour.releases.find(next.id)
    expect(first).toContain(underWay.viewOf(read))
    await harbour.ship.order(next.id, { kind: 'pause', by: 'user/li' })
    const changed = await harbour.releases.find(next.id)
    expect(underWay.viewOf(changed)).toEqual(viewOf(changed))
    expect(underWay.viewOf(read)).toEqual(viewOf(read))
    const paused = (await underWay.views()).find(view => view.id === next.id)
    expect(paused?.phase).toBe('held')
    await harbour.ship.order(next.id, { kind: 'roll-back', by: 'user/li' })
    await harbour.until(next.id, 'ended')
    expect((await underWay.views()).map(view => view.id)).not.toContain(next.id)
  })

  it('are read a few at a time, and only those that have changed', async () => {
    const asked: number[] = []
    const all = new Map(Array.from({ length: 60 }, (_, i) => [`rel_${i}`, releaseAt(`rel_${i}`, 1)]))
    const underWay = new UnderWay({
      revisions: async () => [...all.values()].map(({ id, revision, state }) => ({ id, revision, phase: state.phase })),
      async findAll(ids) {
        asked.push(ids.length)
        return ids.flatMap(id => all.get(id) ?? [])
      },
    })
    expect(await underWay.views()).toHaveLength(60)
    expect(asked.splice(0)).toEqual([25, 25, 10])
    all.set('rel_7', releaseAt('rel_7', 2))
    expect((await underWay.views())[7]?.revision).toBe(2)
    expect(asked.splice(0)).toEqual([1])
    all.delete('rel_7')
    expect(await underWay.views()).toHaveLength(59)
    expect(asked).toEqual([])
  })

  it('never go back: a read that was overtaken neither shows nor leaves an older one', async () => {
    const slow = Promise.withResolvers<void>()
    let revision = 1
    let first = true
    const underWay = new UnderWay({
      revisions: async () => [{ id: 'rel_1', revision, phase: 'watching' }],
      async findAll() {
        const read = releaseAt('rel_1', revision)
        if (first) {
          first = false
          await slow.promise
        }
        return [read]
      },
    })
    const overtaken = underWay.views()
    await Promise.resolve()
    revision = 2
    expect((await underWay.views())[0]?.revision).toBe(2)
    slow.resolve()
    expect((await overtaken)[0]?.revision).toBe(2)
    expect((await underWay.views())[0]?.revision).toBe(2)
  })

  it('are all there for whoever asks, also where somebody asked before one of them began and is answered last', async () => {
    const answers = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let present = ['rel_1']
    let asked = 0
    const underWay = new UnderWay({
      revisions: async () => present.map(id => ({ id, revision: 1, phase: 'watching' })),
      async findAll(ids) {
        if (!ids.includes('rel_2')) await answers[asked++]?.promise
        return ids.map(id => releaseAt(id, 1))
      },
    })
    const early = underWay.views()
    await Promise.resolve()
    present = ['rel_2']
    await underWay.views() // rel_2 is known from here on
    present = ['rel_2', 'rel_3']
    const late = underWay.views()
    await Promise.resolve()
    answers[0]?.resolve()
    await early
    answers[1]?.resolve()
    expect((await late).map(({ id }) => id)).toEqual(['rel_2', 'rel_3'])
  })

  it('are not those that ended between the two reads', async () => {
    const ended = { ...releaseAt('rel_1', 2), state: { ...releaseAt('rel_1', 2).state, phase: 'ended' as const } }
    const underWay = new UnderWay({
      revisions: async () => [{ id: 'rel_1', revision: 1, phase: 'retiring' }],
      findAll: async () => [ended],
    })
    expect(await underWay.views()).toEqual([])
  })
})

function releaseAt(id: string, revision: number): Release {
  const { plan, state } = new Walk(planFor(CANARY)).begin().arrive()
  return { id, plan, state, createdMs: 1_000_000, revision }
}
