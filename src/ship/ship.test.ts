import { afterEach, describe, expect, it } from 'vitest'
import { verify } from '../logbook/index.ts'
import { reported } from './release/release.fixture.ts'
import { Harbour, settingsOf } from './world.fixture.ts'

const GOOD = { v1: { requests: 900, bad: 0 }, v2: { requests: 100, bad: 0 }, v3: { requests: 100, bad: 0 } }
const BROKEN = { v1: { requests: 900, bad: 0 }, v2: { requests: 100, bad: 8 } }
const SILENT = {}

let harbour: Harbour
const open = async (changed: Record<string, unknown> = {}): Promise<Harbour> => {
  harbour = (await Harbour.open(changed)).lead()
  return harbour
}
afterEach(() => harbour.close())

describe('deploying', () => {
  it('puts the first version of a service in service', async () => {
    const { router, target, releases } = await open()
    await harbour.inService('v1')
    expect(router.weights).toBe('v1 100')
    expect(target.running.get('v1')).toHaveLength(2)
    expect(await releases.service('order')).toMatchObject({ stableVersion: 'v1' })
  })

  it('promotes a good version, keeps the old one warm, and lets it go', async () => {
    await open()
    await harbour.inService('v1')
    harbour.traffic = GOOD
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'baking')
    expect(harbour.router.weights).toBe('v2 100')
    expect(harbour.target.running.get('v1')).toHaveLength(2)
    await harbour.until(id, 'ended')
    expect(harbour.target.running.get('v1')).toHaveLength(0)
    expect(await harbour.kinds(id)).toEqual([
      'release.asked',
      'release.started',
      'release.stage',
      'release.promoting',
      'release.promoted',
      'release.ended',
    ])
    expect(await verify(harbour.store)).toMatchObject({ sound: true })
  })

  it('takes a bad version back, with its reason and its cost in the logbook', async () => {
    await open()
    await harbour.inService('v1')
    harbour.traffic = BROKEN
    const { id } = await harbour.deploy('v2')
    const release = await harbour.until(id, 'ended')
    expect(release.state.outcome).toMatchObject({ kind: 'rolled-back', by: 'hub' })
    expect(release.state.outcome?.reason).toMatch(/errors: \d+ of \d+ requests/)
    expect(harbour.router.weights).toBe('v1 100')
    expect(harbour.target.running.get('v2')).toHaveLength(0)
    expect(await harbour.releases.service('order')).toMatchObject({ stableVersion: 'v1' })
  })

  it('leaves the old version serving when the new one does not start', async () => {
    await open()
    await harbour.inService('v1')
    harbour.target.refusals.set('v2', {
      ok: false,
      kind: 'not-ready',
      ...reported('/readyz answered 503 for 30s'),
      hint: 'Look at its log.',
    })
    const { id } = await harbour.deploy('v2')
    const { state } = await harbour.until(id, 'ended')
    expect(state.outcome).toMatchObject({
      kind: 'failed',
      reason: '/readyz answered 503 for 30s',
      hint: 'Look at its log.',
    })
    expect(harbour.router.weights).toBe('v1 100')
  })

  it('starts nothing while the router does not answer', async () => {
    await open()
    await harbour.inService('v1')
    harbour.router.down = 'the gateway at 127.0.0.1:8081 does not answer'
    const { id } = await harbour.deploy('v2')
    expect((await harbour.until(id, 'ended')).state.outcome).toMatchObject({
      kind: 'failed',
      reason: harbour.router.down,
    })
    expect(harbour.target.running.get('v2') ?? []).toHaveLength(0)
  })

  it('goes on taking a version back when the router is gone, until it is there again', async () => {
    await open()
    await harbour.inService('v1')
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'watching')
    harbour.traffic = BROKEN
    harbour.router.down = 'gone'
    await harbour.until(id, 'taking-back')
    await harbour.clock.advance(120_000)
    const blocked = await harbour.releases.find(id)
    expect(blocked.state).toMatchObject({ phase: 'taking-back', blocked: reported('gone') })
    expect(harbour.target.running.get('v2')).toHaveLength(1)
    harbour.router.down = undefined
    await harbour.until(id, 'ended')
    expect(harbour.router.weights).toBe('v1 100')
  })

  it('holds a release that shows nothing, and says so', async () => {
    await open()
    await harbour.inService('v1')
    harbour.traffic = SILENT
    const { id } = await harbour.deploy('v2')
    const { state } = await harbour.until(id, 'held')
    expect(state.held).toMatchObject({ why: 'inconclusive' })
    expect(await harbour.kinds(id)).toContain('release.inconclusive')
  })
})

describe('a release whose comparison is in doubt', () => {
  const DIFFERENT = {
    control: [{ signal: 'errors', canary: { requests: 450, bad: 20 }, stable: { requests: 450, bad: 0 } }],
  }
  const by = 'user/li'

  it('is held instead of taken back, asked about once, and stays in the hands of people', async () => {
    await open()
    await harbour.inService('v1')
    harbour.sights = DIFFERENT
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'watching')
    harbour.traffic = BROKEN
    const { state } = await harbour.until(id, 'held')
    expect(state.held?.reason).toMatch(/not taken back by itself, since instances of v1 differ among themselves$/)
    await harbour.ship.order(id, { kind: 'resume', by, note: 'the errors are known' })
    await harbour.clock.advance(10_000)
    expect((await harbour.releases.find(id)).state.phase).toBe('watching')
    expect(harbour.router.weights).toBe('v1 90, v2 10')
    await harbour.ship.rollBack('order', undefined, by)
    await harbour.until(id, 'ended')
    expect(harbour.router.weights).toBe('v1 100')
    const told = await harbour.entries(id)
    expect(told.map(({ kind }) => kind)).toEqual([
      'release.asked',
      'release.started',
      'release.stage',
      'release.disarmed',
      'release.held',
      'release.resumed',
      'release.rolled-back',
      'release.taken-back',
      'release.ended',
    ])
    expect(told[5]).toMatchObject({ actor: by, reason: 'the errors are known' })
  })

  it('is taken back by itself again once it was mended and rearmed', async () => {
    await open()
    await harbour.inService('v1')
    harbour.sights = DIFFERENT
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'watching')
    harbour.traffic = BROKEN
    await harbour.until(id, 'held')
    harbour.sights = {}
    await harbour.ship.order(id, { kind: 'rearm', by })
    expect((await harbour.until(id, 'ended')).state.outcome).toMatchObject({ kind: 'rolled-back', by: 'hub' })
  })

  it('is taken back where traffic goes missing, and held where too much comes', async () => {
    await open()
    await harbour.inService('v1')
    harbour.sights = { arrivals: { candidate: 2, stable: 98, share: 0.1 } }
    const { id } = await harbour.deploy('v2')
    expect((await harbour.until(id, 'ended')).state.outcome?.reason).toMatch(/^traffic of v2 goes missing: only /)
    harbour.sights = { arrivals: { candidate: 30, stable: 70, share: 0.1 } }
    const more = await harbour.deploy('v3')
    expect((await harbour.until(more.id, 'held')).state.held?.why).toBe('mismatch')
  })

  it('keeps how long requests took', async () => {
    await open()
    await harbour.inService('v1')
    const latency = { candidate: { p50Ms: 8, p95Ms: 8, p99Ms: 41 }, stable: { p50Ms: null, p95Ms: null, p99Ms: null } }
    harbour.sights = { latency }
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'watching')
    await harbour.clock.advance(2_000)
    harbour.sights = {}
    await harbour.clock.advance(2_000)
    expect((await harbour.releases.find(id)).state.seen.latency).toEqual(latency)
  })
})

describe('two releases of a service', () => {
  it('follow one another: the newer takes the place of the older', async () => {
    await open()
    await harbour.inService('v1')
    const first = await harbour.deploy('v2')
    await harbour.until(first.id, 'watching')
    harbour.traffic = GOOD
    const second = await harbour.deploy('v3')
    expect((await harbour.until(first.id, 'ended')).state.outcome?.kind).toBe('superseded')
    expect((await harbour.until(second.id, 'baking')).state.previous?.version).toBe('v1')
    expect(harbour.router.weights).toBe('v3 100')
  })

  it('wait for each other where that is configured', async () => {
    await open({ onNewer: 'wait' })
    await harbour.inService('v1')
    const first = await harbour.deploy('v2')
    await harbour.until(first.id, 'watching')
    const second = await harbour.deploy('v3')
    await harbour.clock.advance(10_000)
    expect((await harbour.releases.find(second.id)).state.phase).toBe('waiting')
    harbour.traffic = GOOD
    await harbour.until(first.id, 'baking')
    expect((await harbour.until(second.id, 'baking')).state.previous?.version).toBe('v2')
  })

  it('never both have a version warm: promotion relieves the older', async () => {
    await open({ warmFor: '1h' })
    await harbour.inService('v1')
    harbour.traffic = { ...GOOD, v2: { requests: 900, bad: 0 } }
    const first = await harbour.deploy('v2')
    await harbour.until(first.id, 'baking')
    const second = await harbour.deploy('v3')
    await harbour.until(second.id, 'baking')
    await harbour.until(first.id, 'ended')
    expect(harbour.target.running.get('v1')).toHaveLength(0)
    expect(harbour.target.running.get('v2')).toHaveLength(2)
  })

  it('may be of the version that stands by: its instances are taken over, not stopped', async () => {
    await open({ warmFor: '1h' })
    await harbour.inService('v1')
    harbour.traffic = GOOD
    const first = await harbour.deploy('v2')
    await harbour.until(first.id, 'baking')
    const kept = harbour.target.running.get('v1')?.map(({ id }) => id)
    harbour.traffic = { v2: { requests: 900, bad: 0 }, v1: { requests: 100, bad: 0 } }
    const second = await harbour.deploy('v1')
    await harbour.until(second.id, 'baking')
    expect(harbour.target.running.get('v1')?.map(({ id }) => id)).toEqual(kept)
    expect(harbour.router.weights).toBe('v1 100')
  })
})

describe('a release that is taken back', () => {
  it('leaves the promoted one before it, with the version that it keeps warm, as it was', async () => {
    await open({ warmFor: '1h' })
    await harbour.inService('v1')
    harbour.traffic = GOOD
    const first = await harbour.deploy('v2')
    await harbour.until(first.id, 'baking')
    harbour.traffic = { v2: { requests: 900, bad: 0 }, v3: { requests: 100, bad: 9 } }
    const second = await harbour.deploy('v3')
    await harbour.until(second.id, 'ended')
    expect((await harbour.releases.find(first.id)).state.phase).toBe('baking')
    expect(harbour.target.running.get('v1')).toHaveLength(2)
    await harbour.until((await harbour.ship.rollBack('order', undefined, 'user/li')).id, 'ended')
    expect(harbour.router.weights).toBe('v1 100')
  })
})

describe('going back', () => {
  it('to the version that stands by is a change of weights', async () => {
    await open({ warmFor: '1h' })
    await harbour.inService('v1')
    harbour.traffic = GOOD
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'baking')
    const kept = harbour.target.running.get('v1')?.map(({ id: instance }) => instance)
    expect((await harbour.ship.rollBack('order', undefined, 'user/li', 'odd')).id).toBe(id)
    await harbour.until(id, 'ended')
    expect(harbour.router.weights).toBe('v1 100')
    expect(harbour.target.running.get('v1')?.map(({ id: instance }) => instance)).toEqual(kept)
    expect(await harbour.releases.service('order')).toMatchObject({ stableVersion: 'v1' })
  })

  it('to any earlier version is a release of its own', async () => {
    await open({ warmFor: '0s' })
    await harbour.inService('v1')
    harbour.traffic = GOOD
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'ended')
    const back = await harbour.ship.rollBack('order', 'v1', 'user/li')
    expect(back.plan).toMatchObject({ version: 'v1', strategy: 'all-at-once', back: true })
    await harbour.until(back.id, 'ended')
    expect(harbour.router.weights).toBe('v1 100')
  })

  it.each<[string, () => Promise<unknown>, string]>([
    ['with nothing to go back to', () => harbour.ship.rollBack('order', undefined, 'x'), 'no release under way'],
    ['to a version that never was', () => harbour.ship.rollBack('order', 'v9', 'x'), 'never deployed as v9'],
    ['of an unknown service', () => harbour.ship.rollBack('odrer', undefined, 'x'), 'no service odrer'],
  ])('%s is refused', async (_, back, message) => {
    await open({ warmFor: '0s' })
    await harbour.inService('v1')
    await expect(back()).rejects.toThrow(message)
  })
})

describe('what cannot be deployed', () => {
  it.each<[string, string, Record<string, unknown>, { message: string; field?: string }]>([
    ['a version in service', 'v1', {}, { message: 'v1 is in service already', field: 'version' }],
    [
      'another thing under a name that was used',
      'v2',
      { command: 'false' },
      { message: 'deployed before with another command', field: 'version' },
    ],
    ['a name that is none', 'v 2', {}, { message: '“v 2” cannot be a version', field: 'version' }],
    [
      'a stage over 100 %',
      'v3',
      { strategy: { type: 'canary', stages: [{ weight: 120, for: '1m' }] } },
      { message: 'expected a share from 0% to 100%', field: 'strategy.stages.0.weight' },
    ],
    ['an unknown strategy', 'v3', { strategy: { type: 'yolo' } }, { message: 'strategy.type' }],
    ['an unknown service', 'v3', { service: 'odrer' }, { message: 'no service odrer', field: 'service' }],
  ])('%s is refused with what is wrong', async (_, version, more, { message, field }) => {
    await open({ warmFor: '0s' })
    await harbour.inService('v1')
    harbour.traffic = GOOD
    await harbour.until((await harbour.deploy('v2')).id, 'ended')
    await harbour.until((await harbour.deploy('v1', { note: 'back' })).id, 'ended', 'held')
    const error: unknown = await harbour.deploy(version, more).catch((thrown: unknown) => thrown)
    expect(String(error)).toContain(message)
    expect(error).toMatchObject({ ...(field ? { field } : {}), hint: expect.any(String) })
  })

  it('is the version that is on its way already', async () => {
    await open()
    await harbour.inService('v1')
    await harbour.deploy('v2')
    await expect(harbour.deploy('v2')).rejects.toThrow('on its way already')
  })

  it('is what somebody else asked for at the same moment', async () => {
    await open()
    await harbour.inService('v1')
    const asked = await Promise.allSettled([harbour.deploy('v2'), harbour.deploy('v2'), harbour.deploy('v2')])
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const answer of asked) {
      if (answer.status === 'rejected') expect(String(answer.reason)).toContain('on its way already')
    }
  })
})

describe('a service at rest', () => {
  it('gets its traffic back where the router forgot it', async () => {
    await open()
    await harbour.inService('v1')
    await harbour.clock.advance(60_000)
    harbour.router.splits.length = 0
    await harbour.clock.advance(15_000)
    expect(harbour.router.weights).toBe('v1 100')
  })

  it('is not touched while nothing is wrong with it', async () => {
    await open()
    await harbour.inService('v1')
    const before = harbour.router.splits.length
    await harbour.clock.advance(60_000)
    expect(harbour.router.splits).toHaveLength(before)
  })
})

describe('a release under way', () => {
  it.each(['watching', 'held'] as const)(
    'gets its traffic back where the router forgot it while it is %s',
    async phase => {
      await open()
      await harbour.inService('v1')
      const { id } = await harbour.deploy('v2')
      await harbour.until(id, 'watching')
      if (phase === 'held') await harbour.ship.order(id, { kind: 'pause', by: 'user/li' })
      harbour.router.splits.length = 0
      await harbour.clock.advance(2_000)
      expect((await harbour.releases.find(id)).state.phase).toBe(phase)
      expect(harbour.router.weights).toBe('v1 90, v2 10')
    },
  )

  it('is not touched while nothing is wrong with it', async () => {
    await open()
    await harbour.inService('v1')
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'watching')
    const before = harbour.router.splits.length
    await harbour.clock.advance(20_000)
    expect(harbour.router.splits).toHaveLength(before)
  })

  it('is not undone by what was found before it was decided', async () => {
    await open({ warmFor: '1h' })
    await harbour.inService('v1')
    harbour.traffic = GOOD
    const { id } = await harbour.deploy('v2')
    await harbour.until(id, 'baking')
    harbour.router.splits.length = 0
    const { promise, resolve } = Promise.withResolvers<void>()
    harbour.router.slow = promise
    await harbour.clock.advance(15_000) // it is found that the router forgot everything, and looked what it has
    await harbour.ship.rollBack('order', undefined, 'user/li')
    await harbour.clock.advance(1_000)
    resolve()
    harbour.router.slow = undefined
    await harbour.until(id, 'ended')
    expect(harbour.router.splits.map(({ shares }) => shares.map(({ version }) => version).join())).toEqual(['v2', 'v1'])
  })
})

describe('a configuration that changed', () => {
  it('touches only the releases that are asked for after it', async () => {
    await open()
    await harbour.inService('v1')
    const first = await harbour.deploy('v2')
    harbour.settings = { order: settingsOf({ strategy: { type: 'all-at-once' } }) }
    expect((await harbour.releases.find(first.id)).plan.strategy).toBe('canary')
    expect((await harbour.deploy('v3')).plan.strategy).toBe('all-at-once')
  })
})
