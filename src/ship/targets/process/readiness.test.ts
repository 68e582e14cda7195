import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { askedOf, type Probe, probe } from './probe.ts'
import { hear } from './readiness.ts'

const servers: Server[] = []
const never = new AbortController().signal

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

describe('asking an instance', () => {
  it.each([
    [200, { ready: true }],
    [204, { ready: true }],
    [302, { ready: false, answered: true, fault: { kind: 'status', status: 302 } }],
    [404, { ready: false, answered: true, fault: { kind: 'status', status: 404 } }],
    [503, { ready: false, answered: true, fault: { kind: 'status', status: 503 } }],
  ])('takes a status of %i for %j', async (status, expected) => {
    const paths: (string | undefined)[] = []
    const port = await listen(
      createHttpServer((request, response) => {
        paths.push(request.url)
        response.writeHead(status).end('x'.repeat(100_000))
      }),
    )
    expect(await probe({ port, http: '/readyz?deep=1' }, never)).toEqual(expected)
    expect(paths).toEqual(['/readyz?deep=1'])
  })

  it('needs no more than a connection when there is no path', async () => {
    const port = await listen(createServer(socket => socket.destroy()))
    expect(await probe({ port }, never)).toEqual({ ready: true })
  })

  it.each([undefined, '/'])('hears when nothing listens (%s)', async http => {
    const port = await listen(createServer())
    await new Promise(resolve => servers.pop()?.close(resolve))
    expect(await probe({ port, http }, never)).toEqual({
      ready: false,
      answered: false,
      fault: { kind: 'not-listening' },
    })
  })

  it('hears when the connection is closed without an answer', async () => {
    const port = await listen(createServer(socket => socket.once('data', () => socket.destroy())))
    expect(await probe({ port, http: '/' }, never)).toEqual({
      ready: false,
      answered: false,
      fault: { kind: 'closed' },
    })
  })

  it('hears when what answers speaks no HTTP', async () => {
    const port = await listen(createServer(socket => socket.end('220 mail ready\r\n')))
    const answer = await probe({ port, http: '/' }, never)
    expect(answer).toMatchObject({
      ready: false,
      answered: false,
      fault: { kind: 'no-answer', code: expect.stringMatching(/^HPE_/) },
    })
  })

  it('waits no longer than it is let', async () => {
    const asked = new AbortController()
    const port = await listen(createServer(() => asked.abort()))
    expect(await probe({ port, http: '/' }, asked.signal)).toEqual({
      ready: false,
      answered: false,
      fault: { kind: 'timeout' },
    })
  })

  it('has a name', () => {
    expect(askedOf({ port: 80, http: '/readyz' })).toBe('GET http://127.0.0.1:80/readyz')
    expect(askedOf({ port: 80 })).toBe('127.0.0.1:80')
  })
})

describe('what an answer makes of an instance', () => {
  const yes: Probe = { ready: true }
  const no: Probe = { ready: false, answered: true, fault: { kind: 'status', status: 503 } }
  const silence: Probe = { ready: false, answered: false, fault: { kind: 'not-listening' } }

  it.each([
    ['starting', 5, yes, false, { state: 'ready', silences: 0, changed: true }],
    ['unready', 9, yes, false, { state: 'ready', silences: 0, changed: true }],
    ['ready', 2, yes, false, { state: 'ready', silences: 0, changed: false }],
    ['ready', 0, no, false, { state: 'unready', silences: 1, changed: true }],
    ['ready', 0, silence, false, { state: 'ready', silences: 1, changed: false }],
    ['ready', 2, silence, false, { state: 'unready', silences: 3, changed: true }],
    ['starting', 50, silence, false, { state: 'starting', silences: 51, changed: false }],
    ['starting', 50, no, true, { state: 'unready', silences: 51, changed: true }],
    ['unready', 3, no, true, { state: 'unready', silences: 4, changed: false }],
  ] as const)('%s, after %i silences, hears %j (late: %s)', (state, silences, answer, late, expected) => {
    expect(hear(state, silences, answer, late)).toEqual(expected)
  })
})
