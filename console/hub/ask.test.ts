import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { texts, wordsIn } from '../language/language.tsx'
import { ask, HubUnreachable, isPassing, Refused, search } from './ask.ts'
import { troubleWords } from './trouble.tsx'

/** A browser asks its own origin; here that is a real server. */
describe('asking the hub', () => {
  let server: Server
  let answer: { status: number; body: string }
  let asked: { request: IncomingMessage; body: string }[]

  beforeEach(async () => {
    asked = []
    server = createServer((request, response) => {
      void text(request).then(body => {
        asked.push({ request, body })
        response.writeHead(answer.status).end(answer.body)
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const real = fetch
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => real(`${origin}${path}`, init))
  })
  afterEach(async () => {
    vi.unstubAllGlobals()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  it('gives what was answered, and nothing for an empty answer', async () => {
    answer = { status: 200, body: '{"a":1}' }
    expect(await ask({ path: '/status', query: { service: 'order', kind: undefined } })).toEqual({ a: 1 })
    expect(asked[0]?.request.url).toBe('/api/v1/status?service=order')
    answer = { status: 204, body: '' }
    expect(await ask({ method: 'DELETE', path: '/session' })).toBeUndefined()
  })

  it('gives each order a key, or the one that it is told', async () => {
    answer = { status: 200, body: '{}' }
    await ask({ method: 'POST', path: '/x', body: { note: 'n' } })
    await ask({ method: 'POST', path: '/x', body: { note: 'n' }, key: 'mine' })
    await ask({ path: '/x' })
    const keys = asked.map(({ request }) => request.headers['idempotency-key'])
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{32,36}$/), 'mine', undefined])
    expect(asked[0]?.body).toBe('{"note":"n"}')
  })

  it('tells a refusal with its code, field and hint', async () => {
    answer = { status: 409, body: '{"error":{"code":"conflict","message":"it is held","field":"f","hint":"h"}}' }
    const refused = await ask({ path: '/x' }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Refused)
    expect(refused).toMatchObject({ status: 409, code: 'conflict', message: 'it is held', field: 'f', hint: 'h' })
    expect(isPassing(refused)).toBe(false)
  })

  it.each([
    ['a page of a proxy', { status: 502, body: '<html>' }],
    ['JSON of something else', { status: 500, body: '{"oops":true}' }],
    ['a page where JSON should be', { status: 200, body: '<html>' }],
  ])('takes %s for no hub', async (_, said) => {
    answer = said
    const lost = await ask({ path: '/x' }).catch((error: unknown) => error)
    expect(lost).toBeInstanceOf(HubUnreachable)
    expect(isPassing(lost)).toBe(true)
  })

  it('takes silence for no hub, and its own giving up for what it is', async () => {
    server.close()
    server.closeAllConnections()
    server.removeAllListeners('request').on('request', (request: IncomingMessage) => request.socket.destroy())
    server.listen(0)
    await once(server, 'listening')
    await expect(ask({ path: '/x' })).rejects.toBeInstanceOf(HubUnreachable)
    await expect(ask({ path: '/x', signal: AbortSignal.abort(new Error('left the page')) })).rejects.toThrow('left')
  })

  it('leaves empty filters out of the question', () => {
    expect(search({})).toBe('')
    expect(search({ service: '', actor: 'user/li', limit: 5 })).toBe('?actor=user%2Fli&limit=5')
  })
})

describe('trouble in words', () => {
  const { say } = wordsIn(texts(), 'zh')

  it('says what it means first, and the hub’s own words after that', () => {
    const refused = new Refused(409, { code: 'conflict', message: 'it is held', hint: 'resume it' })
    expect(troubleWords(refused, say)).toEqual({ title: '与当前状态不符。', more: ['it is held', 'resume it'] })
  })

  it('knows being too fast, and codes that it does not know', () => {
    const said = (status: number, code: string) => troubleWords(new Refused(status, { code, message: 'm' }), say).title
    expect(said(429, 'denied')).toBe('尝试次数太多，请稍候。')
    expect(said(418, 'teapot')).toBe('服务端拒绝了。')
  })

  it('tells of an order whose answer was lost that it may be given again', () => {
    expect(troubleWords(new HubUnreachable('x'), say, true).more.join('')).toContain('只会执行一次')
    expect(troubleWords(new HubUnreachable('x'), say).more.join('')).not.toContain('执行')
  })
})
