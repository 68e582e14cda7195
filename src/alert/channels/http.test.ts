import { execFileSync } from 'node:child_process'
import { createServer as createSecureServer } from 'node:https'
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../kernel/fake-clock.ts'
import { type Clock, InvalidInput, systemClock, Unavailable } from '../../kernel/index.ts'
import type { HttpRequest } from './channel.ts'
import { type Lookup, openHttp } from './http.ts'
import { type Answer, listenOn, serve } from './server.fixture.ts'

const ending: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end()
})

function opened(clock: Clock = systemClock, lookup?: Lookup): ReturnType<typeof openHttp>['http'] {
  const { http, close } = openHttp({ clock, ...(lookup ? { lookup } : {}) })
  ending.push(close)
  return http
}

async function serving(answer: (request: { url: string; body: string }) => Answer): Promise<string> {
  const { url, close } = await serve(answer)
  ending.push(close)
  return url
}

/** A server that does with a connection what it likes. */
async function rawly(connected: (socket: Socket) => void): Promise<{ url: string; server: TcpServer }> {
  const sockets = new Set<Socket>()
  const server = createTcpServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    connected(socket)
  })
  const url = await listenOn(server)
  ending.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  })
  return { url, server }
}

const post = (url: string, allowPrivate = true): HttpRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/json' },
  body: '{"a":"é"}',
  allowPrivate,
})
const never = new AbortController().signal

describe('an answer', () => {
  it('comes with its status, headers and body; the request had them too', async () => {
    const url = await serving(({ url, body }) => ({ status: 418, headers: { 'x-asked': url }, body: `got ${body}` }))
    const reply = await opened()(post(`${url}/send?key=1`), never)
    expect(reply).toMatchObject({ status: 418, body: 'got {"a":"é"}' })
    expect(reply.headers['x-asked']).toBe('/send?key=1')
  })

  it('is cut at 64 KiB, and not within a character', async () => {
    const url = await serving(() => ({ status: 200, body: `a${'é'.repeat(60_000)}` }))
    const { body } = await opened()(post(url), never)
    expect(body).toBe(`a${'é'.repeat(32_767)}`)
  })

  it('that never ends is cut there too', async () => {
    const { url } = await rawly(socket => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
      const more = (): void => {
        while (!socket.destroyed && socket.write(`1000\r\n${'x'.repeat(4_096)}\r\n`));
      }
      socket.on('drain', more)
      more()
    })
    const { body } = await opened()(post(url), never)
    expect(body).toBe('x'.repeat(65_536))
  })

  it('that sends elsewhere is not followed', async () => {
    const elsewhere: string[] = []
    const target = await serving(({ url }) => {
      elsewhere.push(url)
      return { status: 200, body: 'ok' }
    })
    const url = await serving(() => ({ status: 307, headers: { location: target }, body: '' }))
    const reply = await opened()(post(url), never)
    expect(reply).toMatchObject({ status: 307 })
    expect(reply.headers['location']).toBe(target)
    expect(elsewhere).toEqual([])
  })
})

describe('no whole answer', () => {
  const closed = async (): Promise<string> => {
    const { url, server } = await rawly(() => undefined)
    await new Promise(resolve => server.close(resolve))
    return url
  }
  const halfway = async (): Promise<string> => {
    const { url } = await rawly(socket => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"errcode":0'))
    })
    return url
  }
  const silent = async (): Promise<string> => (await rawly(socket => socket.once('data', () => socket.destroy()))).url
  const gibberish = async (): Promise<string> =>
    (await rawly(socket => socket.once('data', () => socket.end('220 mail.example.com ESMTP\r\n')))).url
  const plain = async (): Promise<string> =>
    (await rawly(socket => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))).url.replace(
      'http:',
      'https:',
    )

  it.each<[string, () => Promise<string>, RegExp]>([
    ['from a closed port', closed, /^127\.0\.0\.1:\d+ refuses connections$/],
    ['but half of it', halfway, /^127\.0\.0\.1:\d+ closed the connection before its answer was whole$/],
    ['but silence', silent, /^127\.0\.0\.1:\d+ closed the connection before its answer was whole$/],
    ['from something that is no web server', gibberish, /^127\.0\.0\.1:\d+ does not answer in HTTP \(HPE_\w+\)$/],
    ['from a server without encryption', plain, /^127\.0\.0\.1:\d+ does not agree on encryption \(\w+\)$/],
    [
      'from a name that nobody knows',
      async () => 'http://nobody.invalid',
      /^nobody\.invalid (is a name that nobody knows|cannot be looked up)/,
    ],
  ])('%s is told in words, without the path', async (_, start, words) => {
    const failed = opened()(post(`${await start()}/hook/t0ken?key=t0ken`), never)
    await expect(failed).rejects.toThrow(Unavailable)
    await expect(failed).rejects.toThrow(words)
  })

  it('from a certificate that it signed itself is told in words', async () => {
    const made = certificate()
    if (made === undefined) return
    const server = createSecureServer(made, (_, response) => response.end('ok'))
    const url = await listenOn(server)
    ending.push(() => new Promise(resolve => server.close(() => resolve())))
    await expect(opened()(post(url.replace('http:', 'https:')), never)).rejects.toThrow(
      /shows a certificate that it signed itself$/,
    )
  })

  it('within ten seconds is told in words', async () => {
    const clock = new FakeClock()
    const { http, asked } = await waiting(clock)
    const failed = expect(http).rejects.toThrow(/^127\.0\.0\.1:\d+ has not answered within 10 s$/)
    await asked
    await clock.advance(10_000)
    await failed
    expect(clock.waiting).toBe(0)
  })

  it('before the caller gave up rejects with the reason why it did', async () => {
    const giveUp = new AbortController()
    const { http, asked } = await waiting(systemClock, giveUp.signal)
    const failed = expect(http).rejects.toThrow('the hub stops')
    await asked
    giveUp.abort(new Error('the hub stops'))
    await failed
    await expect(opened()(post('http://127.0.0.1:1'), giveUp.signal)).rejects.toThrow('the hub stops')
  })

  async function waiting(clock: Clock, signal = never): Promise<{ http: Promise<unknown>; asked: Promise<void> }> {
    let heard = (): void => undefined
    const asked = new Promise<void>(resolve => {
      heard = resolve
    })
    const { url } = await rawly(socket => socket.once('data', heard))
    const http = opened(clock)(post(url), signal)
    http.catch(() => undefined)
    return { http, asked }
  }
})

describe('an address that is not public', () => {
  const reached: string[] = []
  const target = (): Promise<string> =>
    serving(({ url }) => {
      reached.push(url)
      return { status: 200, body: 'ok' }
    })
  /** Answers the first question with the first of these, and so on; all others with the last. */
  const resolving = (...answers: readonly (readonly string[])[]): Lookup => {
    let asked = 0
    return (_name, _options, callback) => {
      const addresses = answers[Math.min(asked++, answers.length - 1)] ?? []
      callback(
        null,
        addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
    }
  }

  it.each([
    ['written out', 'http://127.0.0.1'],
    ['written in short', 'http://127.1'],
    ['written as a number', 'http://2130706433'],
    ['written in hexadecimal', 'http://0x7f.0.0.1'],
    ['as IPv6', 'http://[::1]'],
    ['as IPv4 within IPv6', 'http://[::ffff:127.0.0.1]'],
    ['of the cloud’s own metadata', 'http://169.254.169.254'],
    ['by name', 'http://localhost'],
  ])('is not called: %s', async (_, host) => {
    reached.length = 0
    const { port } = new URL(await target())
    const refused = opened()(post(`${host}:${port}`, false), never)
    await expect(refused).rejects.toThrow(InvalidInput)
    await expect(refused).rejects.toMatchObject({
      field: 'allowPrivate',
      message: expect.stringContaining('no public address'),
    })
    expect(reached).toEqual([])
  })

  it('is called where that is allowed', async () => {
    reached.length = 0
    await opened()(post(`${await target()}/here`), never)
    expect(reached).toEqual(['/here'])
  })

  it('is not called where a name leads there only at the second look', async () => {
    reached.length = 0
    const { port } = new URL(await target())
    const rebinding = resolving(['8.8.8.8'], ['127.0.0.1'])
    rebinding('hooks.example.com', { all: true }, (_, [first]) => expect(first?.address).toBe('8.8.8.8'))
    const refused = opened(systemClock, rebinding)(post(`http://hooks.example.com:${port}`, false), never)
    await expect(refused).rejects.toThrow(`hooks.example.com:${port} is no public address`)
    expect(reached).toEqual([])
  })

  it('is called by name where that is allowed', async () => {
    reached.length = 0
    const { port } = new URL(await target())
    await opened(systemClock, resolving(['127.0.0.1']))(post(`http://hooks.example.com:${port}/named`), never)
    expect(reached).toEqual(['/named'])
  })

  it('says so where a name has no address at all', async () => {
    await expect(opened(systemClock, resolving([]))(post('http://none.example.com', false), never)).rejects.toThrow(
      'none.example.com is no public address',
    )
  })
})

function certificate(): { key: string; cert: string } | undefined {
  try {
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    const where = ['-keyout', '-', '-out', '-', '-days', '1', '-subj', '/CN=localhost']
    const pem = execFileSync('openssl', ['req', '-x509', ...curve, ...where], {
      stdio: ['ignore', 'pipe', 'ignore'],
    }).toString()
    return { key: pem, cert: pem }
  } catch (error) {
    if (process.env['CI'] === 'true')
      throw new Error('needs openssl, and with CI=true nothing may be skipped', { cause: error })
    process.stdout.write('skipped: needs openssl\n')
    return undefined
  }
}
