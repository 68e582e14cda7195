import { describe, expect, it } from 'vitest'
import { isFault } from './fields.ts'
import { type ResponseHead, readResponseHead } from './response-head.ts'

function read(text: string): ResponseHead {
  const head = readResponseHead(text)
  if (isFault(head)) throw new Error(head.reason)
  return head
}

const OK = 'HTTP/1.1 200 OK\r\n'

describe('a response head', () => {
  it('is understood whole', () => {
    const head = read(
      'HTTP/1.1 201 Très bien\r\nContent-Length: 3\r\nKeep-Alive: timeout=5, max=100\r\nConnection: keep-alive, x-own\r\nX-Own: 1\r\nX-Served-By: me\r\nETag: "a"\r\n',
    )
    expect(head).toMatchObject({
      status: 201,
      statusText: '201 Très bien',
      contentLength: 3,
      keepAlive: true,
      keepAliveMs: 5_000,
      kept: 'ETag: "a"\r\n',
    })
  })

  it.each<[string, string]>([
    ['no status', 'HTTP/1.1 OK\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n'],
    ['a status of 600', 'HTTP/1.1 600 No\r\n'],
    ['another protocol', 'ICY 200 OK\r\n'],
    ['HTTP/2', 'HTTP/2.0 200 OK\r\n'],
    ['two lengths', `${OK}Content-Length: 1\r\nContent-Length: 1\r\n`],
    ['a length and an encoding', `${OK}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n`],
    ['an unknown encoding', `${OK}Transfer-Encoding: gzip\r\n`],
    ['a folded header', `${OK}X: a\r\n b\r\n`],
    ['a bare LF', `${OK}X: a\nY: b\r\n`],
    ['a control character in the reason', 'HTTP/1.1 200 O\x01K\r\n'],
  ])('with %s is refused', (_, text) => {
    expect(isFault(readResponseHead(text))).toBe(true)
  })

  it.each<[string, string, Partial<ResponseHead>]>([
    ['an instance that closes', `${OK}Connection: close\r\n`, { keepAlive: false }],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n', { keepAlive: false }],
    ['a missing reason', 'HTTP/1.1 200\r\n', { status: 200, statusText: '200' }],
    ['an event stream', `${OK}Content-Type: text/event-stream; charset=utf-8\r\n`, { eventStream: true }],
    ['another type', `${OK}Content-Type: text/event-streams\r\n`, { eventStream: false }],
    ['a public page', `${OK}Cache-Control: public, max-age=5\r\n`, { shareable: true }],
    ['a page for shared caches', `${OK}cache-control: max-age=0, S-Maxage=5\r\n`, { shareable: true }],
    ['a private page', `${OK}Cache-Control: private, max-age=5\r\n`, { shareable: false }],
  ])('tells %s', (_, text, expected) => {
    expect(read(text)).toMatchObject(expected)
  })
})
