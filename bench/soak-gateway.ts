/**
 * A million requests through the gateway while a new version takes over every two seconds, each with
 * instances of its own that end once their requests have: as many releases as many days bring. No
 * request that an instance answered may fail at the client, and memory must stay flat.
 *
 *   npm run bench:soak [-- --json] [--requests 1000000]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Snapshot } from '../src/gateway/index.ts'
import { put } from './gateway/peers.ts'
import { freePort, GATEWAY_FLAGS, residentBytes, start } from './gateway/process.ts'
import { type Instance, startInstance } from './gateway/shop.ts'

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, requests: { type: 'string', default: '1000000' } },
})
const total = Number(values.requests)
const CLIENTS = 32
const CHANGE_EVERY_MS = 2_000
const say = (text: string): void => {
  if (values.json) process.stderr.write(`${text}\n`)
  else console.log(text)
}

const folder = mkdtempSync(join(tmpdir(), 'shipwatch-soak-'))
const [port, admin] = [await freePort(), await freePort()]
const tokenFile = join(folder, 'token')
const options = {
  listen: `127.0.0.1:${port}`,
  admin: `127.0.0.1:${admin}`,
  tokenFile,
  stateFile: join(folder, 'gateway.json'),
}
const runner = fileURLToPath(new URL('./gateway/run-gateway.ts', import.meta.url))
const gateway = await start(process.execPath, [...GATEWAY_FLAGS, runner, JSON.stringify(options)], port)
const token = (await readFile(tokenFile, 'utf8')).trim()

async function snapshot(): Promise<Snapshot> {
  const answer = await fetch(`http://127.0.0.1:${admin}/v1/snapshot`, { headers: { authorization: `Bearer ${token}` } })
  return Snapshot.parse(await answer.json())
}

const answered = new Uint8Array(total)
const progress = { sent: 0, done: 0 }
const failed: { serial: number; reason: string }[] = []
const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })

function ask(serial: number): Promise<void> {
  return new Promise(resolve => {
    const fail = (reason: string): void => {
      failed.push({ serial, reason })
      resolve()
    }
    const post = serial % 5 === 0
    const headers = { 'x-serial': serial, cookie: `sid=user-${serial % 5_000}` }
    const asked = request(
      { port, agent, method: post ? 'POST' : 'GET', path: `/products/${serial % 100}`, headers },
      response => {
        let body = ''
        response.on('data', chunk => {
          body += chunk
        })
        response.on('error', error => fail(error.message))
        response.on('end', () => {
          if (response.statusCode === 200 && body.startsWith(`{"serial":${serial},`)) resolve()
          else fail(`${response.statusCode} ${body}`)
        })
      },
    )
    asked.on('error', error => fail(error.message))
    asked.end(post ? `{"order":${serial}}` : undefined)
  })
}

/** Puts one version beside another: 10 %, then half, then all; the old one's instances end once they are idle. */
async function release(from: readonly Instance[], to: readonly Instance[]): Promise<void> {
  const share = (instances: readonly Instance[], weight: number) => ({
    version: instances[0]?.version ?? '',
    weight,
    endpoints: instances.map(({ url }, i) => ({ id: `${instances[0]?.version}-${i}`, url, readySinceMs: Date.now() })),
  })
  const settings = { service: 'shop', identity: [{ cookie: 'sid' }] }
  for (const weight of from.length > 0 ? [10, 50, 100] : [100]) {
    const shares = from.length > 0 ? [share(from, 100 - weight), share(to, weight)] : [share(to, 100)]
    await put(admin, tokenFile, { ...settings, shares })
  }
  if (from.length === 0) return
  await put(admin, tokenFile, { ...settings, shares: [share(to, 100)] })
  const leaving = from[0]?.version
  for (;;) {
    const [service] = (await snapshot()).services
    if ((service?.versions.find(({ version }) => version === leaving)?.inFlight ?? 0) === 0) break
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  for (const instance of from) await instance.stop()
}

async function fleet(version: string): Promise<Instance[]> {
  return [await startInstance(version, answered), await startInstance(version, answered)]
}

let current = await fleet('r0')
await release([], current)
let changes = 0
const residentMb: number[] = []
const beganMs = performance.now()

const clients = Array.from({ length: CLIENTS }, async () => {
  while (progress.sent < total) {
    await ask(progress.sent++)
    progress.done += 1
  }
})
const changing = (async (): Promise<void> => {
  while (progress.done < total) {
    await new Promise(resolve => setTimeout(resolve, CHANGE_EVERY_MS))
    if (progress.done >= total) return
    const next = await fleet(`r${++changes}`)
    await release(current, next)
    current = next
    residentMb.push(Math.round(residentBytes(gateway.pid) / 1_048_576))
    if (changes % 5 === 0) {
      say(
        `${((performance.now() - beganMs) / 1_000).toFixed(0)} s: ${progress.done} requests, ${changes} changes, ${failed.length} failed, ${residentMb.at(-1)} MB`,
      )
    }
  }
})()
await Promise.all([...clients, changing])

const lost = failed.filter(({ serial }) => answered[serial] === 1)
const [service] = (await snapshot()).services
const third = Math.ceil(residentMb.length / 3)
const highest = (part: readonly number[]): number => Math.max(...part)
const report = {
  requests: total,
  changes,
  seconds: Math.round((performance.now() - beganMs) / 1_000),
  failed: failed.length,
  failedThoughAnswered: lost.length,
  retries: service?.retries ?? 0,
  residentMb: {
    first: residentMb[0] ?? 0,
    highestOfFirstThird: highest(residentMb.slice(0, third)),
    highestOfLastThird: highest(residentMb.slice(-third)),
    last: residentMb.at(-1) ?? 0,
  },
}
for (const { serial, reason } of failed.slice(0, 10)) say(`request ${serial} failed: ${reason}`)
if (values.json) console.log(JSON.stringify(report))
else {
  console.log(
    `\n${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`,
  )
  console.log(JSON.stringify(report, null, 2))
  console.log(`resident memory after each change, MB: ${residentMb.join(' ')}`)
}
agent.destroy()
for (const instance of current) await instance.stop()
await gateway.stop()
rmSync(folder, { recursive: true, force: true })
process.exitCode = lost.length === 0 ? 0 : 1
