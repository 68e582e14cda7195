import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { EntryView, type ReleaseView } from '../src/client/index.ts'
import { Stream } from '../src/http/live/stream.fixture.ts'
import { until } from './child.fixture.ts'
import { STORY_MS, worldFor } from './story.fixture.ts'
import type { World } from './world.fixture.ts'

const LONG = { type: 'canary', stages: [{ weight: '50%', for: '10m' }], earlyPromotion: false }

/** Asks as a program does that has nothing but HTTP. */
async function ask(world: World, method: string, path: string, key?: string): Promise<Response> {
  const { url } = await world.hub.first('ready')
  return fetch(`${url}/api/v1${path}`, {
    method,
    headers: { ...shown(world), 'x-shipwatch-actor': 'cli/li', ...(key ? { 'idempotency-key': key } : {}) },
  })
}

const shown = (world: World): { authorization: string } => ({
  authorization: `Bearer ${readFileSync(join(world.data, 'hub.token'), 'utf8').trim()}`,
})

async function listen(world: World, lastId?: string): Promise<Stream> {
  const { url } = await world.hub.first('ready')
  const from = lastId === undefined ? {} : { 'last-event-id': lastId }
  return Stream.open(`${url}/api/v1/live`, { ...shown(world), ...from })
}

it.each([
  ['before it was written down', 'before-save pause watching', null],
  ['after it was written down, and before it was answered', 'after-save pause held', 'true'],
])(
  'an order during which the hub is killed, %s, is carried out once when it is sent again, and whoever listens misses nothing',
  async (_, where, replayed) => {
    const world = await worldFor(onTestFinished)
    const { id } = await world.client.deploy('shop', { version: 'good', strategy: LONG })
    await world.untilRelease(id, 'is watched', ({ phase }) => phase === 'watching')
    const stream = await listen(world)
    await until('the stream to tell of the release', () => stream.toldOf(id).length > 0)

    await world.arm({ where, nth: 1 })
    await expect(ask(world, 'POST', `/releases/${id}/pause`, 'press-1')).rejects.toThrow('fetch failed')
    expect(await stream.ended, 'it was cut off').toBe(false)
    await world.startHub()

    const again = await ask(world, 'POST', `/releases/${id}/pause`, 'press-1')
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, replayed])
    const first = await again.text()
    expect((JSON.parse(first) as ReleaseView).held).toMatchObject({ why: 'paused', by: 'cli/li' })
    const third = await ask(world, 'POST', `/releases/${id}/pause`, 'press-1')
    expect(await third.text()).toBe(first)
    const entries = EntryView.array().parse(await (await ask(world, 'GET', `/logbook?release=${id}`)).json())
    expect(entries.filter(({ kind }) => kind === 'release.paused')).toHaveLength(1)

    const next = await listen(world, stream.lastId)
    const last = entries.at(-1)?.seq ?? 0
    await until('the stream to tell what was missed', () => (next.seqs.at(-1) ?? 0) >= last)
    await until('the stream to tell of the release', () => next.toldOf(id).at(-1)?.startsWith('held') === true)
    const from = Number(stream.lastId)
    expect(next.seqs).toEqual(next.seqs.map((__, i) => from + 1 + i))
    const points = async (): Promise<unknown[]> =>
      (await (await ask(world, 'GET', `/releases/${id}/points`)).json()) as unknown[]
    await until('points of the release', async () => (await points()).length > 0)
    next.leave()
  },
  STORY_MS,
)
