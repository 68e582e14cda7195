/**
 * How long each call of the console's pages takes over real HTTP, with a store as full as a large shop's.
 *
 *   npm run bench:api [-- --json] [--services 1000] [--releases 10000] [--rounds 200] [--only sqlite|postgres]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Pool } from 'undici'
import type { EntryView, ReleaseView } from '../src/client/index.ts'
import { hasPostgres, sharedPostgres } from '../src/store/postgres.fixture.ts'
import { startHub } from './hub/child.ts'
import { nameOf, seed } from './hub/seed.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    services: { type: 'string', default: '1000' },
    releases: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '200' },
    only: { type: 'string' },
  },
})
const services = Number(values.services)
const releases = Number(values.releases)
const rounds = Number(values.rounds)
const TOKEN = 'bench'
const WANTED_P95_MS = 50

interface Row {
  readonly database: string
  readonly call: string
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly bytes: number
}

const say = (text: string): void => {
  if (values.json) process.stderr.write(`${text}\n`)
  else console.log(text)
}

const folder = mkdtempSync(join(tmpdir(), 'shipwatch-bench-api-'))
const rows: Row[] = []
try {
  if (values.only !== 'postgres') await measure('SQLite', { path: join(folder, 'shipwatch.db') })
  if (values.only !== 'sqlite' && hasPostgres()) {
    await measure('PostgreSQL', { url: await (await sharedPostgres()).database() })
  }
} finally {
  rmSync(folder, { recursive: true })
}
if (values.json) console.log(JSON.stringify(rows))
else print()

async function measure(database: string, place: { readonly path?: string; readonly url?: string }): Promise<void> {
  const beganMs = performance.now()
  const seeded = await seed(place, { services, releases, underWay: Math.round(services / 10) })
  const seconds = ((performance.now() - beganMs) / 1_000).toFixed(1)
  const size = place.path === undefined ? '' : `, ${Math.round(statSync(place.path).size / 1e6)} MB`
  say(
    `${database}: ${seeded.services} services, ${seeded.releases} releases (${seeded.underWay} under way), ` +
      `${seeded.entries} entries, ${seeded.points} points${size}; filled in ${seconds} s`,
  )
  await ofHub(place, 0, async ask => {
    for (const [call, path] of await callsOf(ask)) rows.push(await time(database, call, () => ask(path)))
    const { tag } = await ask('/api/v1/status')
    rows.push(await time(database, 'status, unchanged', () => ask('/api/v1/status', tag)))
  })
  // As it is while a shop releases: most of what the hub keeps of a release is another a second later.
  const busy = seeded.underWay
  await ofHub(place, busy, async ask => {
    const call = `status, ${busy} releases counted each second`
    rows.push(await time(database, call, () => ask('/api/v1/status')))
  })
}

/** What the hub answered, and by which tag it knows it again. */
interface Answer {
  readonly text: string
  readonly tag: string
}

type Ask = (path: string, tag?: string) => Promise<Answer>

/** Asks a hub in a process of its own, over one connection. */
async function ofHub(
  place: { readonly path?: string; readonly url?: string },
  busy: number,
  work: (ask: Ask) => Promise<void>,
): Promise<void> {
  const hub = await startHub({ ...place, services, token: TOKEN, busy })
  const pool = new Pool(hub.url, { connections: 1, pipelining: 1 })
  const ask: Ask = async (path, tag) => {
    const headers = { authorization: `Bearer ${TOKEN}`, ...(tag === undefined ? {} : { 'if-none-match': tag }) }
    const answer = await pool.request({ method: 'GET', path, headers })
    const text = await answer.body.text()
    if (answer.statusCode !== (tag === undefined ? 200 : 304)) throw new Error(`${path}: ${answer.statusCode} ${text}`)
    return { text, tag: String(answer.headers['etag']) }
  }
  try {
    await work(ask)
  } finally {
    await pool.close()
    await hub.stop()
  }
}

/** What the pages of the console ask for, and how. */
async function callsOf(ask: Ask): Promise<readonly (readonly [string, string])[]> {
  const listed = async <View>(path: string): Promise<readonly View[]> => JSON.parse((await ask(path)).text) as View[]
  const [newest] = await listed<ReleaseView>('/api/v1/releases?limit=1')
  const middle = nameOf(Math.floor(services / 2))
  const [ofService] = await listed<ReleaseView>(`/api/v1/releases?service=${middle}&limit=1`)
  const old = (await listed<ReleaseView>(`/api/v1/releases?service=${middle}&limit=500`)).at(-3)
  const [last] = await listed<EntryView>('/api/v1/logbook?limit=1')
  const deep = Math.floor((last?.seq ?? 0) / 2)
  return [
    ['status', '/api/v1/status'],
    ['one service', `/api/v1/services/${middle}`],
    ['releases', '/api/v1/releases'],
    ['releases, deep page', `/api/v1/releases?before=${old?.id}`],
    ['releases of a service', `/api/v1/releases?service=${middle}`],
    ['a release under way', `/api/v1/releases/${newest?.id}`],
    ['a release that is over', `/api/v1/releases/${old?.id}`],
    ['the newest of a service', `/api/v1/releases/${ofService?.service}`],
    ['points', `/api/v1/releases/${old?.id}/points`],
    ['logbook', '/api/v1/logbook'],
    ['logbook, deep page', `/api/v1/logbook?beforeSeq=${deep}`],
    ['logbook from an entry on', `/api/v1/logbook?afterSeq=${deep}`],
    ['logbook of a service', `/api/v1/logbook?service=${middle}`],
    ['logbook of a release', `/api/v1/logbook?release=${old?.id}`],
    ['logbook of a kind', '/api/v1/logbook?kind=release.rolled-back'],
    ['logbook of a kind, deep page', `/api/v1/logbook?kind=release&beforeSeq=${deep}`],
    ['logbook of an actor', '/api/v1/logbook?actor=user/li'],
    ['logbook since', `/api/v1/logbook?since=${encodeURIComponent(old?.createdAt ?? '')}&limit=100`],
    ['logbook of a service and a kind', `/api/v1/logbook?service=${middle}&kind=release.promoted`],
    ['logbook of nobody', '/api/v1/logbook?actor=user/nobody&kind=release'],
  ]
}

async function time(database: string, call: string, run: () => Promise<Answer>): Promise<Row> {
  for (let i = 0; i < 10; i++) await run()
  const tookMs: number[] = []
  let bytes = 0
  for (let i = 0; i < rounds; i++) {
    const beganMs = performance.now()
    const { text } = await run()
    tookMs.push(performance.now() - beganMs)
    bytes = Buffer.byteLength(text)
  }
  const sorted = tookMs.toSorted((a, b) => a - b)
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? 0
  return { database, call, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), bytes }
}

function print(): void {
  console.log(
    `\nNode ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; ${rounds} calls each, one after the other\n`,
  )
  console.log('| Database | Call | p50 ms | p95 ms | p99 ms | kB |')
  console.log('|---|---|---:|---:|---:|---:|')
  for (const { database, call, p50Ms, p95Ms, p99Ms, bytes } of rows) {
    const times = [p50Ms, p95Ms, p99Ms].map(ms => ms.toFixed(1)).join(' | ')
    console.log(`| ${database} | ${call} | ${times} | ${(bytes / 1_000).toFixed(1)} |`)
  }
  const slow = rows.filter(({ p95Ms }) => p95Ms >= WANTED_P95_MS)
  const worst = Math.max(...rows.map(({ p95Ms }) => p95Ms))
  const verdict = slow.length === 0 ? 'reached' : `missed by ${slow.map(({ call }) => call).join(', ')}`
  console.log(`\n- ${verdict}: p95 under ${WANTED_P95_MS} ms for every call – at most ${worst.toFixed(1)}`)
}
