import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { read } from '../../logbook/index.ts'
import { Harbour } from '../world.fixture.ts'
import { reported } from './release.fixture.ts'

const GOOD = { v1: { requests: 900, bad: 0 }, v2: { requests: 100, bad: 0 } }
const BROKEN = { v1: { requests: 900, bad: 0 }, v2: { requests: 100, bad: 9 } }

let harbour: Harbour
beforeEach(async () => {
  harbour = (await Harbour.open({ warmFor: '1h' })).lead()
  await harbour.inService('v1')
})
afterEach(() => harbour.close())

/** All that a hub could have changed. */
async function everything(): Promise<unknown> {
  const { store, releases, router, target } = harbour
  const running = [...target.running].map(([version, instances]) => [version, instances.length])
  const written = (await read(store, { limit: 1_000 })).map(({ kind }) => kind)
  return { written, active: await releases.active(), splits: router.splits.length, running }
}

describe('a hub whose duty has passed to another without its noticing', () => {
  it('writes down nothing that it sees, and ends without a complaint', async () => {
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'watching')
    harbour.traffic = BROKEN
    await harbour.passOn()
    const before = await everything()
    await harbour.clock.advance(60_000)
    expect(await everything()).toEqual(before)
    expect(harbour.complaints).toEqual([])
  })

  it.each([
    ['begins no release', async () => void (await harbour.deploy('v2'))],
    [
      'lets go of no version that stands by',
      async () => {
        harbour.traffic = GOOD
        await harbour.until((await harbour.deploy('v2')).id, 'baking')
        await harbour.clock.advance(3_599_000)
      },
    ],
  ])('%s', async (_, begin) => {
    await begin()
    await harbour.passOn()
    const before = await everything()
    await harbour.clock.advance(60_000)
    expect(await everything()).toEqual(before)
    expect(harbour.complaints).toEqual([])
  })

  it.each([
    ['split', 'v2 100'],
    ['scale', 'v1 90, v2 10'],
  ])('leaves the outcome of a %s to the next one, which carries it out again', async (command, weights) => {
    const { router, target } = harbour
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'watching')
    harbour.traffic = GOOD
    let next: Awaited<ReturnType<Harbour['passOn']>> | undefined
    const [apply, scale] = [router.apply.bind(router), target.scale.bind(target)]
    const passOnAfter = async (isIt: boolean): Promise<void> => {
      if (isIt && (await harbour.releases.find(id)).state.phase === 'promoting') next ??= await harbour.passOn()
    }
    router.apply = async split => {
      const routed = await apply(split)
      await passOnAfter(command === 'split')
      return routed
    }
    target.scale = async (...asked) => {
      const scaled = await scale(...asked)
      await passOnAfter(command === 'scale')
      return scaled
    }
    await harbour.until(id, 'promoting')
    await harbour.clock.advance(60_000)
    expect((await harbour.releases.find(id)).state.phase).toBe('promoting')
    expect(router.weights).toBe(weights)
    next?.begin()
    await harbour.until(id, 'baking')
    expect(router.weights).toBe('v2 100')
    expect((await harbour.kinds(id)).filter(kind => kind === 'release.promoted')).toHaveLength(1)
    expect(harbour.complaints).toEqual([])
  })

  it('does not report what becomes of its instances', async () => {
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'watching')
    await harbour.passOn()
    const before = await everything()
    await harbour.executor.reportCrashLoop('order', 'v2', reported('it ended five times'))
    await harbour.executor.reportCrashLoop('order', 'v2', reported('it ended six times'))
    expect(await everything()).toEqual(before)
    expect(harbour.complaints).toEqual([])
  })

  it('still takes orders, which the other carries out', async () => {
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'watching')
    const next = await harbour.passOn()
    await harbour.clock.advance(1_000) // it looks, and is refused
    expect(await harbour.ship.order(id, { kind: 'roll-back', by: 'user/li' })).toMatchObject({
      state: { phase: 'taking-back' },
    })
    await harbour.clock.advance(10_000)
    expect(harbour.router.weights).toBe('v1 90, v2 10')
    next.begin()
    await harbour.until(id, 'ended')
    expect(harbour.router.weights).toBe('v1 100')
    expect(harbour.complaints).toEqual([])
  })
})

describe('a hub that leads', () => {
  it('begins nothing once its time is over, though nobody could tell it yet', async () => {
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'watching')
    await harbour.passOn()
    await harbour.clock.advance(1_000)
    const time = new AbortController()
    let isOver = false
    const running = harbour.executor.run({
      signal: time.signal,
      releases: harbour.releases,
      check() {
        if (isOver) time.abort(new Error('the time is over'))
        time.signal.throwIfAborted()
      },
    })
    await harbour.clock.advance(1_000)
    expect((await harbour.releases.find(id)).state.phase).toBe('watching')
    isOver = true
    await harbour.ship.order(id, { kind: 'roll-back', by: 'user/li' })
    await running
    expect(harbour.router.weights).toBe('v1 90, v2 10')
    expect(harbour.complaints).toEqual([])
  })

  it('says what is in the way of a split while it tries, and goes on when it is gone', async () => {
    const { router, clock } = harbour
    const apply = router.apply.bind(router)
    router.apply = async () => ({ ok: false, ...reported('the gateway does not answer') })
    const { id } = await harbour.deploy('v2')
    await clock.advance(7_000)
    const { state } = await harbour.releases.find(id)
    expect(state).toMatchObject({ phase: 'moving', blocked: reported('the gateway does not answer') })
    router.apply = apply
    await harbour.until(id, 'watching')
    expect((await harbour.releases.find(id)).state).not.toHaveProperty('blocked')
    expect((await harbour.kinds(id)).filter(kind => kind === 'release.blocked')).toHaveLength(1)
  })

  it('gives up the way forward where that stays in the way, and says so on the way back within seconds', async () => {
    const { router, clock } = harbour
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'watching')
    router.apply = async () => ({ ok: false, ...reported('the gateway does not answer') })
    await harbour.ship.order(id, { kind: 'promote', by: 'user/li' })
    await clock.advance(19_000)
    expect((await harbour.releases.find(id)).state).toMatchObject({
      phase: 'promoting',
      blocked: reported('the gateway does not answer'),
    })
    await harbour.until(id, 'taking-back')
    await clock.advance(6_000)
    expect((await harbour.releases.find(id)).state).toMatchObject({
      phase: 'taking-back',
      blocked: reported('the gateway does not answer'),
    })
  })

  it('says where it could not tell what is in the way', async () => {
    const { router, store, clock } = harbour
    router.apply = async () => ({ ok: false, ...reported('the gateway does not answer') })
    await harbour.deploy('v2')
    await clock.advance(3_000)
    await store.transaction(tx => tx.db.updateTable('releases').set({ state: 'no JSON' }).execute())
    await clock.advance(4_000)
    expect(harbour.complaints.filter(text => text.includes('what is in the way'))).toHaveLength(1)
  })

  it('takes a version back whose instances end again and again', async () => {
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'watching')
    await harbour.executor.reportCrashLoop('order', 'v2', reported('it ended five times'))
    const { state } = await harbour.until(id, 'ended')
    expect(state.outcome).toMatchObject({ kind: 'rolled-back', reason: 'it ended five times', by: 'hub' })
  })

  it('says which crash loop it could not report', async () => {
    const { store } = harbour
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'watching')
    await store.transaction(tx => tx.db.updateTable('releases').set({ state: 'no JSON' }).execute())
    await harbour.executor.reportCrashLoop('order', 'v2', reported('it ended five times'))
    expect(harbour.complaints.filter(text => text.includes('could not report a crash loop'))).toHaveLength(1)
  })
})
