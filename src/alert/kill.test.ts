import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { seededRandom, systemClock } from '../kernel/index.ts'
import { append, verify } from '../logbook/index.ts'
import { describeOnBoth } from '../store/both.fixture.ts'
import { openStore, type Store } from '../store/index.ts'
import { hasPostgres, sharedPostgres } from '../store/postgres.fixture.ts'
import type { Place } from '../store/store.contract.fixture.ts'
import { temporaryFolder } from '../store/temporary.fixture.ts'
import { release } from './notices.fixture.ts'
import { readAttempts } from './outbox/ledger/store.ts'
import { listDeliveries } from './outbox/store.ts'
import { moveCursor } from './releases/store.ts'

const HUB = fileURLToPath(new URL('hub.fixture.ts', import.meta.url))
const BOUNDARIES = ['before compose', 'after compose', 'before claim', 'after claim', 'after send', 'after save']
const DEATHS = 3

interface Post {
  readonly id: string
  readonly event: string
}

/** A webhook of this machine, and all that was posted there. */
async function listen(): Promise<{ readonly url: string; readonly posts: Post[] }> {
  const posts: Post[] = []
  const server = createServer((request, reply) => {
    text(request).then(
      body => {
        posts.push(JSON.parse(body))
        reply.end('ok')
      },
      () => reply.destroy(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, posts }
}

function startHub(place: Place, url: string, boundary = '', occurrence = 1): ChildProcess {
  const where = place.url === undefined ? ['path', place.path ?? ''] : ['url', place.url]
  const child = spawn(process.execPath, [HUB, ...where, url, boundary, String(occurrence)], {
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.stdin?.end()
  await gone
}

/** A store whose logbook tells of releases that nobody was told of yet. */
async function prepare(place: Place, count: number): Promise<void> {
  await withStore(place, store =>
    store.transaction(async tx => {
      await moveCursor(tx, 0)
      for (let i = 1; i <= count; i++) await append(tx, release(`rel_${i}`).started)
    }),
  )
}

async function withStore<T>(place: Place, look: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ clock: systemClock, ...place })
  try {
    return await look(store)
  } finally {
    await store.close()
  }
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = systemClock.elapsed() + 18_000
  while (!(await isSo())) {
    if (systemClock.elapsed() > endMs) throw new Error('it never came to that')
    await setImmediate()
  }
}

const countOf = (posts: readonly Post[]): ReadonlyMap<string, number> =>
  new Map([...Map.groupBy(posts, ({ id }) => id)].map(([id, same]) => [id, same.length]))

describe('a hub killed while it tells people', () => {
  it.each(BOUNDARIES)('%s: says everything, and nothing more often than it was tried', async boundary => {
    const place = { path: join(temporaryFolder(), 'shipwatch.db') }
    const hook = await listen()
    await prepare(place, 3)
    const first = startHub(place, hook.url, boundary, boundary.endsWith('compose') ? 1 : 2)
    await once(first, 'exit')
    expect(first.signalCode).toBe('SIGKILL')
    const second = startHub(place, hook.url)
    await until(() => countOf(hook.posts).size === 3)
    await end(second)
    await withStore(place, async store => {
      const deliveries = await listDeliveries(store, { limit: 100 })
      expect(deliveries.map(({ state }) => state)).toEqual(['sent', 'sent', 'sent'])
      const counts = countOf(hook.posts)
      for (const { id, notice } of deliveries) {
        const attempts = await readAttempts(store, id)
        expect(counts.get(notice)).toBeGreaterThanOrEqual(1)
        expect(counts.get(notice)).toBeLessThanOrEqual(attempts.length)
      }
      // Only what was sent and not yet saved is said twice.
      expect(hook.posts).toHaveLength(boundary === 'after send' ? 4 : 3)
      expect(await verify(store)).toMatchObject({ sound: true })
    })
  })
})

describeOnBoth('hubs killed again and again, at boundaries drawn by lot', newPlace => {
  it('say everything, in order, each at most once more than there were deaths', async () => {
    const place = await newPlace()
    const hook = await listen()
    const random = seededRandom(11)
    await prepare(place, 8)
    for (let deaths = 0; deaths < DEATHS; deaths++) {
      const boundary = BOUNDARIES.filter(name => !name.endsWith('compose'))[Math.floor(random() * 4)]
      const hub = startHub(place, hook.url, boundary, 1 + Math.floor(random() * 2))
      await once(hub, 'exit')
    }
    const last = startHub(place, hook.url)
    await until(() => countOf(hook.posts).size === 8)
    await end(last)
    const firsts = [...countOf(hook.posts).keys()]
    expect(firsts).toEqual(firsts.toSorted())
    expect(hook.posts.length).toBeLessThanOrEqual(8 + DEATHS)
  })
})

describe.runIf(hasPostgres())('two hubs on one PostgreSQL', () => {
  it('say each notice once, also when the one that leads is killed and the other takes over', async () => {
    const place: Place = { url: await (await sharedPostgres()).database() }
    const hook = await listen()
    await prepare(place, 0)
    const hubs = [startHub(place, hook.url), startHub(place, hook.url)]
    const write = (from: number, count: number) =>
      withStore(place, store =>
        store.transaction(async tx => {
          for (let i = from; i < from + count; i++) await append(tx, release(`rel_${i}`).started)
        }),
      )
    await write(1, 10)
    await until(() => hook.posts.length >= 10)
    await until(() =>
      withStore(place, async store => (await listDeliveries(store, { state: 'sent', limit: 100 })).length === 10),
    )
    const leader = await withStore(place, store =>
      store.db.selectFrom('leases').select('holder').executeTakeFirstOrThrow(),
    )
    const [killed, other] = hubs.toSorted(hub => (String(hub.pid) === leader.holder ? -1 : 1))
    const gone = killed && once(killed, 'exit')
    killed?.kill('SIGKILL')
    await gone
    await write(11, 10)
    await until(() => hook.posts.length >= 20)
    if (other) await end(other)
    expect([...countOf(hook.posts).values()]).toEqual(Array.from({ length: 20 }, () => 1))
  })
})
