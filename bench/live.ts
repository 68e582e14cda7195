/**
 * How soon open consoles hear of a change, and what that costs the hub: readers of server-sent events, while releases
 * are counted and written about once a second.
 *
 *   npm run bench:live [-- --json] [--readers 200] [--busy 10] [--seconds 30]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startHub } from './hub/child.ts'
import { seed } from './hub/seed.ts'
import type { Told } from './hub/serve.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    readers: { type: 'string', default: '200' },
    busy: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '30' },
  },
})
const readers = Number(values.readers)
const busy = Number(values.busy)
const seconds = Number(values.seconds)
const TOKEN = 'bench'
const WANTED_MS = 500
const WANTED_CORES = 1

const nowMs = (): number => performance.timeOrigin + performance.now()

/** When each change was begun, and when each reader heard of it. */
class Arrivals {
  readonly #begun = new Map<string, number>()
  readonly #heard = new Map<string, number[]>()
  /** Whether changes that begin now count. */
  measuring = false

  begun(told: Told): void {
    if (!this.measuring) return
    if (told.kind === 'release') this.#begun.set(`${told.id} ${told.revision}`, told.atMs)
    if (told.kind === 'entry') this.#begun.set(String(told.seq), told.atMs)
  }

  heard(change: string): void {
    const all = this.#heard.get(change) ?? []
    all.push(nowMs())
    this.#heard.set(change, all)
  }

  /** From the beginning of each change, before its commit, to its arrival at each reader; and how many never came. */
  get tookMs(): { readonly all: number[]; readonly missing: number } {
    const all: number[] = []
    let missing = 0
    for (const [change, atMs] of this.#begun) {
      const heard = this.#heard.get(change) ?? []
      missing += readers - heard.length
      for (const heardMs of heard) all.push(heardMs - atMs)
    }
    return { all: all.toSorted((a, b) => a - b), missing }
  }
}

const folder = mkdtempSync(join(tmpdir(), 'shipwatch-bench-live-'))
const arrivals = new Arrivals()
try {
  const path = join(folder, 'shipwatch.db')
  await seed({ path }, { services: 100, releases: 500, underWay: Math.max(20, busy) })
  const hub = await startHub({ path, services: 100, token: TOKEN, busy }, told => arrivals.begun(told))
  const streams = await Promise.all(Array.from({ length: readers }, () => listen(hub.url)))
  await wait(3_000)
  arrivals.measuring = true
  const before = { ...(await hub.used()), atMs: nowMs() }
  await wait(seconds * 1_000)
  const after = { ...(await hub.used()), atMs: nowMs() }
  arrivals.measuring = false
  await wait(1_000) // the last changes need a moment to arrive
  const { all, missing } = arrivals.tookMs
  for (const leave of streams) leave()
  await hub.stop()
  const at = (q: number): number => all[Math.min(all.length - 1, Math.ceil(q * all.length) - 1)] ?? Number.NaN
  report({
    readers,
    busy,
    seconds,
    arrivals: all.length,
    missing,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    cores: (after.micros - before.micros) / 1_000 / (after.atMs - before.atMs),
    rssMb: after.rssBytes / 1e6,
  })
} finally {
  rmSync(folder, { recursive: true })
}

function wait(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

/** Reads a stream, and notes what arrives. Resolves with how to leave. */
function listen(url: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const asking = request(`${url}/api/v1/live`, { headers: { authorization: `Bearer ${TOKEN}` }, agent: false })
    asking.on('error', reject)
    asking.on('response', response => {
      let rest = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        const blocks = (rest + text).split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) note(block)
      })
      response.on('error', () => {})
      resolve(() => response.destroy())
    })
    asking.end()
  })
}

function note(block: string): void {
  if (block.includes('\nevent: entry\n')) {
    arrivals.heard(/"seq":(\d+)/.exec(block)?.[1] ?? '')
  } else if (block.includes('\nevent: release\n')) {
    const [, id, revision] = /"id":"(rel_\w+)","revision":(\d+)/.exec(block) ?? []
    arrivals.heard(`${id} ${revision}`)
  }
}

interface Result {
  readonly readers: number
  readonly busy: number
  readonly seconds: number
  readonly arrivals: number
  readonly missing: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  readonly cores: number
  readonly rssMb: number
}

function report(result: Result): void {
  if (values.json) {
    console.log(JSON.stringify(result))
    return
  }
  const { arrivals: heard, missing, p50Ms, p99Ms, maxMs, cores, rssMb } = result
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; ${seconds} s\n`)
  console.log(
    '| Readers | Releases, each counted and written about once a second | Arrivals | p50 ms | p99 ms | max ms | Hub, cores | Hub, MB |',
  )
  console.log('|---:|---:|---:|---:|---:|---:|---:|---:|')
  const times = [p50Ms, p99Ms, maxMs].map(ms => ms.toFixed(1)).join(' | ')
  console.log(`| ${readers} | ${busy} | ${heard} | ${times} | ${cores.toFixed(2)} | ${rssMb.toFixed(0)} |\n`)
  console.log(
    `- ${maxMs <= WANTED_MS && missing === 0 ? 'reached' : 'missed'}: every reader hears within ${WANTED_MS} ms – at most ${maxMs.toFixed(0)}, ${missing} not at all`,
  )
  console.log(
    `- ${cores <= WANTED_CORES ? 'reached' : 'missed'}: the hub needs at most ${WANTED_CORES} core – ${cores.toFixed(2)}`,
  )
}
