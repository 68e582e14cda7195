import { describe, expect, it } from 'vitest'
import { read } from '../logbook/index.ts'
import { describeOnBoth } from '../store/both.fixture.ts'
import { temporaryFolder } from '../store/temporary.fixture.ts'
import { later, NEVER, release, World } from './notices.fixture.ts'

const never = new AbortController().signal
const TWO = {
  channels: { ops: { type: 'scripted', robot: 'ops' }, backup: { type: 'scripted', robot: 'backup' } },
  receivers: [{ name: 'team', channels: ['ops', 'backup'] }],
}

describeOnBoth('telling people of releases', newPlace => {
  it('says each event once, at once and in order, with its own id and words', async () => {
    const world = await (await World.open(await newPlace())).start()
    const { asked, started, stage, rolledBack, entry, ended } = release('rel_1')
    const [, begun] = await world.write(asked, started, stage)
    await world.write(rolledBack)
    await world.write(entry('taken-back'), ended)
    await world.arrived(2)
    await world.quiet()
    expect(world.said).toEqual(['ops: started rel_1', 'ops: rolled-back rel_1'])
    expect(world.channel.arrived[0]?.message.id).toBe(begun?.id.replace('ent_', 'ntc_'))
    expect(world.complaints).toEqual([])
  })

  it('does not tell the history of a logbook that is there already', async () => {
    const world = await World.open(await newPlace())
    await world.write(release('rel_1').started, release('rel_1').rolledBack)
    await world.start()
    await world.write(release('rel_2').started)
    await world.arrived(1)
    expect(world.said).toEqual(['ops: started rel_2'])
  })

  it('tells after a stop what was written meanwhile, and nothing twice', async () => {
    const world = await (await World.open(await newPlace())).start()
    await world.write(release('rel_1').started)
    await world.arrived(1)
    await world.quiet()
    await world.stop()
    await world.write(release('rel_1').rolledBack)
    await world.start()
    await world.arrived(2)
    await world.quiet()
    expect(world.said).toEqual(['ops: started rel_1', 'ops: rolled-back rel_1'])
  })

  it('tells each receiver what it wants to hear of, in its language', async () => {
    const world = await World.open(await newPlace(), {
      tierOf: service => (service === 'order' ? 'core' : 'edge'),
      notify: {
        language: 'zh',
        channels: {
          a: { type: 'scripted', robot: 'a' },
          b: { type: 'scripted', robot: 'b' },
          c: { type: 'scripted', robot: 'c' },
        },
        receivers: [
          { name: 'on-call', channels: ['a'], tiers: ['core'], events: ['rolled-back'], language: 'en' },
          { name: 'pages', channels: ['b'], services: ['page'] },
        ],
      },
    })
    await world.start()
    await world.write(release('rel_1').started, release('rel_2', 'page').started)
    await world.write(release('rel_1').rolledBack)
    await world.arrived(2)
    await world.quiet()
    expect(world.said.toSorted()).toEqual(['a: rolled-back rel_1', 'b: started rel_2'])
    const languages = world.channel.arrived.map(({ robot, message }) => `${robot} ${message.language}`)
    expect(languages.toSorted()).toEqual(['a en', 'b zh'])
  })

  it('says what waited over the channel that is configured when it is sent', async () => {
    const world = await World.open(await newPlace())
    await world.start()
    world.channel.script = () => later(30_000)
    await world.write(release('rel_1').rolledBack)
    await world.arrived(1)
    await world.stop()
    world.notify = { ...world.notify, channels: { ops: { type: 'scripted', robot: 'new-robot' } as never } }
    world.channel.script = () => ({ ok: true })
    await world.store.transaction(tx => tx.db.updateTable('deliveries').set({ due_at_ms: 0 }).execute())
    await world.store.transaction(tx => tx.db.updateTable('attempts').set({ next_try_ms: 0 }).execute())
    await world.start()
    await world.arrived(2)
    expect(world.said).toEqual(['ops: rolled-back rel_1', 'new-robot: rolled-back rel_1'])
  })

  it('goes over to the next channel at once when the first refuses for good, and says so in the ledger', async () => {
    const world = await (await World.open(await newPlace(), { notify: TWO })).start()
    world.channel.script = ({ robot }) => (robot === 'ops' ? NEVER : { ok: true, receipt: 'r-7' })
    await world.write(release('rel_1').rolledBack)
    await world.quiet()
    const [delivery] = await world.notices.deliveries({ release: 'rel_1', limit: 10 })
    expect(delivery).toMatchObject({ state: 'sent', channel: 'backup', tries: 2, event: 'rolled-back' })
    const story = await world.notices.delivery(delivery?.id ?? '')
    expect(story.says).toMatchObject({ kind: 'release', release: 'rel_1' })
    expect(story.attempts).toMatchObject([
      { channel: 'ops', outcome: 'failed', retry: 'never', reason: 'HTTP 400: keywords not in content' },
      {
        channel: 'backup',
        outcome: 'said',
        receipt: 'r-7',
        note: 'ops did not take it: HTTP 400: keywords not in content',
      },
    ])
    expect(await world.told()).toEqual(['channel.failing channel/ops'])
  })

  it('gives up, aloud, what every channel has refused', async () => {
    const world = await (await World.open(await newPlace(), { notify: TWO })).start()
    world.channel.script = () => NEVER
    await world.write(release('rel_1').rolledBack)
    await world.quiet()
    expect(await world.told()).toEqual([
      'channel.failing channel/ops',
      'channel.failing channel/backup',
      'notice.given-up release/rel_1',
    ])
    expect(world.complaints).toMatchObject([expect.stringContaining('a notice was given up')])
    const [entry] = await read(world.store, { kind: 'notice.given-up', limit: 1 })
    expect(entry?.reason).toBe(
      'refused for good by ops: HTTP 400: keywords not in content; backup: HTTP 400: keywords not in content',
    )
  })

  it('tests a channel at once, in the name of who asked, and shows the attempt', async () => {
    const world = await World.open(await newPlace(), { notify: TWO })
    const good = await world.notices.test('ops', 'user/li', never)
    expect(good).toMatchObject({
      state: 'sent',
      says: { kind: 'test', actor: 'user/li' },
      attempts: [{ outcome: 'said' }],
    })
    world.channel.script = () => NEVER
    const bad = await world.notices.test('backup', 'user/li', never)
    expect(bad).toMatchObject({ state: 'given-up', reason: 'HTTP 400: keywords not in content' })
    expect(await world.told()).toEqual([
      'channel.tested channel/ops',
      'channel.failing channel/backup',
      'channel.tested channel/backup',
    ])
    expect(await world.notices.health()).toMatchObject([
      { channel: 'ops', type: 'scripted', failures: 0, waiting: 0 },
      { channel: 'backup', failures: 1, reason: 'HTTP 400: keywords not in content' },
    ])
  })

  it('lists deliveries newest first, filtered, page by page', async () => {
    const world = await (await World.open(await newPlace(), { notify: TWO })).start()
    for (const id of ['rel_1', 'rel_2', 'rel_3']) await world.write(release(id).started)
    await world.quiet()
    const list = (filter: object) =>
      world.notices.deliveries({ limit: 10, ...filter }).then(found => found.map(({ release: id }) => id))
    const [, second] = await world.notices.deliveries({ limit: 2 })
    expect(await list({})).toEqual(['rel_3', 'rel_2', 'rel_1'])
    expect(await list({ beforeId: second?.id })).toEqual(['rel_1'])
    expect(await list({ state: 'sent', channel: 'ops', receiver: 'team', release: 'rel_2' })).toEqual(['rel_2'])
    expect(await list({ state: 'waiting' })).toEqual([])
    expect(await list({ channel: 'backup' })).toEqual([])
  })
})

describe('asking for what there is not', () => {
  it('names what is missing, and what was probably meant', async () => {
    const world = await World.open({ path: `${temporaryFolder()}/a.db` }, { notify: TWO })
    await expect(world.notices.delivery('dlv_x')).rejects.toThrow('no delivery dlv_x')
    await expect(world.notices.test('bakcup', 'user/li', never)).rejects.toThrow(
      'no channel bakcup; did you mean backup?',
    )
    await expect(world.notices.test('constructor', 'user/li', never)).rejects.toThrow('no channel constructor')
    world.notify = { ...world.notify, channels: {}, receivers: [] }
    await expect(world.notices.test('ops', 'user/li', never)).rejects.toThrow('no channel is configured')
  })
})
