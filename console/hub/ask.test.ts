import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { texts, wordsIn } from '../language/language.tsx'
import { ask, HubUnreachable, isPassing, Refused, search } from './ask.ts'
import { faultAt, troubleWords } from './trouble.tsx'

/** A browser asks its own origin; here that is a real server. */
describe('asking the hub', () => {
  let server: Server
  let answer: { status: number; body: string; retryAfter?: string | undefined }
  let asked: { request: IncomingMessage; body: string }[]

  beforeEach(async () => {
    asked = []
    server = createServer((request, response) => {
      void text(request).then(sent => {
        asked.push({ request, body: sent })
        const { status, body, retryAfter } = answer
        response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end(body)
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
    ['7', 7_000],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    ['-1', undefined],
    [undefined, undefined],
  ])('tells when to try again, where the hub says so: %s', async (said, retryAfterMs) => {
    answer = { status: 429, body: '{"error":{"code":"throttled","message":"m"}}', retryAfter: said }
    await expect(ask({ path: '/x' })).rejects.toMatchObject({ code: 'throttled', retryAfterMs })
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
  const zh = wordsIn(texts(), 'zh')
  const en = wordsIn(texts(), 'en')
  const refused = (status: number, code: string, more: { message?: string; hint?: string; field?: string } = {}) =>
    new Refused(status, { code, message: 'm', ...more })

  it('says what it means first, and the hub’s own words after that', () => {
    const held = refused(409, 'conflict', { message: 'it is held', hint: 'resume it' })
    expect(troubleWords(held, zh)).toEqual({ title: '与当前状态不符。', more: ['it is held', 'resume it'] })
  })

  it('says the hub’s own words in Chinese where they are known', () => {
    const last = {
      message: 'ada is the last administrator who can sign in',
      hint: 'Make somebody else an administrator first.',
    }
    expect(troubleWords(refused(409, 'conflict', last), zh).more).toEqual([
      'ada 是最后一个能登录的管理员',
      '请先把另一个人设为管理员。',
    ])
    expect(troubleWords(refused(409, 'conflict', last), en).more).toEqual(Object.values(last))
  })

  it.each([
    [429, 'throttled', '尝试次数太多，请稍候。'],
    [429, 'anything', '尝试次数太多，请稍候。'],
    [403, 'forbidden', '你没有权限这样做。'],
    [418, 'teapot', '服务端拒绝了。'],
  ])('knows %i %s', (status, code, title) => {
    expect(troubleWords(refused(status, code), zh).title).toBe(title)
  })

  it('tells of an order whose answer was lost whether it may be given again', () => {
    const lost = new HubUnreachable('x')
    expect(troubleWords(lost, zh, 'order').more.join('')).toContain('只会执行一次')
    expect(troubleWords(lost, zh, 'secret').more.join('')).toContain('只显示一次')
    expect(troubleWords(lost, zh).more.join('')).not.toContain('执行')
  })

  it('stands at the field that it is about, as whole sentences, and at no other', () => {
    const short = refused(400, 'invalid_input', {
      message: 'this password cannot be used: it has fewer than 10 characters',
      hint: 'Take several words that do not belong together, or let a password manager make one.',
      field: 'next',
    })
    expect(faultAt('next', short, en)).toBe(
      'This password cannot be used: it has fewer than 10 characters. Take several words that do not belong together, or let a password manager make one.',
    )
    expect(faultAt('next', short, zh)).toBe(
      '这个密码不能使用：少于 10 个字符。请用几个互不相关的词，或由密码管理器生成。',
    )
    expect(faultAt('present', short, en)).toBeUndefined()
    expect(faultAt('next', new HubUnreachable('x'), en)).toBeUndefined()
  })
})
