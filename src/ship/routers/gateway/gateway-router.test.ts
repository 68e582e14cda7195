import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createWire } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually, RawClient, startGateway, startInstance } from '../../../gateway/gateway.fixture.ts'
import type { ServiceSettingsInput } from '../../../gateway/index.ts'
import { FakeClock } from '../../../kernel/fake-clock.ts'
import { type Clock, systemClock } from '../../../kernel/index.ts'
import type { Split } from '../router.ts'
import { type GatewayRouter, gatewayRouter, routeOf } from './gateway-router.ts'

const closing: (() => unknown)[] = []
const never = new AbortController().signal
let folder: string
let tokenFile: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shipwatch-router-'))
  tokenFile = join(folder, 'token')
  await writeFile(tokenFile, 'a-token-of-enough-length', { mode: 0o600 })
})

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
  await rm(folder, { recursive: true, force: true })
})

function routerTo(admin: string, clock: Clock = systemClock, settings: ServiceSettingsInput = {}): GatewayRouter {
  const router = gatewayRouter({ admin, tokenFile, settings: () => settings }, clock)
  closing.push(() => router.close())
  return router
}

function split(...versions: [version: string, weight: number, url: string][]): Split {
  return {
    service: 'shop',
    stable: versions[0]?.[0] ?? null,
    shares: versions.map(([version, weight, url]) => ({
      version,
      weight,
      endpoints: [{ id: `${version}-1`, url, readySinceMs: 0 }],
      segments: [],
    })),
  }
}

/** Something that listens where the gateway should. */
async function peer(listener: RequestListener): Promise<{ admin: string; asked: () => number }> {
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    listener(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  })
  return { admin: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked }
}

/** Moves time on for as long as something waits for it. */
async function letTimePass(clock: FakeClock, done: Promise<unknown>): Promise<void> {
  let over = false
  const settle = (): void => {
    over = true
  }
  done.then(settle, settle)
  await eventually(async () => {
    if (clock.waiting > 0) await clock.advance(100)
    return over
  })
}

describe('the gateway as a router', () => {
  it('puts a split in force, tells it, and takes it again', async () => {
    const instance = await startInstance((_, response) => response.end('v2 here'))
    const gateway = await startGateway({}, systemClock, folder)
    closing.push(
      () => instance.stop(),
      () => gateway.stop(),
    )
    const router = routerTo(gateway.admin, systemClock, { hosts: ['shop.example'], retryAfterSeconds: 5 })
    expect(await router.current('shop', never)).toBeUndefined()
    const wanted = split(['v1', 0, 'http://127.0.0.1:9'], ['v2', 100, instance.url])
    expect(await router.apply(wanted, never)).toEqual({ ok: true })
    expect(await router.apply(wanted, never)).toEqual({ ok: true })
    expect(await router.current('shop', never)).toEqual(wanted)
    const client = new RawClient(gateway.port)
    const answer = await client.send('GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n').response()
    client.destroy()
    expect(answer.body.toString()).toBe('v2 here')
    const snapshot = await router.readSnapshot(never)
    expect(snapshot.services[0]?.versions.find(({ version }) => version === 'v2')?.routes[0]?.requests).toBe(1)
    expect(snapshot.revision).toBe(1)
    expect(await router.inFlight('shop', 'v2', never)).toBe(0)
    expect(await router.remove('shop', never)).toEqual({ ok: true })
    expect(await router.remove('shop', never)).toEqual({ ok: true })
    expect(await router.current('shop', never)).toBeUndefined()
  })

  it('counts what is unfinished, also of a version that has left', async () => {
    const slow = await startInstance(() => undefined)
    const gateway = await startGateway({}, systemClock, folder)
    closing.push(
      () => slow.stop(),
      () => gateway.stop(),
    )
    const router = routerTo(gateway.admin)
    await router.apply(split(['v1', 100, slow.url]), never)
    const client = new RawClient(gateway.port)
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await eventually(() => slow.seen.length === 1)
    await router.apply(split(['v2', 100, slow.url]), never)
    expect(await router.inFlight('shop', 'v1', never)).toBe(1)
    expect(await router.inFlight('shop', 'v9', never)).toBe(0)
    client.destroy()
    await eventually(async () => (await router.inFlight('shop', 'v1', never)) === 0)
  })

  it('works over a Unix socket', async () => {
    const gateway = await startGateway({ admin: `unix:${folder}/admin.sock` }, systemClock, folder)
    closing.push(() => gateway.stop())
    expect(await routerTo(gateway.admin).apply(split(['v1', 100, 'http://127.0.0.1:9']), never)).toEqual({ ok: true })
  })

  it('passes on why a split was refused, with the faults’ paths, and does not insist', async () => {
    const gateway = await startGateway({}, systemClock, folder)
    closing.push(() => gateway.stop())
    const router = routerTo(gateway.admin)
    const wrong = split(['v1', 60, 'http://127.0.0.1:9'])
    expect(await router.apply(wrong, never)).toEqual({
      ok: false,
      because: {
        kind: 'gateway',
        fault: 'refused',
        at: gateway.admin,
        detail: expect.stringMatching(/^the configuration/),
      },
      reason: 'the configuration of shop was refused: shares: expected weights that add up to 100, got 60',
    })
    await router.apply(split(['v1', 100, 'http://127.0.0.1:9']), never)
    const other = { ...split(['v1', 100, 'http://127.0.0.1:9']), service: 'other' }
    expect(await router.apply(other, never)).toMatchObject({
      ok: false,
      reason: 'any host / already belongs to the service shop',
      hint: expect.stringContaining('Give other another host or path'),
    })
  })

  it('says which token file does not fit', async () => {
    const gateway = await startGateway()
    closing.push(() => gateway.stop())
    expect(await routerTo(gateway.admin).apply(split(['v1', 100, 'http://127.0.0.1:9']), never)).toMatchObject({
      ok: false,
      reason: `the gateway at ${gateway.admin} does not accept the token`,
      hint: expect.stringContaining(tokenFile),
    })
  })

  it('is unavailable to whoever asks the hub, where the gateway refuses the token of the hub; and asks once', async () => {
    const { admin, asked } = await peer((_, response) =>
      response.writeHead(401).end('{"error":{"code":"denied","message":"the token is missing or wrong"}}'),
    )
    const router = routerTo(admin)
    await expect(router.readSnapshot(never)).rejects.toMatchObject({
      code: 'unavailable',
      field: 'gateway.tokenFile',
      hint: expect.stringContaining(tokenFile),
    })
    await expect(router.current('shop', never)).rejects.toMatchObject({ code: 'unavailable' })
    expect(asked()).toBe(2)
  })

  it('passes on which version steps in, wherever it stands', async () => {
    const wanted = { ...split(['v2', 10, 'http://127.0.0.1:9'], ['v1', 90, 'http://127.0.0.1:9']), stable: 'v1' }
    expect(routeOf(wanted, { retry: false })).toMatchObject({ service: 'shop', stable: 'v1', retry: false })
    expect(routeOf({ service: 'shop', stable: null, shares: [] }, {})).not.toHaveProperty('stable')
    const gateway = await startGateway({}, systemClock, folder)
    closing.push(() => gateway.stop())
    const router = routerTo(gateway.admin)
    expect(await router.apply(wanted, never)).toEqual({ ok: true })
    expect(await router.current('shop', never)).toEqual(wanted)
  })
})

describe('a gateway that is', () => {
  it.each(['127.0.0.1:9', 'unix:/nowhere/admin.sock'])('dead at %s is said to be, after three tries', async admin => {
    const clock = new FakeClock()
    const applying = routerTo(admin, clock).apply(split(['v1', 100, 'http://127.0.0.1:9']), never)
    await letTimePass(clock, applying)
    expect(await applying).toMatchObject({
      ok: false,
      reason: expect.stringContaining(`the gateway at ${admin} does not answer`),
      hint: 'Is `shipwatch gateway` running?',
    })
    expect(clock.now() - new FakeClock().now()).toBeLessThan(6_000)
  })

  it('slow is given two seconds a try', async () => {
    const clock = new FakeClock()
    const { admin, asked } = await peer(() => undefined)
    const reading = routerTo(admin, clock).readSnapshot(never)
    await letTimePass(clock, reading)
    await expect(reading).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('does not answer'),
    })
    expect(asked()).toBe(3)
  })

  it('slow in the midst of an answer is given two seconds, too', async () => {
    const clock = new FakeClock()
    const { admin } = await peer((_, response) => response.write('{"gateway":'))
    const reading = routerTo(admin, clock).readSnapshot(never)
    await letTimePass(clock, reading)
    await expect(reading).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('back at the second try is all right', async () => {
    const clock = new FakeClock()
    let first = true
    const { admin } = await peer((request, response) => {
      if (first) request.socket.destroy()
      else response.end(JSON.stringify({ changed: true, revision: 1 }))
      first = false
    })
    const applying = routerTo(admin, clock).apply(split(['v1', 100, 'http://127.0.0.1:9']), never)
    await letTimePass(clock, applying)
    expect(await applying).toEqual({ ok: true })
  })

  it.each<[string, RequestListener]>([
    ['another program', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ['another version', (_, response) => response.end('{"changed":"maybe"}')],
    ['refusing in a language of its own', (_, response) => response.writeHead(500).end('{"oops":1}')],
    [
      'lying about a snapshot',
      (_, response) => response.end('{"gateway":"x","startedMs":1,"atMs":1,"services":[{"service":5}]}'),
    ],
  ])('%s is not believed', async (_, listener) => {
    const clock = new FakeClock()
    const { admin } = await peer(listener)
    const router = routerTo(admin, clock)
    const applying = router.apply(split(['v1', 100, 'http://127.0.0.1:9']), never)
    await letTimePass(clock, applying)
    expect(await applying).toMatchObject({
      ok: false,
      reason: expect.stringContaining(`what answers at ${admin} is no gateway`),
    })
    const reading = router.readSnapshot(never)
    await letTimePass(clock, reading)
    await expect(reading).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('no HTTP server at all is not believed', async () => {
    const clock = new FakeClock()
    const wire = createWire(socket =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('SSH-2.0-OpenSSH\r\n'),
    ).listen(0, '127.0.0.1')
    await once(wire, 'listening')
    closing.push(() => new Promise(resolve => wire.close(resolve)))
    const applying = routerTo(`127.0.0.1:${(wire.address() as AddressInfo).port}`, clock).apply(
      split(['v1', 100, 'http://a']),
      never,
    )
    await letTimePass(clock, applying)
    expect(await applying).toMatchObject({ ok: false, reason: expect.stringContaining('does not answer') })
  })
})

describe('a router that was told to stop', () => {
  it('stops at once, with the reason it was given', async () => {
    const stopping = new AbortController()
    const { admin, asked } = await peer(() => stopping.abort(new Error('enough')))
    await expect(
      routerTo(admin, new FakeClock()).apply(split(['v1', 100, 'http://a']), stopping.signal),
    ).rejects.toThrow('enough')
    expect(asked()).toBe(1)
  })
})

describe('a router without a token', () => {
  it('says which file it missed, and who makes it', async () => {
    const clock = new FakeClock()
    const router = gatewayRouter({ admin: '127.0.0.1:9', tokenFile: join(folder, 'none'), settings: () => ({}) }, clock)
    closing.push(() => router.close())
    const applying = router.apply(split(['v1', 100, 'http://a']), never)
    await letTimePass(clock, applying)
    expect(await applying).toMatchObject({
      ok: false,
      reason: expect.stringContaining(join(folder, 'none')),
      hint: expect.stringContaining('is `shipwatch gateway` running?'),
    })
  })

  it('refuses an address that is no admin address', () => {
    expect(() => gatewayRouter({ admin: 'shop.example:80', tokenFile, settings: () => ({}) }, systemClock)).toThrow(
      'is no admin address',
    )
  })
})
