import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { createServer as createWire, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
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
} from './gateway.fixture.ts'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function gatewayTo(url: string, clock?: FakeClock): Promise<TestGateway> {
  const gateway = await startGateway({}, clock)
  closing.push(() => gateway.stop())
  await gateway.put({ service: 'shop', shares: [share('v1', 100, url)], timeouts: { idleMs: 5_000 } })
  return gateway
}

async function instanceThat(handler: Parameters<typeof startInstance>[0]): Promise<string> {
  const instance = await startInstance(handler)
  closing.push(() => instance.stop())
  return instance.url
}

async function countsOf(gateway: TestGateway) {
  const version = (await gateway.snapshot()).services[0]?.versions[0]
  if (!version) throw new Error('nothing counted')
  return version
}

/** A server that answers an upgrade and sends back what it gets, in capitals. */
async function echoServer(): Promise<string> {
  const server = createServer()
  const open = new Set<Socket>()
  server.on('upgrade', (request, socket: Socket, first) => {
    open.add(socket)
    const key = request.headers['sec-websocket-key'] ?? ''
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\nhello `,
    )
    const echo = (chunk: Buffer): void => void socket.write(chunk.toString().toUpperCase())
    if (first.length > 0) echo(first)
    socket.on('data', echo)
    socket.on('end', () => socket.end('bye'))
    socket.on('error', () => undefined)
  })
  server.on('request', (_, response) => response.writeHead(426).end('upgrade first'))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    for (const socket of open) socket.destroy()
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
}

const UPGRADE =
  'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'

describe('a WebSocket', () => {
  it('is opened, carries bytes both ways and is closed from either side', async () => {
    const gateway = await gatewayTo(await echoServer())
    const client = new RawClient(gateway.port)
    // Bytes sent together with the handshake belong to the new protocol.
    const answer = await client.send(`${UPGRADE}early `).response()
    expect([answer.status, answer.headers.get('upgrade'), answer.headers.get('connection')]).toEqual([
      101,
      'websocket',
      'Upgrade',
    ])
    expect(answer.headers.get('sec-websocket-accept')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
    await client.until(got => got.toString() === 'hello EARLY ')
    client.send('late')
    await client.until(got => got.toString() === 'hello EARLY LATE')
    expect((await countsOf(gateway)).inFlight).toBe(1)
    client.socket.end()
    expect(await client.rest()).toBe('hello EARLY LATEbye')
    await eventually(async () => (await countsOf(gateway)).inFlight === 0)
    const [counts] = (await countsOf(gateway)).routes
    expect(counts).toMatchObject({ requests: 1, statuses: [1, 0, 0, 0, 0], bad: 0, aborts: 0 })
  })

  it('that is refused is an answer like any other', async () => {
    const url = await instanceThat((_, response) => response.writeHead(400).end('no'))
    const gateway = await gatewayTo(url)
    const client = new RawClient(gateway.port)
    for (let i = 0; i < 2; i++) expect((await client.send(UPGRADE).response()).status).toBe(400)
    client.destroy()
  })

  it('may be silent for long without being cut', async () => {
    const clock = new FakeClock()
    const gateway = await gatewayTo(await echoServer(), clock)
    const client = new RawClient(gateway.port)
    await client.send(UPGRADE).response()
    await clock.advance(60_000)
    client.send('still')
    await client.until(got => got.toString().endsWith('STILL'))
    client.destroy()
  })

  it('whose instance dies is cut', async () => {
    const wire = createWire(socket => {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', () =>
          socket.resetAndDestroy(),
        )
      })
    })
    await new Promise<void>(resolve => wire.listen(0, '127.0.0.1', resolve))
    closing.push(() => new Promise(resolve => wire.close(resolve)))
    const address = wire.address()
    const gateway = await gatewayTo(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`)
    await new RawClient(gateway.port).send(UPGRADE).rest()
    expect((await countsOf(gateway)).inFlight).toBe(0)
  })
})

describe('an event stream', () => {
  it('brings each event when it happens, and is counted when it begins', async () => {
    const clock = new FakeClock()
    let tell: (event: string) => void = () => undefined
    const url = await instanceThat((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      tell = event => response.write(`data: ${event}\n\n`)
      tell('first')
    })
    const gateway = await gatewayTo(url, clock)
    const client = new RawClient(gateway.port)
    client.send('GET /events HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.until(got => got.includes('data: first'))
    const [counts] = (await countsOf(gateway)).routes
    expect(counts).toMatchObject({ requests: 1, statuses: [0, 1, 0, 0, 0], inFlightAge: [] })
    for (let i = 0; i < 3; i++) {
      await clock.advance(30_000)
      tell(`event-${i}`)
      await client.until(got => got.includes(`event-${i}`))
    }
    client.destroy()
    await eventually(async () => (await countsOf(gateway)).inFlight === 0)
    // Whoever leaves an event stream has not given anything up.
    expect((await countsOf(gateway)).routes[0]).toMatchObject({ requests: 1, aborts: 0 })
  })
})

describe('a large body', () => {
  it('is held back at its source while its reader rests', async () => {
    let written = 0
    const url = await instanceThat(async (_, response) => {
      response.on('error', () => undefined)
      for (let i = 0; i < 1_600 && !response.destroyed; i++) {
        written += 65_536
        if (!response.write(Buffer.alloc(65_536))) await new Promise(resolve => response.once('drain', resolve))
      }
      response.end()
    })
    const gateway = await gatewayTo(url)
    const client = new RawClient(gateway.port)
    client.socket.pause()
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    // It stops by itself: nothing more is written however often the loop turns.
    let last = -1
    let still = 0
    await eventually(() => {
      still = written === last && written > 0 ? still + 1 : 0
      last = written
      return still > 2_000
    })
    expect(written).toBeLessThan(60 * 1_048_576)
    client.socket.resume()
    const body = (await client.response()).body
    expect(body.length).toBe(1_600 * 65_536)
    client.destroy()
  })

  it('is held back at its client while the instance rests, and ends whole', async () => {
    let go: () => void = () => undefined
    const rested = new Promise<void>(resolve => (go = resolve))
    const url = await instanceThat(async (request, response) => {
      request.pause()
      await rested
      response.end(String((await collect(request)).length))
    })
    const gateway = await gatewayTo(url)
    const client = new RawClient(gateway.port)
    const sizeBytes = 60 * 1_048_576
    client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${sizeBytes}\r\n\r\n`)
    client.send(Buffer.alloc(sizeBytes, 'y'))
    let last = -1
    let still = 0
    await eventually(() => {
      const left = client.socket.writableLength + client.socket.bytesWritten
      still = left === last ? still + 1 : 0
      last = left
      return still > 2_000
    })
    expect(client.socket.writableLength).toBeGreaterThan(0)
    go()
    expect((await client.response()).body.toString()).toBe(String(sizeBytes))
    client.destroy()
  })

  it('may be answered before it has come whole: the answer arrives and the connection closes', async () => {
    const url = await instanceThat((_, response) => response.writeHead(403).end('no need'))
    const gateway = await gatewayTo(url)
    const client = new RawClient(gateway.port)
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbegin')
    const answer = await client.response()
    expect([answer.status, answer.headers.get('connection'), answer.body.toString()]).toEqual([403, 'close', 'no need'])
    client.send(Buffer.alloc(100_000))
    expect(await client.rest()).toBe('')
    expect((await countsOf(gateway)).routes[0]).toMatchObject({ requests: 1, statuses: [0, 0, 0, 1, 0], bad: 0 })
  })

  it('read slowly counts as the instance ended it, not as a client’s abort', async () => {
    const url = await instanceThat((_, response) => response.end(Buffer.alloc(3_000_000)))
    const gateway = await gatewayTo(url)
    const client = new RawClient(gateway.port)
    expect((await client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n').response()).body.length).toBe(
      3_000_000,
    )
    const [counts] = (await countsOf(gateway)).routes
    expect(total(counts?.latency ?? [])).toBe(1)
    expect(counts?.aborts).toBe(0)
  })
})
