import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from './fields.ts'
import { type RequestHead, readRequestHead } from './request-head.ts'

function read(text: string, trusted = false): RequestHead {
  const head = readRequestHead(text, trusted)
  if (isFault(head)) throw new Error(`${head.status} ${head.reason}`)
  return head
}

function refusal(text: string): string {
  const head = readRequestHead(text, false)
  return isFault(head) ? `${head.status} ${head.reason}` : `accepted ${head.method} ${head.target}`
}

const GET = 'GET / HTTP/1.1\r\nHost: shop.example\r\n'

describe('a request head', () => {
  it('is understood whole', () => {
    const head = read(
      'POST /cart?id=7 HTTP/1.1\r\nHost: Shop.Example.:8080\r\nContent-Length: 12\r\nCookie: a=1\r\ncookie: b=2\r\nUser-Agent:  curl \t\r\n',
    )
    expect(head).toMatchObject({
      method: 'POST',
      target: '/cart?id=7',
      path: '/cart',
      minor: 1,
      authority: 'Shop.Example.:8080',
      host: 'shop.example',
      contentLength: 12,
      chunked: false,
      keepAlive: true,
      cookie: 'a=1; b=2',
      userAgent: 'curl',
    })
    expect(head.kept).toBe('Cookie: a=1\r\ncookie: b=2\r\nUser-Agent:  curl \t\r\n')
  })

  it.each<[string, string, string]>([
    ['a bare LF after the first line', 'GET / HTTP/1.1\nHost: a\r\n', '400'],
    ['a bare LF after a header', 'GET / HTTP/1.1\r\nHost: a\nX: y\r\n', '400'],
    ['a bare CR within a value', `${GET}X: a\rb\r\n`, '400'],
    ['NUL within a value', `${GET}X: a\0b\r\n`, '400'],
    ['a space before the colon', `${GET}Content-Length : 5\r\n`, '400'],
    ['a tab before the colon', `${GET}Content-Length\t: 5\r\n`, '400'],
    ['a folded header', `${GET}X: a\r\n b\r\n`, '400'],
    ['a header without a name', `${GET}: a\r\n`, '400'],
    ['a header without a colon', `${GET}X\r\n`, '400'],
    ['a control character in a name', `${GET}X\x01: a\r\n`, '400'],
    ['two lengths that differ', `${GET}Content-Length: 5\r\nContent-Length: 6\r\n`, '400'],
    ['two lengths alike', `${GET}Content-Length: 5\r\nContent-Length: 5\r\n`, '400'],
    ['a list of lengths', `${GET}Content-Length: 5, 5\r\n`, '400'],
    ['a length with a sign', `${GET}Content-Length: +5\r\n`, '400'],
    ['a length below zero', `${GET}Content-Length: -5\r\n`, '400'],
    ['a length in hexadecimal', `${GET}Content-Length: 0x5\r\n`, '400'],
    ['an empty length', `${GET}Content-Length: \r\n`, '400'],
    ['a length beyond numbers', `${GET}Content-Length: 99999999999999999999\r\n`, '400'],
    ['a length and an encoding', `${GET}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n`, '400'],
    ['an encoding and a length', `${GET}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n`, '400'],
    ['two encodings', `${GET}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n`, '400'],
    ['an encoding that hides another', `${GET}Transfer-Encoding: identity, chunked\r\n`, '501'],
    ['an encoding behind a vertical tab', `${GET}Transfer-Encoding: \x0bchunked\r\n`, '400'],
    ['an unknown encoding', `${GET}Transfer-Encoding: gzip\r\n`, '501'],
    ['an encoding in HTTP/1.0', 'GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n', '400'],
    ['no host', 'GET / HTTP/1.1\r\nX: y\r\n', '400'],
    ['two hosts', `${GET}Host: other.example\r\n`, '400'],
    ['a host that is a path', 'GET / HTTP/1.1\r\nHost: a/b\r\n', '400'],
    ['a host with a user', 'GET / HTTP/1.1\r\nHost: a@b\r\n', '400'],
    ['a host list', 'GET / HTTP/1.1\r\nHost: a, b\r\n', '400'],
    ['two spaces after the method', 'GET  / HTTP/1.1\r\nHost: a\r\n', '400'],
    ['two spaces before the protocol', 'GET /  HTTP/1.1\r\nHost: a\r\n', '400'],
    ['a space after the protocol', 'GET / HTTP/1.1 \r\nHost: a\r\n', '400'],
    ['a tab instead of a space', 'GET\t/ HTTP/1.1\r\nHost: a\r\n', '400'],
    ['no protocol', 'GET /\r\nHost: a\r\n', '400'],
    ['another protocol', 'GET / HTTQ/1.1\r\nHost: a\r\n', '400'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n', '505'],
    ['HTTP/1.2', 'GET / HTTP/1.2\r\nHost: a\r\n', '505'],
    ['HTTP/0.9', 'GET / HTTP/0.9\r\nHost: a\r\n', '505'],
    ['a method in brackets', '(GET) / HTTP/1.1\r\nHost: a\r\n', '400'],
    ['no target', 'GET  HTTP/1.1\r\nHost: a\r\n', '400'],
    ['a target that is no path', 'GET shop HTTP/1.1\r\nHost: a\r\n', '400'],
    ['a target with a fragment', 'GET /a#b HTTP/1.1\r\nHost: a\r\n', '400'],
    ['a control character in the target', 'GET /a\x01 HTTP/1.1\r\nHost: a\r\n', '400'],
    ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n', '405'],
    ['an expectation that nobody can meet', `${GET}Expect: a-miracle\r\n`, '417'],
    ['too many headers', `${GET}${'X: y\r\n'.repeat(200)}`, '431'],
  ])('with %s is refused', (_, text, status) => {
    expect(refusal(text)).toMatch(new RegExp(`^${status} `))
  })

  it('in absolute form goes to its own authority, whatever Host says', () => {
    const head = read('GET HTTP://Other.example:81?q HTTP/1.1\r\nHost: shop.example\r\n')
    expect(head).toMatchObject({ target: '/?q', path: '/', host: 'other.example', authority: 'Other.example:81' })
  })

  it.each<[string, string, boolean]>([
    ['HTTP/1.1 stays', GET, true],
    ['close ends it', `${GET}Connection: close\r\n`, false],
    ['close wins over keep-alive', `${GET}Connection: keep-alive, close\r\n`, false],
    ['HTTP/1.0 ends', 'GET / HTTP/1.0\r\n', false],
    ['HTTP/1.0 may stay', 'GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n', true],
  ])('says whether its connection stays: %s', (_, text, keepAlive) => {
    expect(read(text).keepAlive).toBe(keepAlive)
  })

  it('loses the fields that end here, and those that Connection names', () => {
    const head = read(
      `${GET}Connection: x-mine, keep-alive\r\nX-Mine: 1\r\nTE: trailers\r\nKeep-Alive: 5\r\nProxy-Connection: a\r\nAccept: */*\r\nProxy-Authorization: b\r\nx-mine: 2\r\n`,
    )
    expect(head.kept).toBe('Accept: */*\r\n')
  })

  it.each<[string, string, string | undefined]>([
    ['is kept', 'Connection: upgrade\r\nUpgrade: websocket\r\n', 'websocket'],
    ['needs Connection', 'Upgrade: websocket\r\n', undefined],
    [
      'to HTTP/2 is dropped',
      'Connection: upgrade, http2-settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n',
      undefined,
    ],
    ['with a body is dropped', 'Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n', undefined],
  ])('with an upgrade: it %s', (_, lines, upgrade) => {
    const head = read(GET + lines)
    expect(head.upgrade).toBe(upgrade)
    expect(head.kept).toBe('')
  })

  it('believes a trusted proxy about whom it forwards for, and nobody else', () => {
    const lines =
      'X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: 443\r\nForwarded: for=1\r\n'
    expect(read(GET + lines, true)).toMatchObject({ forwardedFor: '1.2.3.4', forwardedProto: 'https' })
    expect(read(GET + lines, true).kept).toBe('X-Forwarded-Port: 443\r\nForwarded: for=1\r\n')
    expect(read(GET + lines)).toMatchObject({ forwardedFor: undefined, forwardedProto: undefined, kept: '' })
  })

  it.each<[string, boolean]>([
    ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', true],
    ['cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-later', true],
    ['ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', false],
    ['00-00000000000000000000000000000000-b7ad6b7169203331-01', false],
    ['00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01', false],
    ['nonsense', false],
  ])('keeps traceparent %s: %s', (value, valid) => {
    expect(read(`${GET}traceparent: ${value}\r\n`).traceparent).toBe(valid ? value : undefined)
  })

  it('that is accepted holds no control character, and each kept line is one of its own', () => {
    const piece = fc.constantFrom(
      'GET',
      'POST',
      ' ',
      '/',
      'HTTP/1.1',
      '\r\n',
      '\n',
      '\r',
      'Host: a',
      'X: y',
      ':',
      '\t',
      'Content-Length: 3',
      'Transfer-Encoding: chunked',
      'Connection: x',
      '\0',
      'é',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), fc.boolean(), (pieces, begun) => {
        const text = `${begun ? GET : ''}${pieces.join('')}\r\n`
        const head = readRequestHead(text, false)
        if (isFault(head)) {
          expect(head.status).toBeGreaterThanOrEqual(400)
          return
        }
        expect(head.kept).not.toMatch(/(?<!\r)\n|\r(?!\n)|\0/)
        const lines = text.split('\r\n')
        for (const line of head.kept.split('\r\n')) expect(lines).toContain(line)
        expect(head.chunked && head.contentLength >= 0).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
})
