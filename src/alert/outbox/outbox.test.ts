import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Unavailable } from '../../kernel/index.ts'
import type { NewEntry } from '../../logbook/index.ts'
import type { Store } from '../../store/index.ts'
import { temporaryFolder } from '../../store/temporary.fixture.ts'
import { later, NO, release, World, type WorldOptions } from '../notices.fixture.ts'

const begin = async (options: WorldOptions = {}): Promise<World> =>
  (await World.open({ path: join(temporaryFolder(), 'shipwatch.db') }, options)).start()

const robot = (name: string, more: object = {}) => ({ type: 'scripted', robot: name, ...more })
const many = (count: number, kind: 'started' | 'rolledBack', from = 1): NewEntry[] =>
  Array.from({ length: count }, (_, i) => release(`rel_${from + i}`)[kind])
const deliveries = (world: World) => world.notices.deliveries({ limit: 1_000 })

/** Hours in which no hub runs, and the first seconds of the next one. */
async function sleep(world: World, forMs: number): Promise<void> {
  await world.stop()
  await world.pass(forMs)
  await world.start()
  await world.pass(2_000)
}

describe('a destination that fails', () => {
  it('is tried again with growing pauses until it works, in order, and nothing is said twice', async () => {
    const world = await begin()
    world.channel.script = () => NO
    await world.write(...many(3, 'started'))
    await world.pass(120_000)
    const tries = world.channel.arrived.length
    expect(tries).toBeGreaterThan(5)
    world.channel.script = () => ({ ok: true })
    await world.pass(60_000)
    await world.quiet()
    expect(world.said.slice(tries)).toEqual(['ops: started rel_1', 'ops: started rel_2', 'ops: started rel_3'])
    expect(await world.told()).toEqual(['channel.failing channel/ops', 'channel.recovered channel/ops'])
  })

  it('is not hammered: it is asked about once in half a minute, whatever waits', async () => {
    const world = await begin()
    world.channel.script = () => NO
    await world.write(...many(40, 'rolledBack'))
    await world.pass(1_200_000)
    expect(world.channel.arrived.length).toBeLessThan(80)
    expect(world.channel.arrived.length).toBeGreaterThan(20)
  })

  it('is given up after a day for what is critical and after an hour for news, aloud', async () => {
    const world = await begin()
    world.channel.script = () => NO
    await world.write(release('rel_1').started, release('rel_2').rolledBack)
    await world.pass(60_000)
    await sleep(world, 3_600_000)
    const states = async () => (await deliveries(world)).map(({ release: id, state }) => `${id} ${state}`).toSorted()
    expect(await states()).toEqual(['rel_1 given-up', 'rel_2 waiting'])
    await sleep(world, 82_800_000)
    expect(await states()).toEqual(['rel_1 given-up', 'rel_2 given-up'])
    expect(await world.told()).toEqual([
      'channel.failing channel/ops',
      'notice.given-up release/rel_1',
      'notice.given-up release/rel_2',
    ])
  })

  it('is left after a minute for the next channel of the route when it is critical', async () => {
    const world = await begin({
      notify: {
        channels: { ops: robot('ops'), backup: robot('backup') },
        receivers: [{ name: 'team', channels: ['ops', 'backup'] }],
      },
    })
    world.channel.script = ({ robot: name }) => (name === 'ops' ? NO : { ok: true })
    await world.write(release('rel_1').rolledBack)
    await world.pass(120_000)
    await world.quiet()
    expect(world.said.at(-1)).toBe('backup: rolled-back rel_1')
    expect((world.channel.arrived.at(-1)?.atMs ?? 0) - (world.channel.arrived[0]?.atMs ?? 0)).toBeLessThanOrEqual(
      62_000,
    )
  })

  it('does not keep the others behind one notice that it cannot digest', async () => {
    const world = await begin()
    world.channel.script = ({ message: { notice } }) =>
      notice.kind === 'release' && notice.release === 'rel_1' ? NO : { ok: true }
    await world.write(...many(4, 'started'))
    await world.pass(30_000)
    const sent = (await deliveries(world)).filter(({ state }) => state === 'sent').map(({ release: id }) => id)
    expect(new Set(sent)).toEqual(new Set(['rel_2', 'rel_3', 'rel_4']))
    expect(world.said.filter(said => said.endsWith('rel_1')).length).toBeGreaterThanOrEqual(3)
  })

  it('is not asked before the time that it asked for, by any notice', async () => {
    const world = await begin()
    world.channel.script = () => later(600_000)
    await world.write(...many(2, 'rolledBack'))
    await world.arrived(1)
    world.channel.script = () => ({ ok: true })
    await world.pass(599_000)
    expect(world.said).toHaveLength(1)
    await world.pass(2_000)
    await world.quiet()
    expect(world.said).toEqual(['ops: rolled-back rel_1', 'ops: rolled-back rel_1', 'ops: rolled-back rel_2'])
  })

  it('that hangs costs an attempt of fifteen seconds, and does not hold up the others', async () => {
    const world = await begin({ notify: { channels: { slow: robot('slow'), ops: robot('ops') } } })
    world.channel.script = ({ robot: name }) => (name === 'slow' ? new Promise(() => {}) : { ok: true })
    await world.write(...many(3, 'started'))
    await world.until(() => world.said.filter(said => said.startsWith('ops')).length === 3)
    expect(world.said.filter(said => said.startsWith('slow'))).toHaveLength(1)
    await world.pass(15_001)
    const slow = (await deliveries(world)).find(({ channel, tries }) => channel === 'slow' && tries > 0)
    expect(slow?.reason).toBe('no answer within 15 s')
  })

  it('that is a bug costs an attempt, and the hub goes on', async () => {
    const world = await begin()
    world.channel.script = () => {
      throw new TypeError('cannot read properties of undefined')
    }
    await world.write(release('rel_1').started)
    await world.arrived(1)
    world.channel.script = () => ({ ok: true })
    await world.pass(5_000)
    await world.quiet()
    expect(world.complaints).toMatchObject([expect.stringContaining('cannot read properties')])
  })
})

describe('a destination that throttles', () => {
  const paced = { notify: { channels: { ops: robot('ops', { most: 10 }) } } }

  it('is never sent more than it takes, also across restarts', async () => {
    const world = await begin(paced)
    for (let i = 1; i <= 12; i++) {
      await world.write(release(`rel_${i}`).rolledBack)
      await world.pass(500)
      await world.stop()
      await world.start()
    }
    expect(world.said).toHaveLength(10)
    await world.pass(60_000)
    await world.quiet()
    const atMs = world.channel.arrived.map(arrival => arrival.atMs)
    for (const [i, at] of atMs.entries()) expect((atMs[i + 10] ?? Infinity) - at).toBeGreaterThanOrEqual(60_000)
  })

  it('is told in one digest what it would not take one by one', async () => {
    const world = await begin(paced)
    await world.write(...many(30, 'started'))
    await world.quiet()
    expect(world.said).toEqual(['ops: digest of 30'])
    const [digest] = await world.notices.deliveries({ state: 'sent', limit: 10 })
    const merged = await world.notices.deliveries({ release: 'rel_7', limit: 10 })
    expect(merged).toMatchObject([{ state: 'merged', mergedInto: digest?.id }])
  })

  it('hears what is critical first, and alone while it takes more', async () => {
    const world = await begin(paced)
    await world.write(...many(9, 'started'), ...many(2, 'rolledBack', 101))
    await world.quiet()
    expect(world.said).toEqual(['ops: rolled-back rel_101', 'ops: rolled-back rel_102', 'ops: digest of 9'])
  })

  it('keeps some of what it takes for what is critical', async () => {
    const world = await begin(paced)
    for (let i = 1; i <= 10; i++) {
      await world.write(release(`rel_${i}`).started)
      await world.pass(10)
    }
    expect(world.said).toHaveLength(8)
    await world.write(release('rel_99').failed)
    await world.arrived(9)
    expect(world.said.at(-1)).toBe('ops: failed rel_99')
  })

  it('with two channels has one pace for both', async () => {
    const channels = { a: robot('same', { most: 1 }), b: robot('same', { most: 1 }) }
    const world = await begin({ notify: { channels } })
    await world.write(release('rel_1').rolledBack)
    await world.arrived(1)
    await world.pass(59_000)
    expect(world.said).toHaveLength(1)
    await world.pass(2_000)
    expect(world.said).toHaveLength(2)
  })

  it('refuses a test that it would not take', async () => {
    const world = await begin({ notify: { channels: { ops: robot('ops', { most: 1 }) } } })
    const signal = new AbortController().signal
    await world.notices.test('ops', 'user/li', signal)
    await expect(world.notices.test('ops', 'user/li', signal)).rejects.toThrow('ops takes no more messages for 60 s')
  })

  it('says what began before what came of it, also where the end is critical', async () => {
    const world = await begin({ notify: { channels: { ops: robot('ops', { most: 1, withinMs: 1_000 }) } } })
    await world.write(release('rel_0').started)
    await world.arrived(1)
    await world.write(release('rel_1').started, release('rel_2').started, release('rel_2').rolledBack)
    await world.pass(10_000)
    await world.quiet()
    expect(world.said).toEqual(
      ['started rel_0', 'started rel_2', 'rolled-back rel_2', 'started rel_1'].map(said => `ops: ${said}`),
    )
  })
})

describe('what waits', () => {
  it('is bounded: the oldest news go first, and the logbook says how many', async () => {
    const world = await begin({ bounds: { waiting: 20, attempts: 100, keptMs: 1e9 } })
    world.channel.script = () => later(3_000_000)
    await world.write(...many(1, 'rolledBack'), ...many(25, 'started', 2))
    await world.until(async () => (await world.told()).length > 0)
    const all = await deliveries(world)
    const dropped = all.filter(({ state }) => state === 'dropped').map(({ release: id }) => id)
    expect(dropped.toReversed()).toEqual(['rel_2', 'rel_3', 'rel_4', 'rel_5', 'rel_6', 'rel_7'])
    expect(await world.told()).toEqual(['notice.dropped notices'])
  })

  it('is dropped when nobody is configured to hear it any more', async () => {
    const world = await begin()
    world.channel.script = () => later(600_000)
    await world.write(release('rel_1').started)
    await world.arrived(1)
    world.notify = { ...world.notify, channels: { other: robot('other') } }
    await world.pass(60_001)
    expect(await deliveries(world)).toMatchObject([
      { state: 'dropped', reason: expect.stringContaining('no receiver ops') },
    ])
  })

  it('is forgotten a month after it is over, with its attempts', async () => {
    const world = await begin({ bounds: { waiting: 20, attempts: 100, keptMs: 86_400_000 } })
    await world.write(...many(3, 'started'))
    await world.quiet()
    await sleep(world, 90_000_000)
    expect(await deliveries(world)).toEqual([])
    const left = async (table: 'attempts' | 'notices') => world.store.db.selectFrom(table).select('id').execute()
    expect([await left('attempts'), await left('notices')]).toEqual([[], []])
  })

  it('is forgotten earlier where there is much of it', async () => {
    const world = await begin({ bounds: { waiting: 20, attempts: 2, keptMs: 1e12 } })
    for (let i = 1; i <= 5; i++) {
      await world.write(release(`rel_${i}`).started)
      await world.pass(1_000)
    }
    await sleep(world, 3_700_000)
    expect((await deliveries(world)).map(({ release: id }) => id)).toEqual(['rel_5', 'rel_4'])
  })

  it('is said in the order in which it happened, however much was written at once', async () => {
    const world = await begin()
    await world.write(...many(230, 'started'))
    await world.quiet()
    expect(world.said).toEqual(Array.from({ length: 230 }, (_, i) => `ops: started rel_${i + 1}`))
  })

  it('for more than an hour is said as one digest', async () => {
    const world = await begin()
    await world.stop()
    await world.write(release('rel_1').started, release('rel_1').rolledBack)
    await world.pass(3_700_000)
    await world.write(release('rel_2').started)
    await world.start()
    await world.quiet()
    expect(world.said.toSorted()).toEqual(['ops: digest of 2', 'ops: started rel_2'])
    const told = await world.notices.deliveries({ limit: 10 })
    const digest = told.find(({ kind }) => kind === 'digest')
    expect(digest?.late).toBe(true)
    expect(digest?.delayMs).toBeGreaterThan(3_600_000)
    expect(told.find(({ kind }) => kind === 'release')).toMatchObject({ late: false })
    expect(await world.notices.delivery(digest?.id ?? '')).toMatchObject({ late: true, delayMs: digest?.delayMs })
  })
})

describe('a store that cannot be written', () => {
  it('costs no message and no life: what was said is saved when it can be, and said no second time', async () => {
    let full = false
    const failing = (store: Store): Store => ({
      ...store,
      get db() {
        return store.db
      },
      transaction: (run, options) =>
        full ? Promise.reject(new Unavailable('there is no space left')) : store.transaction(run, options),
    })
    const world = await begin({ fence: failing })
    world.channel.script = () => {
      full = true // between sending and saving
      return { ok: true }
    }
    await world.write(release('rel_1').started)
    await world.arrived(1)
    await world.write(release('rel_2').started)
    await world.pass(30_000)
    expect(world.said).toEqual(['ops: started rel_1'])
    full = false
    world.channel.script = () => ({ ok: true })
    await world.pass(5_000)
    await world.quiet()
    expect(world.said).toEqual(['ops: started rel_1', 'ops: started rel_2'])
    expect(world.complaints.filter(text => text.includes('cannot be sent'))).toHaveLength(1)
    expect(world.complaints.filter(text => text.includes('cannot be composed'))).toHaveLength(1)
  })
})

describe('the end of the duty', () => {
  it('waits half a second for answers under way, so that they are not said again', async () => {
    const world = await begin()
    const answer = Promise.withResolvers<{ ok: true }>()
    world.channel.script = () => answer.promise
    await world.write(release('rel_1').started)
    await world.arrived(1)
    const stopped = world.stop()
    answer.resolve({ ok: true })
    await stopped
    expect(await deliveries(world)).toMatchObject([{ state: 'sent' }])
  })

  it('does not wait longer; what may have been said is said again by the next, under the same id', async () => {
    const world = await begin()
    world.channel.script = () => new Promise(() => {})
    await world.write(release('rel_1').started)
    await world.arrived(1)
    const stopped = world.stop()
    await world.pass(500)
    await stopped
    world.channel.script = () => ({ ok: true })
    await world.start()
    await world.arrived(2)
    await world.quiet()
    const [first, second] = world.channel.arrived
    expect(second?.message.id).toBe(first?.message.id)
    const [delivery] = await deliveries(world)
    const { attempts } = await world.notices.delivery(delivery?.id ?? '')
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['cut-short', 'said'])
  })
})
