import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localPrincipal } from '../access/index.ts'
import { StatusView } from '../client/index.ts'
import { ReleaseStore } from '../ship/index.ts'
import { settingsOf } from '../ship/world.fixture.ts'
import { Overview, serviceView } from './overview.ts'
import { Desk } from './server.fixture.ts'
import { viewOf } from './view.ts'

let desk: Desk
beforeEach(async () => {
  desk = await Desk.open()
})
afterEach(async () => {
  await desk.close()
  expect(desk.complaints).toEqual([])
})

/** The status as somebody makes it who keeps nothing. */
async function madeAnew(): Promise<StatusView> {
  const { store, target, settings } = desk.harbour
  const releases = new ReleaseStore(store)
  const services = Object.entries(settings).map(async ([name, known]) => {
    const newest = (await releases.active(name)).at(-1)
    const [record, instances] = [await releases.service(name), await target.instances(name)]
    return serviceView(name, known, { record, instances, release: newest ? viewOf(newest) : null })
  })
  const { hub, gateway } = (await desk.ask('GET', '/api/v1/status')).body as StatusView
  return { hub: { ...hub, leading: desk.leading }, gateway, services: await Promise.all(services) }
}

/** What is answered, and what should be: releases go on by themselves, so both are looked at while nothing moves. */
async function lookAtRest() {
  for (;;) {
    const before = await madeAnew()
    const answer = await desk.ask('GET', '/api/v1/status')
    const expected = await madeAnew()
    if (isDeepStrictEqual(before, expected)) return { answer, expected }
  }
}

type Change = () => unknown

/** What can change about what the status shows, one thing after the other. */
function changes(): Readonly<Record<string, Change>> {
  const { harbour } = desk
  const { ship, target } = harbour
  let versions = 0
  const order = (kind: 'pause' | 'resume' | 'promote' | 'roll-back') => async () => {
    const newest = (await harbour.releases.active('order')).at(-1)
    if (newest) await ship.order(newest.id, { kind, by: 'user/li' }).catch(() => undefined) // refused in this state
  }
  const instance = (change: object) => () => {
    const [first] = [...target.running.values()].flat()
    if (first) Object.assign(first, change)
  }
  return {
    deploy: () => harbour.deploy(`v${++versions}`),
    // Refused where it was removed from the configuration.
    another: () => harbour.deploy(`v${++versions}`, { service: 'payment' }).catch(() => undefined),
    second: () => harbour.clock.advance(1_000),
    minute: () => harbour.clock.advance(61_000),
    bad: () => void (harbour.traffic = { [`v${versions}`]: { requests: 40, bad: 20 } }),
    pause: order('pause'),
    resume: order('resume'),
    promote: order('promote'),
    back: order('roll-back'),
    crash: instance({ state: 'backing-off' }),
    restart: instance({ state: 'ready', restarts: 7, readySinceMs: 99 }),
    vanish: () => void [...target.running.values()].at(-1)?.pop(),
    configure: () => {
      harbour.settings = { ...harbour.settings, order: settingsOf({ owner: 'somebody else', tier: 'core' }) }
    },
    remove: () => {
      const { payment: _payment, ...rest } = harbour.settings
      harbour.settings = rest
    },
    add: () => void (harbour.settings = { ...harbour.settings, payment: settingsOf({ markets: ['NO'] }) }),
    // Together with a release, mostly; but a record is a thing of its own.
    record: () =>
      harbour.store.transaction(tx =>
        tx.db
          .updateTable('services')
          .set({ stable_version: `v${++versions}` })
          .execute(),
      ),
    yield: () => void (desk.leading = !desk.leading),
  }
}

describe('the status', () => {
  it('is after every change what somebody would make who keeps nothing, and changes its tag only with that', async () => {
    const names = ['deploy', 'deploy', 'second', 'minute', ...Object.keys(changes())]
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 20 }), async story => {
        await desk.close()
        desk = await Desk.open()
        const known = changes()
        let before = { text: '', tag: '' }
        for (const change of story) {
          await known[change]?.()
          const { answer, expected } = await lookAtRest()
          const { text, body, headers } = answer
          expect(body, `after ${change}`).toEqual(expected)
          const tag = String(headers['etag'])
          expect(tag === before.tag, `after ${change}`).toBe(text === before.text)
          before = { text, tag }
        }
      }),
      { numRuns: 12 },
    )
  }, 120_000)

  it('that has not changed is neither written nor sent again, though a release is looked at', async () => {
    await desk.harbour.inService('v1')
    const { id } = await desk.harbour.deploy('v2')
    await desk.harbour.until(id, 'watching')
    const first = await desk.ask('GET', '/api/v1/status')
    const headers = { 'if-none-match': String(first.headers['etag']) }
    const same = await desk.ask('GET', '/api/v1/status', { headers })
    expect([same.status, same.text]).toEqual([304, ''])
    await desk.harbour.clock.advance(1_000)
    const later = await desk.ask('GET', '/api/v1/status', { headers })
    expect(later.status).toBe(200)
    expect(StatusView.parse(later.body)).toEqual(later.body)
  })

  it('keeps the very text while nothing changes', async () => {
    const { clock, store, ship, releases, target, settings } = desk.harbour
    const overview = new Overview({
      clock,
      store,
      ship,
      releases,
      access: desk.access,
      notices: { health: notAsked, test: notAsked, deliveries: notAsked, delivery: notAsked },
      settings: () => settings,
      instances: async () => target.instances(),
      gateway: { address: '127.0.0.1:8080', check: async () => {} },
      hub: { version: '1.2.3', startedMs: 1, leading: () => true },
    })
    const first = await overview.read()
    expect(await overview.read()).toBe(first)
    await desk.harbour.deploy('v1')
    expect(await overview.read()).not.toBe(first)
  })

  it('is refused to whoever lost the right to it, though it is kept and they know its tag', async () => {
    const li = await desk.join('li', 'viewer')
    const first = await desk.ask('GET', '/api/v1/status', { headers: li.headers })
    expect(first.status).toBe(200)
    await desk.access.users.disable(localPrincipal('root'), 'li')
    const headers = { ...li.headers, 'if-none-match': String(first.headers['etag']) }
    expect((await desk.ask('GET', '/api/v1/status', { headers })).status).toBe(401)
    expect((await desk.ask('GET', '/api/v1/status', { headers: { authorization: '' } })).status).toBe(401)
  })
})

function notAsked(): never {
  throw new Error('the status asks for no notices')
}
