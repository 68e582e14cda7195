import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../kernel/fake-clock.ts'
import { describeOnBoth } from '../../store/both.fixture.ts'
import { openStore, type Store } from '../../store/index.ts'
import { CANARY, planFor } from '../release/release.fixture.ts'
import { asked } from '../release/step.ts'
import { ReleaseStore } from '../store.ts'
import { Harbour } from '../world.fixture.ts'
import { MOST_POINTS, type Point } from './point.ts'
import { keepPoint } from './store.ts'

const point = (second: number): Point => ({
  atMs: second * 1_000,
  spanMs: 1_000,
  candidate: { requests: second, bad: second % 2 },
  stable: { requests: 9 * second, bad: 0 },
  candidateP99Ms: second % 3 === 0 ? null : 12.5 + second,
  stableP99Ms: 0.5,
  towardRollBack: 1 / 3,
  towardPromotion: 0.25,
  weight: 12.5,
})

describeOnBoth('points', newPlace => {
  let store: Store
  let releases: ReleaseStore
  let id: string
  beforeEach(async () => {
    store = await openStore({ clock: new FakeClock(), ...(await newPlace()) })
    releases = new ReleaseStore(store)
    const plan = planFor(CANARY)
    id = (await releases.create(plan, asked(plan, 0), 'user/li')).id
  })
  afterEach(() => store.close())

  it('are given back as they were given', async () => {
    for (const second of [1, 2, 3]) await store.transaction(tx => keepPoint(tx, id, point(second)))
    expect(await releases.points(id)).toMatchObject([1, 2, 3].map(point))
    expect(await releases.lastPoint(id)).toMatchObject(point(3))
  })

  it('are none of a release that never had traffic, and nothing of one that never was', async () => {
    expect(await releases.points(id)).toEqual([])
    expect(await releases.lastPoint(id)).toBeUndefined()
    await expect(releases.points('rel_none')).rejects.toMatchObject({ code: 'not_found', field: 'release' })
  })

  it('are thinned when there are too many, and lose no request by it', async () => {
    await store.transaction(async tx => {
      for (let second = 1; second <= MOST_POINTS; second++) await keepPoint(tx, id, point(second))
    })
    expect(await releases.points(id)).toHaveLength(MOST_POINTS)
    await store.transaction(tx => keepPoint(tx, id, point(MOST_POINTS + 1)))
    const points = await releases.points(id)
    expect(points).toHaveLength(MOST_POINTS / 2 + 1)
    const sum = (of: (point: Point) => number) => points.reduce((count, known) => count + of(known), 0)
    const n = MOST_POINTS + 1
    expect(sum(({ candidate }) => candidate.requests)).toBe((n * (n + 1)) / 2)
    expect(sum(({ candidate }) => candidate.bad)).toBe(n - Math.floor(n / 2))
    expect(sum(({ stable }) => stable.requests)).toBe((9 * n * (n + 1)) / 2)
    expect(sum(({ spanMs }) => spanMs)).toBe(1_000 * n)
    expect(points[0]).toMatchObject({ spanMs: 2_000, candidateP99Ms: 14.5 })
    await store.transaction(tx => keepPoint(tx, id, point(n + 1)))
    expect((await releases.points(id)).at(-1)).toMatchObject({ spanMs: 2_000, candidate: { requests: 2 * n + 1 } })
  })

  it('go with their release', async () => {
    await store.transaction(tx => keepPoint(tx, id, point(1)))
    await store.transaction(tx => tx.db.deleteFrom('releases').where('id', '=', id).execute())
    expect(await store.db.selectFrom('release_points').selectAll().execute()).toEqual([])
  })

  it('are undone with the transaction that they are written in', async () => {
    const failing = store.transaction(async tx => {
      await keepPoint(tx, id, point(1))
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await releases.points(id)).toEqual([])
  })
})

describe('the points of a release', () => {
  let harbour: Harbour
  beforeEach(async () => {
    harbour = await Harbour.open()
    harbour.lead()
    await harbour.inService('v1')
  })
  afterEach(() => harbour.close())

  it('go from its first look to its end, and have all that was counted, after the decision, too', async () => {
    harbour.traffic = { v1: { requests: 90, bad: 0 }, v2: { requests: 10, bad: 3 } }
    const { id } = await harbour.deploy('v2')
    const { state } = await harbour.until(id, 'ended')
    expect(state.seen.candidate.requests).toBeGreaterThan(state.outcome?.candidate.requests ?? Number.NaN)
    const points = await harbour.releases.points(id)
    const sum = (of: (point: Point) => number) => points.reduce((count, known) => count + of(known), 0)
    expect(sum(({ candidate }) => candidate.requests)).toBe(state.seen.candidate.requests)
    expect(sum(({ candidate }) => candidate.bad)).toBe(state.seen.candidate.bad)
    expect(sum(({ stable }) => stable.requests)).toBe(state.seen.stable.requests)
    expect(points.at(-1)?.atMs).toBe(state.seen.atMs)
    expect(points.some(({ towardRollBack }) => towardRollBack >= 1)).toBe(true)
  })

  it('have the latencies of each span, and none where none was measured', async () => {
    harbour.traffic = { v1: { requests: 90, bad: 0 }, v2: { requests: 10, bad: 0 } }
    const of = (p99Ms: number) => ({ p50Ms: 1, p95Ms: 1, p99Ms })
    harbour.sights = { lately: { candidate: of(31), stable: of(29) } }
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'watching')
    await harbour.clock.advance(2_000)
    expect(await harbour.releases.lastPoint(id)).toMatchObject({ candidateP99Ms: 31, stableP99Ms: 29 })
    harbour.sights = {}
    await harbour.clock.advance(2_000)
    expect(await harbour.releases.lastPoint(id)).toMatchObject({ candidateP99Ms: null, stableP99Ms: null })
  })

  it('stay few while it is held for long', async () => {
    harbour.traffic = { v1: { requests: 9, bad: 0 }, v2: { requests: 1, bad: 0 } }
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'watching')
    await harbour.ship.order(id, { kind: 'pause', by: 'user/li' })
    await harbour.clock.advance(700_000)
    const { state } = await harbour.releases.find(id)
    const points = await harbour.releases.points(id)
    expect(points.length).toBeGreaterThan(MOST_POINTS / 2)
    expect(points.length).toBeLessThanOrEqual(MOST_POINTS)
    expect(points.reduce((count, { candidate }) => count + candidate.requests, 0)).toBe(state.seen.candidate.requests)
    expect(points[0]?.spanMs).toBe(2_000)
  })
})
