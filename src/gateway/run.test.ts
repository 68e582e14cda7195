import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import { systemClock } from '../kernel/index.ts'
import { eventually, RawClient, share, startGateway, startInstance } from './gateway.fixture.ts'
import { type GatewayProcess, spawnGateway } from './process.fixture.ts'
import { GatewayConfig, type ServiceRouteInput } from './protocol.ts'
import { runGateway } from './run.ts'

let folder: string
const closing: (() => unknown)[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shipwatch-run-'))
})

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
  await rm(folder, { recursive: true, force: true })
})

async function gatewayProcess(options: object = {}): Promise<GatewayProcess> {
  const gateway = await spawnGateway(folder, options)
  closing.push(() => gateway.child.kill('SIGKILL'))
  return gateway
}

async function instanceThat(handler: Parameters<typeof startInstance>[0]): Promise<string> {
  const instance = await startInstance(handler)
  closing.push(() => instance.stop())
  return instance.url
}

function shop(url: string): ServiceRouteInput {
  return { service: 'shop', shares: [share('v1', 100, url)] }
}

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

describe('a gateway process', () => {
  it('starts again after kill -9 with the configuration that it confirmed last', async () => {
    const url = await instanceThat((_, response) => response.end('here'))
    const first = await gatewayProcess()
    expect((await first.ask('PUT', '/v1/services/shop', shop(url))).status).toBe(200)
    await first.kill('SIGKILL')
    const second = await gatewayProcess()
    expect((await new RawClient(second.port).send(GET).response()).body.toString()).toBe('here')
  })

  it('killed in the midst of changes never has a torn configuration, nor loses a confirmed change', async () => {
    let confirmed = 0
    for (let round = 0; round < 4; round++) {
      const gateway = await gatewayProcess()
      const puts: Promise<void>[] = []
      const killAt = 3 + round * 5
      for (let i = 1; i <= 40; i++) {
        const serial = round * 100 + i
        const route = { ...shop('http://127.0.0.1:9'), retryAfterSeconds: serial }
        const put = gateway.ask('PUT', '/v1/services/shop', route).then(
          ({ status }) => {
            if (status !== 200) return
            confirmed = Math.max(confirmed, serial)
            if (confirmed - round * 100 >= killAt) gateway.child.kill('SIGKILL')
          },
          () => undefined, // killed before it could answer: not confirmed
        )
        puts.push(put)
        // Some wait for their turn, some crowd together.
        if (i % 3 === 0) await put
      }
      await Promise.all(puts)
      await gateway.kill('SIGKILL')
      const { services } = GatewayConfig.parse(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')))
      expect(services[0]?.retryAfterSeconds).toBeGreaterThanOrEqual(confirmed)
    }
  })

  it('told to stop finishes what it has begun, then ends with code 0', async () => {
    let finish: () => void = () => undefined
    let begin: () => void = () => undefined
    const begun = new Promise<void>(resolve => (begin = resolve))
    const url = await instanceThat((_, response) => {
      finish = () => response.end('done')
      begin()
    })
    const gateway = await gatewayProcess()
    await gateway.ask('PUT', '/v1/services/shop', shop(url))
    const client = new RawClient(gateway.port)
    const idle = new RawClient(gateway.port)
    client.send(GET)
    await begun
    const ended = gateway.kill('SIGTERM')
    await eventually(() => gateway.logs.some(line => line.includes('stops')))
    // No new connections; an idle one is let go.
    expect(await idle.rest()).toBe('')
    idle.destroy()
    await expect(new RawClient(gateway.port).send(GET).response()).rejects.toThrow('the connection ended')
    finish()
    const answer = await client.response()
    expect([answer.status, answer.headers.get('connection'), answer.body.toString()]).toEqual([200, 'close', 'done'])
    client.destroy()
    expect(await ended).toBe(0)
    expect(gateway.logs).toContain('stopped null')
  })

  it('passes 100 MB up and down with flat memory', { timeout: 60_000 }, async () => {
    const piece = Buffer.alloc(65_536, 'x')
    const pieces = 1_600
    const url = await instanceThat(async (asked, response) => {
      let received = 0
      for await (const part of asked as AsyncIterable<Buffer>) received += part.length
      response.writeHead(200, { 'x-received': received })
      for (let i = 0; i < pieces; i++) {
        if (!response.write(piece)) await new Promise(resolve => response.once('drain', resolve))
      }
      response.end()
    })
    const gateway = await gatewayProcess()
    await gateway.ask('PUT', '/v1/services/shop', shop(url))
    const residentBytes = async (): Promise<number> => {
      const { body } = await gateway.ask('GET', '/metrics')
      return Number(/^process_resident_memory_bytes (\d+)$/m.exec(body)?.[1])
    }
    /** Sends a hundred megabytes and gets as many back; returns the gateway's highest memory meanwhile. */
    const pass = async (): Promise<number> => {
      let highest = 0
      let received = 0
      const echoed = await new Promise<string>((resolve, reject) => {
        const asked = request({ port: gateway.port, method: 'POST', agent: false }, response => {
          response.on('data', (part: Buffer) => {
            received += part.length
          })
          response.on('end', () => resolve(String(response.headers['x-received'])))
          response.on('error', reject)
        })
        asked.on('error', reject)
        const send = async (): Promise<void> => {
          for (let i = 0; i < pieces; i++) {
            if (!asked.write(piece)) await new Promise(resolve => asked.once('drain', resolve))
            if (i % 100 === 0) highest = Math.max(highest, await residentBytes())
          }
          asked.end()
        }
        send().catch(reject)
      })
      expect([echoed, received]).toEqual([String(pieces * piece.length), pieces * piece.length])
      return Math.max(highest, await residentBytes())
    }
    // The first pass fills what memory is used again and again; held back anywhere, each way would add a hundred.
    const first = await pass()
    expect(((await pass()) - first) / 1_048_576).toBeLessThan(50)
  })
})

describe('draining', () => {
  it('answers one more request on an idle connection, and says that it was the last', async () => {
    const clock = new FakeClock()
    const url = await instanceThat((_, response) => response.end('ok'))
    const gateway = await startGateway({ drainMs: 10_000 }, clock)
    await gateway.put(shop(url))
    const client = new RawClient(gateway.port)
    expect((await client.send(GET).response()).headers.has('connection')).toBe(false)
    const drained = gateway.drain()
    const last = await client.send(GET).response()
    expect([last.status, last.headers.get('connection')]).toEqual([200, 'close'])
    client.destroy()
    await drained
    await gateway.stop()
  })

  it('cuts at its deadline what does not end', async () => {
    const clock = new FakeClock()
    const url = await instanceThat((_, response) => response.write('on and on'))
    const gateway = await startGateway({ drainMs: 5_000 }, clock)
    await gateway.put(shop(url))
    const client = new RawClient(gateway.port)
    client.send(GET)
    await client.until(got => got.includes('on and on'))
    const drained = gateway.drain()
    await clock.advance(5_000)
    await drained
    await client.rest()
    expect(gateway.logs.at(-1)).toBe('warn: 1 connections were cut at the deadline')
    await gateway.stop()
  })
})

describe('a gateway that cannot start', () => {
  const run = (options: object): Promise<void> =>
    runGateway(
      {
        listen: '127.0.0.1:0',
        admin: '127.0.0.1:0',
        tokenFile: join(folder, 'token'),
        stateFile: join(folder, 'config.json'),
        ...options,
      },
      systemClock,
      AbortSignal.abort(),
    )

  it('because its port is taken says so', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    closing.push(() => other.close())
    await eventually(() => other.listening)
    const address = other.address()
    const port = typeof address === 'object' && address ? address.port : 0
    await expect(run({ listen: `127.0.0.1:${port}` })).rejects.toMatchObject({
      field: 'gateway.listen',
      message: `cannot listen at 127.0.0.1:${port}`,
      hint: expect.stringContaining('Another process listens there'),
    })
    await expect(run({ admin: `127.0.0.1:${port}` })).rejects.toMatchObject({ field: 'gateway.admin' })
  })

  it('because its token can be read by others says what to run', async () => {
    const tokenFile = join(folder, 'token')
    await writeFile(tokenFile, 'a-token-of-enough-length')
    await chmod(tokenFile, 0o644)
    await expect(run({})).rejects.toMatchObject({ field: 'gateway.tokenFile', hint: `Run: chmod 600 ${tokenFile}` })
  })

  it('because its token is too short says so', async () => {
    await writeFile(join(folder, 'token'), 'short', { mode: 0o600 })
    await expect(run({})).rejects.toThrow('holds no token of 16 characters')
  })

  it.each([
    [{ admin: '0.0.0.0:9000' }, 'gateway.admin'],
    [{ listen: 'nowhere' }, 'gateway.listen'],
    [{ trustForwarded: ['everyone'] }, 'gateway.trustForwarded.0'],
    [{ trustForwarded: ['10.0.0.0/33'] }, 'gateway.trustForwarded.0'],
  ])('because of %j names the option', async (options, field) => {
    await expect(run(options)).rejects.toMatchObject({ code: 'invalid_input', field })
  })

  it('over a file that is no socket leaves the file alone', async () => {
    const path = join(folder, 'precious')
    await writeFile(path, 'data')
    await expect(run({ admin: `unix:${path}` })).rejects.toMatchObject({ field: 'gateway.admin' })
    expect(await readFile(path, 'utf8')).toBe('data')
  })

  it('because its configuration is damaged and has no copy names the file, and leaves it', async () => {
    await writeFile(join(folder, 'config.json'), '{"format":1,"revision":3,"serv')
    await expect(run({})).rejects.toMatchObject({
      field: 'gateway.stateFile',
      message: expect.stringContaining('is damaged'),
    })
    expect(await readFile(join(folder, 'config.json'), 'utf8')).toBe('{"format":1,"revision":3,"serv')
  })
})

describe('the socket of a gateway that was killed', () => {
  it('is taken over, and one that is in use is not', async () => {
    const admin = `unix:${join(folder, 'admin.sock')}`
    const first = await gatewayProcess({ admin })
    await first.kill('SIGKILL')
    const second = await gatewayProcess({ admin })
    expect((await second.ask('GET', '/v1/config')).status).toBe(200)
    await expect(spawnGateway(folder, { admin })).rejects.toThrow('cannot listen at unix:')
    expect((await second.ask('GET', '/v1/config')).status).toBe(200)
  })
})
