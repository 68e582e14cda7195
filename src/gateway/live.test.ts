import { Agent, request } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import { total } from './buckets.ts'
import {
  collect,
  eventually,
  RawClient,
  share,
  startGateway,
  startInstance,
  type TestGateway,
  type TestInstance,
} from './gateway.fixture.ts'
import type { RouteCounts, ServiceRouteInput } from './protocol.ts'

let instances: TestInstance[]
let gateway: TestGateway
const agent = new Agent({ keepAlive: true, maxSockets: 16 })

beforeEach(async () => {
  instances = await Promise.all(
    Array.from({ length: 3 }, () =>
      startInstance(async (asked, response) => {
        await collect(asked)
        response.writeHead(
          asked.url?.startsWith('/bad') ? 500 : 200,
          asked.url === '/shared' ? { 'cache-control': 'public' } : {},
        )
        response.end('{}')
      }),
    ),
  )
})

afterEach(async () => {
  await gateway.stop()
  agent.destroy()
  for (const instance of instances) await instance.stop()
})

interface Answer {
  readonly status: number
  readonly version: string
  readonly cookie: string | undefined
}

function ask(path = '/', headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ port: gateway.port, agent, method, path, headers }, response => {
      collect(response).then(
        () =>
          resolve({
            status: response.statusCode ?? 0,
            version: String(response.headers['x-served-by']),
            cookie: response.headers['set-cookie']?.[0],
          }),
        reject,
      )
    })
    asked.on('error', reject)
    asked.end(method === 'POST' ? 'body' : undefined)
  })
}

function url(i: number): string {
  return instances[i]?.url ?? ''
}

function split(canary: number, more: Partial<ServiceRouteInput> = {}): ServiceRouteInput {
  return { service: 'shop', shares: [share('v1', 100 - canary, url(0), url(1)), share('v2', canary, url(2))], ...more }
}

async function routesOf(version: string): Promise<readonly RouteCounts[]> {
  const [service] = (await gateway.snapshot()).services
  return service?.versions.find(counts => counts.version === version)?.routes ?? []
}

describe('a user', () => {
  it('known by cookie or header stays on one version, and is moved only to a rising canary', async () => {
    gateway = await startGateway()
    const users = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? { cookie: `sid=u${i}` } : { 'x-user': `u${i}` }))
    const identity = [{ cookie: 'sid' }, { header: 'X-User' }]
    let before: string[] = []
    for (const weight of [0, 10, 40, 100]) {
      await gateway.put(split(weight, { identity, stickiness: 'user' }))
      const versions: string[] = []
      for (const headers of users) versions.push((await ask('/', headers)).version)
      for (const [i, version] of versions.entries()) expect(before[i] === 'v2' && version === 'v1').toBe(false)
      const canaries = versions.filter(version => version === 'v2').length
      const spread = 5 * Math.sqrt((users.length * weight * (100 - weight)) / 10_000)
      expect(Math.abs(canaries - (users.length * weight) / 100)).toBeLessThanOrEqual(spread)
      before = versions
    }
  })

  it('known by nothing gets a cookie and stays by it; no cookie goes where it would do harm', async () => {
    gateway = await startGateway()
    await gateway.put(split(50, { excluded: { paths: ['/healthz'] } }))
    const first = await ask()
    expect(first.cookie).toMatch(/^shipwatch_user=[\w-]{16}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/)
    const cookie = first.cookie?.split(';')[0] ?? ''
    for (let i = 0; i < 20; i++) {
      const again = await ask('/', { cookie })
      expect([again.version, again.cookie]).toEqual([first.version, undefined])
    }
    // An answer that shared caches keep would hand one user's cookie to all.
    expect((await ask('/shared')).cookie).toBeUndefined()
    expect((await ask('/healthz')).cookie).toBeUndefined()
    await gateway.put(split(0))
    expect((await ask()).cookie).toBeUndefined()
    await gateway.put(split(50, { stickiness: 'none' }))
    expect((await ask()).cookie).toBeUndefined()
  })

  it('in a segment gets its version, whatever the weights say', async () => {
    gateway = await startGateway()
    const shares = [
      share('v1', 100, url(0)),
      { ...share('v2', 0, url(2)), segments: [{ header: 'x-beta', value: '1' }, { market: 'eu' }] },
    ]
    await gateway.put({ service: 'shop', shares, market: { header: 'x-market' } })
    expect((await ask('/', { 'x-beta': '1' })).version).toBe('v2')
    expect((await ask('/', { 'x-market': 'eu' })).version).toBe('v2')
    expect((await ask('/', { 'x-market': 'us' })).version).toBe('v1')
  })
})

describe('counting', () => {
  it('is exact under concurrency: every request once, by version, class and status', async () => {
    gateway = await startGateway()
    await gateway.put(
      split(30, {
        routeClasses: [
          { name: 'cart', pathPrefix: '/cart' },
          { name: 'bad', pathPrefix: '/bad' },
        ],
        excluded: { paths: ['/healthz'], userAgents: ['bot'] },
        identity: [{ header: 'x-user' }],
      }),
    )
    const kinds = [
      { path: '/cart/1', status: 200 },
      { path: '/bad/1', status: 500 },
      { path: '/', status: 200 },
      { path: '/healthz', status: 200 },
      { path: '/crawl', status: 200, headers: { 'user-agent': 'Some Bot/1' } },
    ]
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, async (_, i) => {
        const kind = kinds[i % kinds.length]
        if (!kind) throw new Error('unreachable')
        const answer = await ask(kind.path, { 'x-user': `u${i}`, ...kind.headers }, i % 2 === 0 ? 'GET' : 'POST')
        expect(answer.status).toBe(kind.status)
        return { ...answer, path: kind.path }
      }),
    )
    for (const version of ['v1', 'v2']) {
      for (const counts of await routesOf(version)) {
        const path = { cart: '/cart/1', bad: '/bad/1', other: '/' }[counts.route]
        const count = answers.filter(answer => answer.version === version && answer.path === path).length
        expect(counts.requests).toBe(count)
        expect(counts.bad).toBe(counts.route === 'bad' ? count : 0)
        expect(total(counts.latency)).toBe(count)
        expect(counts.statuses.reduce((a, b) => a + b)).toBe(count)
        // Each request has a user of its own.
        expect([counts.cells, counts.badCells]).toEqual([count, counts.bad])
        expect(counts.inFlightAge).toEqual([])
      }
    }
    const snapshot = await gateway.snapshot()
    expect(snapshot.services[0]?.excluded).toBe(400)
    expect(snapshot.services[0]?.versions.map(({ inFlight }) => inFlight)).toEqual([0, 0])
  })

  it('takes one unlucky user’s errors of one second for one', async () => {
    const clock = new FakeClock()
    gateway = await startGateway({}, clock)
    await gateway.put(split(0, { identity: [{ header: 'x-user' }] }))
    for (let i = 0; i < 10; i++) await ask('/bad', { 'x-user': 'unlucky' })
    await ask('/bad', { 'x-user': 'other' })
    await clock.advance(1_000)
    await ask('/bad', { 'x-user': 'unlucky' })
    await ask('/bad')
    await ask('/bad')
    const [counts] = await routesOf('v1')
    expect(counts).toMatchObject({ requests: 14, bad: 14, cells: 5, badCells: 5 })
  })

  it('calls bad what the service calls bad', async () => {
    gateway = await startGateway()
    await gateway.put(split(0, { bad: ['2xx'] }))
    await ask('/')
    await ask('/bad')
    expect((await routesOf('v1'))[0]).toMatchObject({ requests: 2, bad: 1 })
  })

  it('keeps the latency of a young instance apart until it is warm', async () => {
    const clock = new FakeClock()
    gateway = await startGateway({}, clock)
    const young = { ...share('v1', 100, url(0)), endpoints: [{ id: 'a', url: url(0), readySinceMs: clock.now() }] }
    const route = { service: 'shop', shares: [young], warmUp: { forMs: 10_000, requests: 3 } }
    await gateway.put(route)
    for (let i = 0; i < 5; i++) await ask()
    let [counts] = await routesOf('v1')
    expect([total(counts?.warmingLatency ?? []), total(counts?.latency ?? [])]).toEqual([3, 2])
    // It began anew: cold again, until its time is over.
    await gateway.put({
      ...route,
      shares: [{ ...young, endpoints: [{ id: 'a', url: url(0), readySinceMs: clock.now() + 1 }] }],
    })
    await clock.advance(1)
    await ask()
    await clock.advance(10_000)
    await ask()
    ;[counts] = await routesOf('v1')
    expect([total(counts?.warmingLatency ?? []), total(counts?.latency ?? [])]).toEqual([4, 3])
  })

  it('goes on across changes, and keeps what a version counted that left', async () => {
    gateway = await startGateway()
    await gateway.put(split(100))
    await ask()
    await gateway.put({ service: 'shop', shares: [share('v3', 100, url(1))] })
    await ask()
    expect((await routesOf('v2'))[0]?.requests).toBe(1)
    expect((await routesOf('v3'))[0]?.requests).toBe(1)
    await gateway.put(split(100))
    await ask()
    expect((await routesOf('v2'))[0]?.requests).toBe(2)
  })
})

describe('a change of versions under load', () => {
  it('fails no request, and new requests follow it from its confirmation on', { timeout: 60_000 }, async () => {
    gateway = await startGateway()
    await gateway.put(split(0))
    const stopping = new AbortController()
    const seen = new Map<string, number>()
    const failures: string[] = []
    const drive = async (i: number): Promise<void> => {
      while (!stopping.signal.aborted) {
        try {
          const { status, version } = await ask('/', {}, i % 3 === 0 ? 'POST' : 'GET')
          if (status !== 200) failures.push(`${status} by ${version}`)
          seen.set(version, (seen.get(version) ?? 0) + 1)
        } catch (error) {
          failures.push(String(error))
        }
      }
    }
    const drivers = Array.from({ length: 8 }, (_, i) => drive(i))
    for (let round = 0; round < 12; round++) {
      // Instances come and go under new names, with fresh processes behind them.
      const fresh = await startInstance(async (asked, response) => {
        await collect(asked)
        response.end('{}')
      })
      const version = `r${round}`
      await gateway.put({ service: 'shop', shares: [share(version, 100, fresh.url)] })
      expect((await ask()).version).toBe(version)
      await eventually(() => (seen.get(version) ?? 0) >= 20)
      const left = instances.splice(0)
      for (const instance of left) {
        // Requests in flight finish first, as the hub sees to.
        await eventually(async () => {
          const [service] = (await gateway.snapshot()).services
          return service?.versions.every(counts => counts.version === version || counts.inFlight === 0) ?? false
        })
        await instance.stop()
      }
      instances.push(fresh)
    }
    stopping.abort()
    await Promise.all(drivers)
    expect(failures).toEqual([])
    const [service] = (await gateway.snapshot()).services
    expect(service).toMatchObject({ retries: 0, unserved: 0 })
    expect(service?.versions.flatMap(({ routes }) => routes).reduce((sum, { bad }) => sum + bad, 0)).toBe(0)
  })
})

describe('a WebSocket across a change', () => {
  it('stays with its instance, and counts as in flight there', async () => {
    gateway = await startGateway()
    const old = instances[0]
    old?.server.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
      socket.on('data', (chunk: Buffer) => socket.write(chunk))
      socket.on('end', () => socket.end())
      socket.on('error', () => undefined)
    })
    await gateway.put(split(0, { shares: [share('v1', 100, url(0))] }))
    const client = new RawClient(gateway.port)
    await client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n').response()
    await gateway.put({ service: 'shop', shares: [share('v2', 100, url(2))] })
    client.send('still here')
    await client.until(got => got.toString() === 'still here')
    const [service] = (await gateway.snapshot()).services
    expect(service?.versions.map(({ version, inFlight }) => [version, inFlight])).toContainEqual(['v1', 1])
    client.socket.end()
    await client.rest()
  })
})
