import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FakeClock } from '../../kernel/fake-clock.ts'
import { read } from '../../logbook/index.ts'
import { describeOnBoth } from '../../store/both.fixture.ts'
import { openStore } from '../../store/index.ts'
import { temporaryFolder } from '../../store/temporary.fixture.ts'
import { NEVER, NO, release, settingsOf, World, type WorldOptions } from '../notices.fixture.ts'
import { listDeliveries } from '../outbox/store.ts'
import { beat } from './beat.ts'
import { slotOf } from './decide.ts'
import { isToldUnproven, readSight } from './store.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const robot = (name: string) => ({ type: 'scripted', robot: name })
const notify = {
  channels: { ops: robot('ops'), backup: robot('backup') },
  receivers: [{ name: 'on-call', channels: ['ops', 'backup'], language: 'zh' }],
  heartbeat: { every: '24h', at: '22:00' }, // the time of a test begins a little later in the day
}

async function begin(options: WorldOptions = {}): Promise<World> {
  const world = await World.open({ path: join(temporaryFolder(), 'shipwatch.db') }, { notify, ...options })
  return world.start()
}

/** Hours in which no hub runs, and the first seconds of the next one. */
async function hours(world: World, count: number): Promise<void> {
  await world.stop()
  await world.pass(count * HOUR_MS)
  await world.start()
  await world.pass(3_000)
}

describe('a heartbeat', () => {
  it('is sent through each channel, and to nobody where it is not configured', async () => {
    const world = await begin()
    await world.arrived(2)
    expect(world.said.toSorted()).toEqual(['backup: heartbeat', 'ops: heartbeat'])
    const silent = await begin({ notify: { channels: notify.channels } })
    await hours(silent, 30)
    await hours(silent, 30)
    expect(silent.said).toEqual([])
  })

  it('is said once a period and channel, in the language of its receiver, whatever the hub lived through', async () => {
    const world = await begin()
    await world.arrived(2)
    for (let i = 0; i < 3; i++) await hours(world, 1)
    await world.pass(120_000)
    expect(world.said).toHaveLength(2)
    expect(world.channel.arrived[0]?.message).toMatchObject({
      language: 'zh',
      title: '心跳：通道可用',
      paragraphs: ['每 24 小时发往 on-call。若不再收到，其他消息同样不会送达。'],
    })
    await hours(world, 21)
    await world.quiet()
    expect(world.said).toHaveLength(4)
    expect(await world.notices.deliveries({ limit: 10 })).toMatchObject(
      Array.from({ length: 4 }, () => ({ kind: 'heartbeat', state: 'sent', urgency: 'news', late: false })),
    )
  })

  it('that was missed while no hub was there is said once, not for each day', async () => {
    const world = await begin()
    await world.arrived(2)
    await hours(world, 100)
    await world.quiet()
    expect(world.said).toHaveLength(4)
  })

  it('proves its own channel: no other takes over', async () => {
    const world = await begin()
    await world.arrived(2)
    await world.quiet()
    world.channel.script = ({ robot: to }) => (to === 'ops' ? NO : { ok: true })
    await hours(world, 24)
    await hours(world, 2)
    expect(world.said.filter(said => said === 'backup: heartbeat')).toHaveLength(2)
    const failed = await world.notices.deliveries({ channel: 'ops', state: 'given-up', limit: 10 })
    expect(failed.map(({ kind, receiver }) => `${kind} ${receiver}`)).toContain('heartbeat on-call')
  })
})

describe('a channel that has not proven itself', () => {
  const unproven = async (world: World) =>
    Object.fromEntries((await world.notices.health()).map(one => [one.channel, one.unprovenSinceMs !== undefined]))

  it('is told of once over another one, in the logbook and with its health, and again when it is well', async () => {
    const world = await begin()
    await world.arrived(2)
    await world.quiet()
    expect(await unproven(world)).toEqual({ ops: false, backup: false })
    world.channel.script = ({ robot: to }) => (to === 'ops' ? NEVER : { ok: true })
    for (let day = 0; day < 3; day++) {
      await hours(world, 22)
      await hours(world, 2)
    }
    expect(world.said.filter(said => said.includes('unproven'))).toEqual(['backup: unproven ops'])
    const told = world.channel.arrived.find(({ message }) => message.notice.kind === 'unproven')?.message
    expect(told).toMatchObject({ tone: 'warning', title: '通道 ops 无法送达消息' })
    expect(told?.paragraphs[0]).toMatch(/^最近一次送达：\d{4}-.* UTC。最近一次失败：HTTP 400: keywords not in content$/)
    expect(await unproven(world)).toEqual({ ops: true, backup: false })
    expect(await world.told()).toContain('channel.unproven channel/ops')
    world.channel.script = () => ({ ok: true })
    await hours(world, 24)
    await world.quiet()
    await world.pass(61_000) // until the next look
    expect(await unproven(world)).toEqual({ ops: false, backup: false })
    const kinds = (await world.told()).filter(line => line.includes('proven'))
    expect(kinds).toEqual(['channel.unproven channel/ops', 'channel.proven channel/ops'])
  })

  it('has proven itself by anything that was said over it', async () => {
    const world = await begin()
    world.channel.script = ({ robot: to, message }) =>
      to === 'ops' && message.notice.kind === 'heartbeat' ? NO : { ok: true }
    for (let i = 1; i <= 6; i++) {
      await world.write(release(`rel_${i}`).started)
      await hours(world, 10)
    }
    expect((await world.told()).filter(line => line.includes('proven'))).toEqual([])
  })

  it('where it is the only one stands in the logbook at least, with why it fails', async () => {
    const world = await begin({ notify: { channels: { ops: robot('ops') }, heartbeat: notify.heartbeat } })
    await world.arrived(1)
    await world.quiet()
    world.channel.script = () => NEVER
    await hours(world, 24)
    await hours(world, 2)
    expect(world.said.filter(said => said.includes('unproven'))).toEqual([])
    const [entry] = await read(world.store, { kind: 'channel.unproven', limit: 2 })
    expect(entry).toMatchObject({
      actor: 'hub',
      reason: 'HTTP 400: keywords not in content',
      data: { saidMs: expect.any(Number), told: [] },
    })
  })

  it('is not told of over itself, also when the next in the route fails', async () => {
    const world = await begin()
    await world.arrived(2)
    world.channel.script = ({ robot: to }) => (to === 'ops' || to === 'backup' ? NO : { ok: true })
    await hours(world, 24)
    await hours(world, 2)
    await world.pass(120_000) // the time after which the next of a route takes over, where there is one
    const over = world.said.filter(said => said.includes('unproven'))
    expect(over).toContain('backup: unproven ops')
    expect(over).not.toContain('ops: unproven ops')
  })
})

describeOnBoth('the look at the heartbeats', newPlace => {
  it('writes down what is due, once, whoever else looks at the same moment', async () => {
    const store = await openStore({ ...(await newPlace()), clock: new FakeClock() })
    onTestFinished(() => store.close())
    const known = settingsOf(notify)
    const looks = await Promise.all([beat(store, known), beat(store, known)])
    expect(looks.some(({ spoke }) => spoke)).toBe(true)
    expect((await beat(store, known)).spoke).toBe(false)
    const written = await listDeliveries(store, { limit: 10 })
    expect(written.map(({ kind, channel, receiver }) => `${kind} ${channel} ${receiver}`).toSorted()).toEqual([
      'heartbeat backup on-call',
      'heartbeat ops on-call',
    ])
    expect(await readSight(store, 'ops', Number.MAX_SAFE_INTEGER)).toMatchObject({
      channel: 'ops',
      unansweredMs: written[0]?.createdMs,
    })
    expect(await isToldUnproven(store, 'ops')).toBe(false)
  })
})

describe('a heartbeat, while the clock is set,', () => {
  it.each([
    ['a year ahead', 365 * DAY_MS, 4],
    ['some minutes ahead', 5 * 60_000, 3],
    ['a year behind', -365 * DAY_MS, 4],
  ])('is said once a day from the moment on that it is right again: it was %s', async (_, wrongByMs, days) => {
    const path = join(temporaryFolder(), 'shipwatch.db')
    const known = settingsOf({ channels: { ops: robot('ops') }, heartbeat: notify.heartbeat })
    let count = 0
    // A hub in a process of its own each: what is written counts, and not what one remembers.
    const look = async (nowMs: number): Promise<void> => {
      const store = await openStore({ path, clock: new FakeClock(nowMs) })
      if ((await beat(store, known)).spoke) count += 1
      await store.close()
    }
    const noonMs = slotOf({ every: DAY_MS, at: '22:00' }, 1_700_000_000_000) + DAY_MS / 2
    await look(noonMs + wrongByMs)
    const before = count
    for (let day = 0; day < 3; day++)
      for (const minute of [0, 1, 2]) await look(noonMs + day * DAY_MS + minute * 60_000)
    expect(before).toBe(1)
    expect(count).toBe(days)
  })
})
