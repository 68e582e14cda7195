import { Agent, type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import { total } from './buckets.ts'
import {
  collect,
  eventually,
  share,
  startGateway,
  startInstance,
  type TestGateway,
  type TestInstance,
} from './gateway.fixture.ts'
import type { HalfCounts, ServiceRouteInput } from './protocol.ts'

/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9'
/** When all that was asked before has arrived, or will not. */
const SETTLED_MS = 11_000

let clock: FakeClock
let gateway: TestGateway
let instances: TestInstance[]
/** Requests to `/wait`, by instance, to be answered by the test. */
let waiting: ServerResponse[][]
const agent = new Agent({ keepAlive: true, maxSockets: 16 })

beforeEach(async () => {
  clock = new FakeClock()
  waiting = [[], [], []]
  const answer = async (i: number, asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    await collect(asked)
    if (asked.url === '/wait') waiting[i]?.push(response)
    else {
      // The second instance is bad at one thing.
      response.writeHead(asked.url === '/bad' && i === 1 ? 500 : 200, { 'x-instance': String(i) })
      response.end('{}')
    }
  }
  instances = await Promise.all(waiting.map((_, i) => startInstance((asked, response) => answer(i, asked, response))))
  gateway = await startGateway({}, clock)
})

afterEach(async () => {
  await gateway.stop()
  agent.destroy()
  for (const instance of instances) await instance.stop()
})

const url = (i: number): string => instances[i]?.url ?? ''

interface Answer {
  readonly version: string
  readonly instance: number
  readonly cookie: string | undefined
}

function open(path: string, headers: Record<string, string>): ClientRequest {
  return request({ port: gateway.port, agent, path, headers })
}

function ask(path = '/', headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = open(path, headers)
    asked.on('error', reject)
    asked.on('response', response => {
      const { 'x-served-by': version, 'x-instance': instance, 'set-cookie': cookie } = response.headers
      const answer = { version: String(version), instance: Number(instance), cookie: cookie?.[0]?.split(';')[0] }
      collect(response).then(() => resolve(answer), reject)
    })
    asked.end()
  })
}

const by = (user: string) => ({ 'x-user': user })
const users = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `u${from + i}`)

/** v1 with two instances, v2 with one. */
function split(canary: number, more: Partial<ServiceRouteInput> = {}): ServiceRouteInput {
  const shares = [share('v1', 100 - canary, url(0), url(1)), share('v2', canary, url(2))]
  return { service: 'shop', identity: [{ header: 'x-user' }], shares, ...more }
}

/** Arrivals by version once all have settled; `null` while traffic is not divided. */
async function arrivals(): Promise<Record<string, number> | null> {
  await clock.advance(SETTLED_MS)
  const division = (await gateway.snapshot()).services[0]?.division
  return division ? Object.fromEntries(division.versions.map(one => [one.version, one.arrivals])) : null
}

async function sumOfArrivals(): Promise<number> {
  return Object.values((await arrivals()) ?? {}).reduce((sum, count) => sum + count, 0)
}

describe('arrivals', () => {
  it('are users, each once and on its version, however often they ask and whatever becomes of the share', async () => {
    await gateway.put(split(0))
    for (const user of users(0, 20)) await ask('/', by(user))
    expect(await arrivals()).toBeNull()
    await gateway.put(split(30))
    const first: string[] = []
    // Those who came before the release are new to it, since nobody was drawn then.
    for (const user of users(0, 60)) first.push((await ask('/', by(user))).version)
    for (const user of users(0, 60)) await ask('/bad', by(user))
    const count = (version: string): number => first.filter(one => one === version).length
    expect(await arrivals()).toEqual({ v1: count('v1'), v2: count('v2') })
    await gateway.put(split(60))
    for (const user of users(0, 60)) await ask('/', by(user))
    expect(await sumOfArrivals()).toBe(0)
    for (const user of users(50, 80)) await ask('/', by(user))
    expect(await sumOfArrivals()).toBe(20)
    // Back to a share that was there before, through none at all: nobody is counted again.
    await gateway.put(split(0))
    await gateway.put(split(30))
    for (const user of users(0, 85)) await ask('/', by(user))
    expect(await sumOfArrivals()).toBe(5)
  })

  it('are the requests of nobody known, and who keeps the cookie that one brought is known', async () => {
    await gateway.put(split(50))
    const { cookie = '' } = await ask()
    for (let i = 0; i < 5; i++) await ask('/', { cookie })
    expect(await sumOfArrivals()).toBe(1)
    for (let i = 0; i < 5; i++) await ask()
    expect(await sumOfArrivals()).toBe(6)
    await gateway.put(split(50, { stickiness: 'user' }))
    for (let i = 0; i < 5; i++) await ask()
    expect(await sumOfArrivals()).toBe(11)
  })

  it('are all requests where each is drawn anew, whoever sent it', async () => {
    await gateway.put(split(50, { stickiness: 'none' }))
    for (let i = 0; i < 5; i++) await ask('/', by('somebody'))
    expect(await sumOfArrivals()).toBe(5)
  })

  it('are not who was sent by a segment, nor bots and health checks, and these are still to come', async () => {
    const shares = [
      share('v1', 50, url(0), url(1)),
      { ...share('v2', 50, url(2)), segments: [{ header: 'x-beta', value: '1' }] },
    ]
    await gateway.put(split(50, { shares, excluded: { paths: ['/healthz'] } }))
    await ask('/', { ...by('a'), 'x-beta': '1' })
    await ask('/healthz', by('b'))
    await ask('/healthz')
    expect(await sumOfArrivals()).toBe(0)
    await ask('/', by('a'))
    await ask('/', by('b'))
    expect(await sumOfArrivals()).toBe(2)
  })

  it('of a version that fails are its own, also where another one answered', async () => {
    await gateway.put(split(100, { shares: [share('v1', 0.001, url(0)), share('v2', 99.999, NOWHERE)], stable: 'v1' }))
    for (const user of users(0, 10)) expect((await ask('/', by(user))).version).toBe('v1')
    expect(await arrivals()).toEqual({ v1: 0, v2: 10 })
  })

  it('are not those who gave up, nor those who waited for too long', async () => {
    await gateway.put(split(100, { shares: [share('v1', 0.001, url(0)), share('v2', 99.999, url(2))] }))
    const left = open('/wait', by('impatient'))
    left.on('error', () => undefined)
    left.end()
    const waited = ask('/wait', by('patient'))
    await eventually(() => waiting[2]?.length === 2)
    left.socket?.resetAndDestroy()
    await eventually(async () => (await gateway.snapshot()).services[0]?.versions[1]?.inFlight === 1)
    await clock.advance(10_500)
    for (const response of waiting[2] ?? []) response.end('{}')
    await waited
    // What they ask later is not their first request.
    await ask('/', by('patient'))
    await ask('/', by('impatient'))
    expect(await sumOfArrivals()).toBe(0)
  })

  it('that began under another share are not counted under this one', async () => {
    await gateway.put(split(30))
    const asked = ask('/wait', by('somebody'))
    await eventually(() => waiting.flat().length === 1)
    await gateway.put(split(60))
    waiting.flat()[0]?.end('{}')
    await asked
    expect(await sumOfArrivals()).toBe(0)
    // Another change, but not of the weights, goes on counting.
    await ask('/', by('other'))
    await gateway.put(split(60, { retry: false }))
    await ask('/', by('another'))
    expect(await sumOfArrivals()).toBe(2)
  })
})

async function halvesOf(version = 'v1'): Promise<readonly HalfCounts[]> {
  const service = (await gateway.snapshot()).services[0]
  return service?.versions.find(counts => counts.version === version)?.halves ?? []
}

async function badByHalf(): Promise<number[]> {
  return (await halvesOf()).map(({ routes }) => routes.reduce((sum, { bad }) => sum + bad, 0))
}

describe('the halves of a version', () => {
  it('add up to the version, and tell a bad instance from a good one', async () => {
    await gateway.put(split(0, { routeClasses: [{ name: 'bad', pathPrefix: '/bad' }] }))
    const answers = await Promise.all(users(0, 200).map((user, i) => ask(i % 2 === 0 ? '/' : '/bad', by(user))))
    const service = (await gateway.snapshot()).services[0]
    const version = service?.versions.find(counts => counts.version === 'v1')
    for (const { route, ...counts } of version?.routes ?? []) {
      const apart = (version?.halves ?? []).map(({ routes }) => routes.find(one => one.route === route))
      for (const key of ['requests', 'bad', 'cells', 'badCells', 'aborts'] as const) {
        expect(apart.reduce((sum, half) => sum + (half?.[key] ?? 0), 0)).toBe(counts[key])
      }
      expect(apart.reduce((sum, half) => sum + total(half?.latency ?? []), 0)).toBe(total(counts.latency))
    }
    const bad = answers.filter(({ instance }, i) => i % 2 === 1 && instance === 1).length
    expect(bad).toBeGreaterThan(0)
    expect(await badByHalf()).toEqual([0, bad])
    expect(await halvesOf('v2')).toEqual([])
  })

  it('are each asked for everything, also by who asks for this and that by turns', async () => {
    await gateway.put(split(0, { routeClasses: [{ name: 'page', pathPrefix: '/page' }] }))
    for (let i = 0; i < 60; i++) await ask(i % 2 === 0 ? '/page' : '/api')
    for (const { routes } of await halvesOf()) {
      for (const { requests } of routes) expect(requests).toBeGreaterThan(0)
    }
  })

  it('count a user and second in each half, as they do for versions', async () => {
    await gateway.put(split(0))
    const seen = new Set<number>()
    while (seen.size < 2) seen.add((await ask('/', by('somebody'))).instance)
    const service = (await gateway.snapshot()).services[0]
    const version = service?.versions.find(counts => counts.version === 'v1')
    expect(version?.routes[0]?.cells).toBe(1)
    expect(version?.halves.map(({ routes }) => routes[0]?.cells)).toEqual([1, 1])
  })

  it('leave out what is warming up, and know what is unfinished or was given up', async () => {
    const { endpoints, ...rest } = share('v1', 100, url(0), url(1))
    const cold = endpoints.map((endpoint, i) => ({ ...endpoint, readySinceMs: i === 0 ? clock.now() : 0 }))
    await gateway.put(split(0, { shares: [{ ...rest, endpoints: cold }], warmUp: { forMs: 60_000, requests: 9 } }))
    const asked: ClientRequest[] = []
    while ((waiting[0]?.length ?? 0) === 0 || (waiting[1]?.length ?? 0) === 0) {
      const one = open('/wait', by('somebody'))
      one.on('error', () => undefined)
      one.end()
      asked.push(one)
      await eventually(() => waiting.flat().length === asked.length)
    }
    const ages = async (): Promise<number[][]> =>
      (await halvesOf()).map(({ routes }) =>
        [routes[0]?.inFlightAge, routes[0]?.abortedAge].map(age => total(age ?? [])),
      )
    const warm = waiting[1]?.length ?? 0
    expect(await ages()).toEqual([
      [0, 0],
      [warm, 0],
    ])
    for (const one of asked) one.socket?.resetAndDestroy()
    await eventually(async () => (await gateway.snapshot()).services[0]?.versions[0]?.inFlight === 0)
    expect(await ages()).toEqual([
      [0, 0],
      [0, warm],
    ])
  })

  it('stay what they are as instances come and go', async () => {
    await gateway.put(split(0))
    const [a, b, c] = ['a', 'b', 'c'].map((id, i) => ({ id, url: url(i), readySinceMs: 0 }))
    const only = (...endpoints: readonly (typeof a)[]) => ({
      service: 'shop',
      shares: [{ version: 'v9', weight: 100, endpoints: endpoints.filter(one => one !== undefined) }],
    })
    const instancesOf = async () => (await halvesOf('v9')).map(({ instances: count }) => count)
    await gateway.put(only(a, b))
    expect(await instancesOf()).toEqual([1, 1])
    await gateway.put(only(c, b, a))
    expect(await instancesOf()).toEqual([2, 1])
    await gateway.put(only(b))
    await ask()
    expect(await instancesOf()).toEqual([0, 1])
    // What it did alone is the version's, and of no half.
    expect((await halvesOf('v9')).flatMap(({ routes }) => routes.map(({ requests }) => requests))).toEqual([0, 0])
    await gateway.put(split(0))
    expect(await instancesOf()).toEqual([0, 0])
  })
})
