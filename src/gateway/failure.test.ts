import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import { total } from './buckets.ts'
import {
  eventually,
  RawClient,
  type RawResponse,
  share,
  startGateway,
  startInstance,
  type TestGateway,
  type TestInstance,
} from './gateway.fixture.ts'
import type { RouteCounts, ServiceCounts, ServiceRouteInput } from './protocol.ts'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function gatewayWith(route: Partial<ServiceRouteInput>, clock?: FakeClock): Promise<TestGateway> {
  const gateway = await startGateway({}, clock)
  closing.push(() => gateway.stop())
  await gateway.put({ service: 'shop', stickiness: 'none', shares: [], ...route })
  return gateway
}

async function instanceThat(...args: Parameters<typeof startInstance>): Promise<TestInstance> {
  const instance = await startInstance(...args)
  closing.push(() => instance.stop())
  return instance
}

/** A server that does with a connection whatever a test likes. */
async function wireServer(
  onConnection: (socket: Socket, index: number) => void,
): Promise<{ url: string; server: Server }> {
  let index = 0
  const open = new Set<Socket>()
  const server = createServer(socket => {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    onConnection(socket, index++)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    for (const socket of open) socket.destroy()
    return new Promise(resolve => server.close(resolve))
  })
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, server }
}

/** An address where nobody listens. */
async function deadUrl(): Promise<string> {
  const instance = await startInstance(() => undefined)
  await instance.stop()
  return instance.url
}

/** An address where connections are never accepted: a stopped process, its queue full. */
async function deafUrl(): Promise<string> {
  const child = spawn(process.execPath, [
    '-e',
    "const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))",
  ])
  closing.push(() => child.kill('SIGKILL'))
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(line.toString())
  child.kill('SIGSTOP')
  await eventually(async () => / T /.test(await readFile(`/proc/${child.pid}/stat`, 'utf8')))
  for (let i = 0; i < 4; i++) {
    const filler = connect(port, '127.0.0.1').on('error', () => undefined)
    closing.push(() => filler.destroy())
  }
  return `http://127.0.0.1:${port}`
}

async function ask(gateway: TestGateway, text = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'): Promise<RawResponse> {
  const client = new RawClient(gateway.port)
  closing.push(() => client.destroy())
  const response = await client.send(text).response(text.split(' ')[0])
  client.destroy()
  return response
}

async function countsOf(
  gateway: TestGateway,
): Promise<{ service: ServiceCounts; of: (version: string) => RouteCounts }> {
  const [service] = (await gateway.snapshot()).services
  if (!service) throw new Error('no service')
  return {
    service,
    of(version) {
      const counts = service.versions.find(counts => counts.version === version)?.routes[0]
      if (!counts) throw new Error(`no counts of ${version}`)
      return counts
    },
  }
}

const POST = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi'

describe('a request whose instance refuses connections', () => {
  it('goes to another instance of the same version, and the attempt counts as bad', async () => {
    const good = await instanceThat((_, response) => response.end('good'))
    const gateway = await gatewayWith({ shares: [share('v1', 100, await deadUrl(), good.url)] })
    const bodies = new Set<string>()
    // Which of the two is asked first is a coin's matter: so often, it was the dead one at least once.
    const asked = 40
    for (let i = 0; i < asked; i++) bodies.add((await ask(gateway, POST)).body.toString())
    expect([...bodies]).toEqual(['good'])
    const { service, of } = await countsOf(gateway)
    expect(of('v1')).toMatchObject({
      failures: { connect: service.retries },
      bad: service.retries,
      statuses: [0, asked, 0, 0, 0],
    })
    expect(service.retries).toBeGreaterThan(0)
    expect(of('v1').requests).toBe(asked + service.retries)
  })

  it('goes to the stable version where its own has no other, and stays bad for its own', async () => {
    const good = await instanceThat((_, response) => response.end('good'))
    const gateway = await gatewayWith({
      shares: [share('v1', 0, good.url), share('v2', 100, await deadUrl())],
      stable: 'v1',
    })
    for (let i = 0; i < 5; i++) {
      const response = await ask(gateway, POST)
      expect([response.status, response.headers.get('x-served-by')]).toEqual([200, 'v1'])
    }
    const { service, of } = await countsOf(gateway)
    // The first finds the connection refused; the instance then being ejected, the others find none to try.
    expect(of('v2')).toMatchObject({ requests: 5, bad: 5 })
    expect(of('v2').failures.connect + of('v2').failures.unavailable).toBe(5)
    expect(of('v1')).toMatchObject({ requests: 5, bad: 0 })
    expect(service).toMatchObject({ retries: 5, unserved: 0 })
  })

  it('is answered 503 with Retry-After where nothing else is left', async () => {
    const gateway = await gatewayWith({ shares: [share('v1', 100, await deadUrl())], retryAfterSeconds: 7 })
    const response = await ask(gateway)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7'])
    expect(response.body.toString()).toContain('shop cannot be reached')
    const { service, of } = await countsOf(gateway)
    expect(service.unserved).toBe(1)
    expect(of('v1')).toMatchObject({ requests: 1, bad: 1, failures: { connect: 1 } })
  })

  it('is not repeated where that was switched off', async () => {
    const good = await instanceThat((_, response) => response.end('good'))
    const shares = [share('v1', 0, good.url), share('v2', 100, await deadUrl())]
    const gateway = await gatewayWith({ shares, retry: false })
    expect((await ask(gateway)).status).toBe(503)
    expect((await countsOf(gateway)).service.retries).toBe(0)
  })

  it('finds the instance again once it listens again', async () => {
    const clock = new FakeClock()
    const before = await startInstance((_, response) => response.end('before'))
    const gateway = await gatewayWith({ shares: [share('v1', 100, before.url)] }, clock)
    await before.stop()
    expect((await ask(gateway)).status).toBe(503)
    await instanceThat((_, response) => response.end('after'), before.port)
    // Ejected still, but the only one there is.
    expect((await ask(gateway)).body.toString()).toBe('after')
  })

  it('is answered 503 where the service has no version, or its version no instance', async () => {
    const gateway = await gatewayWith({ shares: [] })
    expect((await ask(gateway)).status).toBe(503)
    await gateway.put({ service: 'shop', shares: [share('v1', 100)] })
    expect((await ask(gateway)).status).toBe(503)
    expect((await countsOf(gateway)).of('v1')).toMatchObject({ failures: { unavailable: 1 }, bad: 1 })
  })
})

describe('a request whose instance closes without an answer', () => {
  it('is repeated once on the stable version where that does no harm', async () => {
    const rude = await wireServer(socket => socket.on('data', () => socket.destroy()))
    const good = await instanceThat((_, response) => response.end('good'))
    const gateway = await gatewayWith({ shares: [share('v1', 0, good.url), share('v2', 100, rude.url)] })
    expect((await ask(gateway)).body.toString()).toBe('good')
    const { of } = await countsOf(gateway)
    expect(of('v2')).toMatchObject({ requests: 1, bad: 1, failures: { reset: 1 } })
    expect(of('v1')).toMatchObject({ requests: 1, bad: 0 })
  })

  it.each([
    ['a POST', POST],
    ['a PUT whose body was sent', POST.replace('POST', 'PUT')],
  ])('is never repeated when it is %s', async (_, text) => {
    const rude = await wireServer(socket => socket.on('data', () => socket.destroy()))
    const good = await instanceThat((_, response) => response.end('good'))
    const gateway = await gatewayWith({ shares: [share('v1', 0, good.url), share('v2', 100, rude.url)] })
    expect((await ask(gateway, text)).status).toBe(502)
    expect(good.seen).toEqual([])
  })

  it('is never repeated once a byte came back', async () => {
    const rude = await wireServer(socket =>
      socket.on('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Le', () => socket.destroy())
      }),
    )
    const good = await instanceThat((_, response) => response.end('good'))
    const gateway = await gatewayWith({ shares: [share('v1', 0, good.url), share('v2', 100, rude.url)] })
    expect((await ask(gateway)).status).toBe(502)
    expect(good.seen).toEqual([])
    expect((await countsOf(gateway)).of('v2').failures.reset).toBe(1)
  })

  it('in the middle of a body is cut, so that nobody takes the part for the whole', async () => {
    const rude = await wireServer(socket =>
      socket.on('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => socket.destroy())
      }),
    )
    const gateway = await gatewayWith({ shares: [share('v1', 100, rude.url)] })
    const client = new RawClient(gateway.port)
    expect(await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n').rest()).toMatch(/half$/)
    expect((await countsOf(gateway)).of('v1')).toMatchObject({ requests: 1, bad: 1, failures: { reset: 1 } })
  })
})

describe('an idle connection that its instance closes just as it is used again', () => {
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

  it('is replaced by a new one without harm: nobody notices and nothing is counted', async () => {
    // Each connection answers one request and drops the next without a word.
    const fickle = await wireServer(socket => {
      socket.once('data', () => {
        socket.write(answer)
        socket.once('data', () => socket.destroy())
      })
    })
    const gateway = await gatewayWith({ shares: [share('v1', 100, fickle.url)] })
    for (let i = 0; i < 6; i++) expect((await ask(gateway)).body.toString()).toBe('ok')
    const { service, of } = await countsOf(gateway)
    expect(of('v1')).toMatchObject({ requests: 6, bad: 0 })
    expect(service.retries).toBe(0)
  })

  it('is not used for a request that must not be sent twice, unless it was busy a moment ago', async () => {
    const clock = new FakeClock()
    let connections = 0
    const patient = await wireServer(socket => {
      connections += 1
      socket.on('data', () => socket.write(answer))
    })
    const gateway = await gatewayWith({ shares: [share('v1', 100, patient.url)] }, clock)
    await ask(gateway, POST)
    await ask(gateway, POST)
    expect(connections).toBe(1)
    await clock.advance(1_500)
    await ask(gateway, POST)
    expect(connections).toBe(2)
  })

  it('is closed a second before its instance would', async () => {
    const clock = new FakeClock()
    let closed = 0
    const brief = await wireServer(socket => {
      socket.on('data', () => socket.write(answer.replace('\r\n', '\r\nKeep-Alive: timeout=3\r\n')))
      socket.on('close', () => (closed += 1))
    })
    const gateway = await gatewayWith({ shares: [share('v1', 100, brief.url)] }, clock)
    await ask(gateway)
    await clock.advance(1_000)
    expect(closed).toBe(0)
    await clock.advance(2_000)
    await eventually(() => closed === 1)
  })

  it('that brings bytes nobody asked for is given up', async () => {
    const chatty = await wireServer((socket, index) => {
      socket.on('data', () => {
        if (index > 0) socket.write(answer)
        else socket.write(`${answer}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`)
      })
    })
    const gateway = await gatewayWith({ shares: [share('v1', 100, chatty.url)] })
    for (let i = 0; i < 3; i++) expect((await ask(gateway)).body.toString()).toBe('ok')
  })
})

describe('an instance that does not speak HTTP', () => {
  it.each([
    ['nonsense', 'SSH-2.0-OpenSSH_9\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['bad chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    [
      'a protocol that nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    ],
    ['endless headers', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(100_000)}`],
  ])('but %s is answered for with 502', async (_, bytes) => {
    const odd = await wireServer(socket => socket.on('data', () => socket.write(bytes)))
    const gateway = await gatewayWith({ shares: [share('v1', 100, odd.url)] })
    expect((await ask(gateway)).status).toBe(502)
    expect((await countsOf(gateway)).of('v1')).toMatchObject({ requests: 1, bad: 1, failures: { protocol: 1 } })
  })
})

describe('a deadline', () => {
  it('for the answer ends in 504, counted as a timeout that took so long', async () => {
    const clock = new FakeClock()
    const silent = await instanceThat(() => undefined)
    const gateway = await gatewayWith({ shares: [share('v1', 100, silent.url)], timeouts: { headerMs: 5_000 } }, clock)
    const answer = ask(gateway)
    await eventually(() => silent.seen.length === 1)
    await clock.advance(4_900)
    expect((await gateway.snapshot()).services[0]?.versions[0]?.inFlight).toBe(1)
    await clock.advance(500)
    expect((await answer).status).toBe(504)
    const counts = (await countsOf(gateway)).of('v1')
    expect(counts).toMatchObject({ requests: 1, bad: 1, failures: { timeout: 1 } })
    expect(total(counts.latency)).toBe(1)
  })

  it('between two bytes of an answer cuts it', async () => {
    const clock = new FakeClock()
    const stuck = await instanceThat((_, response) => {
      response.writeHead(200, { 'content-length': 10 })
      response.write('half')
    })
    const gateway = await gatewayWith({ shares: [share('v1', 100, stuck.url)], timeouts: { idleMs: 2_000 } }, clock)
    const client = new RawClient(gateway.port)
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.until(got => got.includes('half'))
    await clock.advance(2_300)
    expect(await client.rest()).toMatch(/half$/)
    expect((await countsOf(gateway)).of('v1').failures.timeout).toBe(1)
  })

  it('for the whole exchange holds although bytes keep coming', async () => {
    const clock = new FakeClock()
    let more: () => void = () => undefined
    const dripping = await instanceThat((_, response) => {
      more = () => response.write('drip')
      more()
    })
    const gateway = await gatewayWith({ shares: [share('v1', 100, dripping.url)], timeouts: { totalMs: 3_000 } }, clock)
    const client = new RawClient(gateway.port)
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    for (let i = 1; i <= 3; i++) {
      const drips = i
      await client.until(got => got.toString().split('drip').length > drips)
      await clock.advance(900)
      more()
    }
    await clock.advance(1_000)
    await client.rest()
    expect((await countsOf(gateway)).of('v1').failures.timeout).toBe(1)
  })

  it('for a connection ejects the instance and tries another', async () => {
    const clock = new FakeClock()
    const good = await instanceThat((_, response) => response.end('good'))
    const gateway = await gatewayWith(
      { shares: [share('v1', 0, good.url), share('v2', 100, await deafUrl())], timeouts: { connectMs: 700 } },
      clock,
    )
    const answer = ask(gateway)
    await eventually(
      async () => (await gateway.snapshot()).services[0]?.versions.some(({ inFlight }) => inFlight === 1) ?? false,
    )
    await clock.advance(1_000)
    expect((await answer).body.toString()).toBe('good')
    expect((await countsOf(gateway)).of('v2').failures.connect).toBe(1)
  })

  it('for a body that its client does not send is the client’s fault', async () => {
    const clock = new FakeClock()
    const instance = await instanceThat((request, response) => {
      request.on('end', () => response.end())
      request.resume()
    })
    const gateway = await gatewayWith({ shares: [share('v1', 100, instance.url)], timeouts: { idleMs: 1_000 } }, clock)
    const client = new RawClient(gateway.port)
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf')
    await eventually(() => instance.seen.length === 1)
    await clock.advance(1_300)
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 408 /)
    expect((await countsOf(gateway)).of('v1')).toMatchObject({ requests: 0, bad: 0, aborts: 1 })
  })
})

describe('a client', () => {
  it('that goes before the answer is counted apart, and the instance is told', async () => {
    let gone = false
    const slow = await instanceThat((_, response) => {
      response.on('close', () => (gone = true))
    })
    const gateway = await gatewayWith({ shares: [share('v1', 100, slow.url)] })
    const client = new RawClient(gateway.port)
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await eventually(() => slow.seen.length === 1)
    client.destroy()
    await eventually(() => gone)
    const counts = (await countsOf(gateway)).of('v1')
    expect(counts).toMatchObject({ requests: 0, bad: 0, aborts: 1 })
    expect(total(counts.abortedAge)).toBe(1)
  })

  it('that sends its headers byte by byte is cut with 408, and a silent one without a word', async () => {
    const clock = new FakeClock()
    const gateway = await gatewayWith({}, clock)
    const [loris, silent] = [new RawClient(gateway.port), new RawClient(gateway.port)]
    loris.send('GET / HTTP/1.1\r\nX-')
    await eventually(async () => (await gateway.snapshot()).connections === 2)
    for (let i = 0; i < 12; i++) {
      await clock.advance(900)
      loris.send('a')
    }
    expect(await loris.rest()).toMatch(/^HTTP\/1\.1 408 /)
    expect(await silent.rest()).toBe('')
    expect((await gateway.snapshot()).malformed).toEqual({ '408': 1 })
  })

  it('that keeps its connection idle loses it in the end', async () => {
    const clock = new FakeClock()
    const gateway = await gatewayWith({ hosts: ['nowhere'] }, clock)
    const client = new RawClient(gateway.port)
    await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n').response()
    await clock.advance(76_000)
    expect(await client.rest()).toBe('')
  })

  it.each([
    ['a first line', 414, `GET /${'a'.repeat(40_000)}`],
    ['headers', 431, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`],
    ['headers without an end', 431, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(40_000)}`],
  ])('that sends too long %s is answered %d', async (_, status, text) => {
    const gateway = await gatewayWith({})
    const client = new RawClient(gateway.port)
    expect((await client.send(text).response()).status).toBe(status)
    client.destroy()
    expect((await gateway.snapshot()).malformed).toEqual({ [status]: 1 })
  })

  it.each([
    ['sized', 'Content-Length: 11\r\n\r\nhello world'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n'],
  ])('that sends too large a body, %s, is answered 413', async (_, rest) => {
    const instance = await instanceThat((_, response) => response.end())
    const gateway = await gatewayWith({ shares: [share('v1', 100, instance.url)], limits: { bodyBytes: 10 } })
    expect((await ask(gateway, `POST / HTTP/1.1\r\nHost: a\r\n${rest}`)).status).toBe(413)
    expect(instance.seen).toEqual([])
    expect((await countsOf(gateway)).service.tooLarge).toBe(1)
  })

  it('over the limit of connections is turned away and counted', async () => {
    const gateway = await startGateway({ limits: { connections: 2 } })
    closing.push(() => gateway.stop())
    const first = [new RawClient(gateway.port), new RawClient(gateway.port)]
    await eventually(async () => (await gateway.snapshot()).connections === 2)
    expect(await new RawClient(gateway.port).rest()).toMatch(/^HTTP\/1\.1 503 /)
    expect((await gateway.snapshot()).refusedConnections).toBe(1)
    for (const client of first) client.destroy()
    await eventually(async () => (await gateway.snapshot()).connections === 0)
  })
})

describe('an instance that has all the connections it may have', () => {
  it('lets the next request go to the stable version', async () => {
    const busy = await instanceThat((request, response) => {
      if (request.url !== '/hold') response.end('busy')
    })
    const good = await instanceThat((_, response) => response.end('good'))
    const gateway = await gatewayWith({
      shares: [share('v1', 0, good.url), share('v2', 100, busy.url)],
      limits: { connectionsPerEndpoint: 1 },
    })
    const holding = new RawClient(gateway.port)
    closing.push(() => holding.destroy())
    holding.send('GET /hold HTTP/1.1\r\nHost: a\r\n\r\n')
    await eventually(() => busy.seen.length === 1)
    expect((await ask(gateway)).body.toString()).toBe('good')
    expect((await countsOf(gateway)).of('v2').failures.unavailable).toBe(1)
  })
})
