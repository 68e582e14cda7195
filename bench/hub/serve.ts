/**
 * The hub's HTTP over a store that was filled, in a process of its own: `node serve.ts OPTIONS`. Writes its address;
 * answers each line on its input with the processor time that it has used, in µs.
 */

import { createInterface } from 'node:readline'
import { makeAccess } from '../../src/access/index.ts'
import { CHANNELS, Notices, NotifySettings } from '../../src/alert/index.ts'
import { httpServer } from '../../src/http/index.ts'
import { pause, systemClock } from '../../src/kernel/index.ts'
import { append } from '../../src/logbook/index.ts'
import { openStore } from '../../src/store/index.ts'
import { nameOf } from './seed.ts'
import { Counters, collector, makeRooms, settings } from './world.ts'

export interface ServeOptions {
  readonly path?: string
  readonly url?: string
  readonly services: number
  readonly token: string
  /** So many releases get evidence each second, and the logbook a line for each. */
  readonly busy: number
}

/** What is told of a change: whose, which one, and when it was begun by the wall clock. */
export type Told =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'cpu'; readonly micros: number; readonly rssBytes: number }
  | { readonly kind: 'release'; readonly id: string; readonly revision: number; readonly atMs: number }
  | { readonly kind: 'entry'; readonly seq: number; readonly atMs: number }

const { services, token, busy, ...place } = JSON.parse(process.argv[2] ?? '{}') as ServeOptions
const tell = (told: Told): void => void process.stdout.write(`${JSON.stringify(told)}\n`)
const nowMs = (): number => performance.timeOrigin + performance.now()

const clock = systemClock
const store = await openStore({ clock, ...place })
const known = Object.fromEntries(Array.from({ length: services }, (_, i) => [nameOf(i), settings()]))
const collect = collector(new Counters(), 3)
const { releases, target, ship } = makeRooms(store, clock, () => known, collect)
for (const service of Object.keys(known)) {
  await target.scale({ service, version: service, run: {} }, 2, new AbortController().signal)
}
const notify = NotifySettings.parse({})
const server = httpServer(
  {
    clock,
    store,
    ship,
    releases,
    access: makeAccess({ store, localToken: token }),
    notices: new Notices({
      store,
      clock,
      random: Math.random,
      http: () => Promise.reject(new Error('nobody is told')),
      channels: CHANNELS,
      settings: () => notify,
      tierOf: () => 'core',
      complain: message => console.error(message),
    }),
    settings: () => known,
    instances: service => target.instances(service),
    gateway: { address: '127.0.0.1:8080', check: async () => {} },
    hub: { version: 'bench', startedMs: clock.now(), leading: () => true },
  },
  { pages: '/nowhere', complain: (message, detail) => console.error(message, detail) },
)
tell({ kind: 'ready', url: await server.listen({ host: '127.0.0.1', port: 0 }) })

const stop = new AbortController()
createInterface(process.stdin)
  .on('line', () => {
    const { user, system } = process.cpuUsage()
    tell({ kind: 'cpu', micros: user + system, rssBytes: process.memoryUsage.rss() })
  })
  .on('close', () => stop.abort())

/** One look at a release, as the executor makes it: counted, weighed roughly, saved with its point. */
async function look(id: string): Promise<void> {
  const release = await releases.find(id)
  const { state, plan } = release
  const evidence = await collect(
    {
      service: plan.service,
      candidate: plan.version,
      stable: state.previous?.version ?? '',
      signals: [],
      cursor: state.seen.cursor,
      comparable: false,
    },
    stop.signal,
  )
  const { observations: _observations, arrivals: _arrivals, control: _control, ...counts } = evidence
  const atMs = nowMs()
  const saved = await releases.save(release, { ...state, seen: { ...state.seen, ...counts, atMs: clock.now() } }, [])
  if (saved) tell({ kind: 'release', id, revision: saved.revision, atMs })
  const writtenMs = nowMs()
  const { seq } = await store.transaction(tx =>
    append(tx, {
      kind: 'release.note',
      subject: `release/${id}`,
      service: plan.service,
      actor: 'hub',
      data: { n: atMs },
    }),
  )
  tell({ kind: 'entry', seq, atMs: writtenMs })
}

const ids = (await releases.active()).slice(0, busy).map(({ id }) => id)
await Promise.all(
  ids.map(async (id, i) => {
    await pause(clock, (1_000 * i) / ids.length, stop.signal)
    while (!stop.signal.aborted) {
      await look(id)
      await pause(clock, 1_000, stop.signal)
    }
  }),
)
if (busy > 0 || stop.signal.aborted) {
  await server.close()
  await store.close()
} else {
  stop.signal.addEventListener('abort', () => void server.close().then(() => store.close()), { once: true })
}
