/**
 * CPU a request and added latency of the gateway, beside HAProxy, nginx and the plainest undici proxy:
 * the same two instances, one thread each, interleaved rounds, medians.
 *
 *   npm run bench:gateway [-- --json] [--rounds 5] [--seconds 4]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { atRate, quantileOf, saturate } from './gateway/load.ts'
import { has, type Proxy, startGateway, startHaproxy, startNginx, startUndici, startUpstream } from './gateway/peers.ts'
import { cpuMicros, median, type Program } from './gateway/process.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
  },
})
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)
const REQUESTS_PER_SECOND = 1_000

const say = (text: string): void => {
  if (values.json) process.stderr.write(`${text}\n`)
  else console.log(text)
}

const skipped = ['haproxy', 'nginx', 'wrk'].filter(command => !has(command))
for (const command of skipped) say(`skipped: needs ${command}`)
if (skipped.length > 0 && process.env['CI'] === 'true') process.exit(1)
if (skipped.includes('wrk')) process.exit(0)

const folder = mkdtempSync(join(tmpdir(), 'shipwatch-bench-'))
const running: Program[] = []
try {
  const upstream = await startUpstream()
  running.push(upstream.program)
  const proxies: Proxy[] = []
  const add = (proxy: Proxy): void => {
    proxies.push(proxy)
    running.push(proxy.program)
  }
  add(await startGateway(folder, upstream.ports))
  if (has('haproxy')) add(await startHaproxy(folder, upstream.ports))
  if (has('nginx')) add(await startNginx(folder, upstream.ports))
  add(await startUndici(upstream.ports))

  const micros = new Map<string, number[]>()
  const p50 = new Map<string, number[]>()
  const p99 = new Map<string, number[]>()
  const note = (to: Map<string, number[]>, name: string, value: number): void => {
    to.set(name, [...(to.get(name) ?? []), value])
  }
  // Everybody gets warm first, the generator too.
  for (const { port } of proxies) await saturate(port, 2, folder)
  await atRate(upstream.ports[0], REQUESTS_PER_SECOND, 3)
  for (let round = 1; round <= rounds; round++) {
    // Each round begins with another one, so that none always follows the same neighbour.
    const order = proxies.map((_, i) => proxies[(i + round) % proxies.length]).filter(proxy => proxy !== undefined)
    for (const { name, port, program } of order) {
      const before = cpuMicros(program.pid)
      const answered = await saturate(port, seconds, folder)
      note(micros, name, (cpuMicros(program.pid) - before) / answered)
    }
    const direct = await atRate(upstream.ports[0], REQUESTS_PER_SECOND, seconds)
    for (const { name, port } of order) {
      const through = await atRate(port, REQUESTS_PER_SECOND, seconds)
      note(p50, name, quantileOf(through, 0.5) - quantileOf(direct, 0.5))
      note(p99, name, quantileOf(through, 0.99) - quantileOf(direct, 0.99))
    }
    say(`round ${round}: ${order.map(({ name }) => `${name} ${micros.get(name)?.at(-1)?.toFixed(1)} µs`).join(', ')}`)
  }
  const rows = proxies.map(({ name }) => ({
    proxy: name,
    cpuMicrosPerRequest: Number(median(micros.get(name) ?? []).toFixed(2)),
    addedP50Ms: Number(median(p50.get(name) ?? []).toFixed(3)),
    addedP99Ms: Number(median(p99.get(name) ?? []).toFixed(3)),
  }))
  if (values.json) console.log(JSON.stringify({ rows }))
  else {
    const haproxy = rows.find(row => row.proxy === 'haproxy')?.cpuMicrosPerRequest
    console.log(
      `\n${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}\n`,
    )
    console.log('| proxy | CPU µs a request | of HAProxy | added p50 ms | added p99 ms |')
    console.log('|---|---:|---:|---:|---:|')
    for (const row of rows) {
      const ratio = haproxy === undefined ? '' : `${(row.cpuMicrosPerRequest / haproxy).toFixed(2)}×`
      console.log(`| ${row.proxy} | ${row.cpuMicrosPerRequest} | ${ratio} | ${row.addedP50Ms} | ${row.addedP99Ms} |`)
    }
  }
} finally {
  for (const program of running.toReversed()) await program.stop()
  rmSync(folder, { recursive: true, force: true })
}
