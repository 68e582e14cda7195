import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import {
  collect,
  RawClient,
  share,
  startGateway,
  startInstance,
  type TestGateway,
  type TestInstance,
} from './gateway.fixture.ts'

let gateway: TestGateway
let instance: TestInstance

beforeAll(async () => {
  instance = await startInstance(async (request, response) => {
    const body = await collect(request)
    response.end(`${request.url} ${body.length}`)
  })
  // Time stands still: a connection that only a deadline would end hangs, and fails the test.
  gateway = await startGateway({}, new FakeClock())
  await gateway.put({ service: 'shop', stickiness: 'none', shares: [share('v1', 100, instance.url)] })
})

afterAll(async () => {
  await gateway.stop()
  await instance.stop()
})

beforeEach(() => {
  ;(instance.seen as unknown[]).length = 0
})

/** Every request that the instance saw must have come through the gateway, which marks each exactly once. */
function expectNothingSmuggled(): void {
  for (const { line, headers, raw } of instance.seen) {
    expect(headers['x-forwarded-for'], line).toBe('127.0.0.1')
    expect(
      raw.filter(name => /^traceparent$/i.test(name)),
      line,
    ).toHaveLength(1)
    expect(line).not.toContain('/smuggled')
  }
}

async function sendAll(bytes: string): Promise<string> {
  const client = new RawClient(gateway.port)
  client.send(bytes).socket.end()
  const answer = await client.rest()
  client.destroy()
  return answer
}

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'

describe('a request that two readers could understand differently', () => {
  it.each<[string, string]>([
    ['a length and chunks', `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    [
      'chunks and a length',
      `Transfer-Encoding: chunked\r\nContent-Length: ${SMUGGLED.length + 5}\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    ['two lengths', `Content-Length: 0\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
    ['a length list', `Content-Length: 0, ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
    ['a length before a space', `Content-Length : ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
    ['an encoding before a space', `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['a folded encoding', `Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['an encoding after a vertical tab', `Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['two encodings', `Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['an encoding with a comma', `Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['a quoted encoding', `Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['a bare LF before a header', `X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['a bare CR before a header', `X: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['a chunk extension that ends in LF', `Transfer-Encoding: chunked\r\n\r\n1;\nx\r\na\r\n0\r\n\r\n${SMUGGLED}`],
    ['a chunk size with LF', `Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n${SMUGGLED}`],
    ['a chunk size that wraps', `Transfer-Encoding: chunked\r\n\r\n100000000000000001\r\na\r\n0\r\n\r\n${SMUGGLED}`],
    ['a chunk size with a prefix', `Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n${SMUGGLED}`],
    ['a chunk longer than it says', `Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n${SMUGGLED}`],
    ['a trailer that hides a request', `Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\n\n${SMUGGLED}`],
    ['a space before the first header', ` X: y\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
    ['NUL in a name', `Content-Length\0: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
    [
      'HTTP/2 behind an upgrade',
      `Connection: Upgrade, HTTP2-Settings\r\nUpgrade: foo\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nTransfer-Encoding: gzip\r\n\r\n${SMUGGLED}`,
    ],
  ])('with %s is cut with 4xx or 501, and what hides in it reaches nobody', async (_, rest) => {
    const answer = await sendAll(`POST /outer HTTP/1.1\r\nHost: a\r\n${rest}`)
    expect(answer).toMatch(/^(?:HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 (?:400|501) /)
    expect(answer.match(/HTTP\/1\.1 [2345]/g)).toHaveLength(1)
    expectNothingSmuggled()
  })

  it('leaves a count by status', async () => {
    const { malformed } = await gateway.snapshot()
    expect(malformed['400']).toBeGreaterThan(15)
    expect(malformed['501']).toBeGreaterThan(0)
  })
})

/** Pieces of requests, honest and not, in any order: what a fuzzer with some knowledge would send. */
const piece = fc.oneof(
  fc.constantFrom(
    'GET /a HTTP/1.1\r\n',
    'POST /b HTTP/1.1\r\n',
    'HEAD /c HTTP/1.0\r\n',
    'Host: a\r\n',
    'Host: a\n',
    'Content-Length: 3\r\n',
    'Content-Length: 0\r\n',
    'Content-Length: -1\r\n',
    'Transfer-Encoding: chunked\r\n',
    'transfer-encoding: Chunked\r\n',
    'Transfer-Encoding: chunked, chunked\r\n',
    'Connection: close\r\n',
    'Connection: upgrade\r\nUpgrade: websocket\r\n',
    'Expect: 100-continue\r\n',
    '\r\n',
    '\n',
    '\r',
    '0\r\n\r\n',
    '3\r\nabc\r\n',
    '3;x=y\r\nabc\r\n',
    'ffffffffffff\r\n',
    'abc',
    ' ',
    ':',
    '\t',
    SMUGGLED.replace('/smuggled', '/inner'),
  ),
  fc.string({ unit: 'binary', maxLength: 12 }).map(text => Buffer.from(text).toString('latin1')),
  fc.uint8Array({ maxLength: 24 }).map(bytes => Buffer.from(bytes).toString('latin1')),
)

describe('whatever bytes a client sends', () => {
  it('the gateway goes on, and an instance sees only what the gateway wrote', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 14 }), fc.nat(), async (pieces, cut) => {
        const bytes = pieces.join('')
        const client = new RawClient(gateway.port)
        const at = cut % (bytes.length + 1)
        client.send(bytes.slice(0, at))
        client.send(bytes.slice(at)).socket.end()
        const answer = await client.rest()
        client.destroy()
        for (const line of answer.split('\r\n').filter(text => text.startsWith('HTTP/'))) {
          expect(line).toMatch(/^HTTP\/1\.1 [1-5]\d\d /)
        }
        expectNothingSmuggled()
      }),
      { numRuns: 600 },
    )
    expect(await sendAll('GET /alive HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(/\/alive 0$/)
    const { services } = await gateway.snapshot()
    expect(services[0]?.versions[0]?.inFlight).toBe(0)
  })

  it('an honest request in the same connection as nonsense after it is answered', async () => {
    const answer = await sendAll('GET /honest HTTP/1.1\r\nHost: a\r\n\r\n\x16\x03\x01\x02nonsense')
    expect(answer).toContain('/honest 0')
    expect(answer).toContain('HTTP/1.1 400 ')
  })

  it('requests that came before their turn leave nothing waiting behind them', async () => {
    for (const count of [1, 2, 3, 40]) {
      const answer = await sendAll(
        Array.from({ length: count }, (_, i) => `GET /${i} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''),
      )
      expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(count)
    }
  })

  it('bytes of TLS are cut at once', async () => {
    expect(await sendAll('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03')).toMatch(/^HTTP\/1\.1 400 /)
  })
})
