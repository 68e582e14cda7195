import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { ORDER_STATES } from '../order/state.ts'
import { Cleanup, memoryLog, sendJson, settingsFrom, startNeighbour } from '../shop.fixture.ts'
import { readStorefrontSettings, startStorefront } from './start.ts'

const cleanup = new Cleanup()
afterEach(() => cleanup.run())

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

async function start(ORDER_URL: string, env: Record<string, string> = {}): Promise<string> {
  const running = await startStorefront(settingsFrom(readStorefrontSettings, { ORDER_URL, ...env }), memoryLog().log)
  cleanup.later(() => running.stop())
  return `http://127.0.0.1:${running.port}`
}

/** An order service that answers with what it was asked. */
async function startMirror(): Promise<string> {
  return startNeighbour((request, response, body) => {
    response.setHeader('x-served-by', 'order v2')
    response.setHeader('x-secret', 'inside')
    sendJson(response, 202, { method: request.method, url: request.url, headers: request.headers, body })
  }, cleanup)
}

interface Mirrored {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
}

describe('the storefront', () => {
  it('hands a checkout on with who, where, which trace and which key, and hands the answer back', async () => {
    const url = await start(`${await startMirror()}/shop`)
    const response = await fetch(`${url}/api/orders`, {
      method: 'POST',
      body: JSON.stringify({ card: 'card-visa' }),
      headers: {
        'content-type': 'application/json',
        'x-user-id': 'ada',
        'x-market': 'us',
        'idempotency-key': 'k',
        'x-served-by': 'forged',
        traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
      },
    })
    const mirrored = (await response.json()) as Mirrored
    expect(mirrored).toMatchObject({
      method: 'POST',
      url: '/shop/orders',
      body: '{"card":"card-visa"}',
      headers: { 'x-user-id': 'ada', 'x-market': 'us', 'idempotency-key': 'k' },
    })
    expect(mirrored.headers['traceparent']).toMatch(new RegExp(`^00-${TRACE}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`))
    expect(mirrored.headers).not.toHaveProperty('x-served-by')
    expect(response.status).toBe(202)
    expect(response.headers.get('x-served-by')).toBe('order v2')
    expect(response.headers.get('x-secret')).toBeNull()
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it.each([
    ['GET', '/products?market=x'],
    ['GET', '/products/mug'],
    ['GET', '/cart'],
    ['PUT', '/cart/lines/mug'],
    ['GET', '/orders'],
    ['GET', '/orders/o1'],
  ])('hands on %s %s', async (method, path) => {
    const url = await start(await startMirror())
    const mirrored = (await (await fetch(`${url}/api${path}`, { method })).json()) as Mirrored
    expect([mirrored.method, mirrored.url]).toEqual([method, path])
  })

  it('hands nothing else on: the warehouse is not for the public', async () => {
    const url = await start(await startMirror())
    expect((await fetch(`${url}/api/products/mug/restock`, { method: 'POST' })).status).toBe(404)
    expect((await fetch(`${url}/api/metrics`)).status).toBe(404)
  })

  it('gives a newcomer a cookie, and knows them by it after', async () => {
    const url = await start(await startMirror())
    const first = await fetch(`${url}/api/cart`)
    const cookie = first.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^uid=u_\w+; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/)
    const [pair = ''] = cookie.split(';')
    const second = await fetch(`${url}/api/cart`, { headers: { cookie: `a=b; ${pair}` } })
    expect(second.headers.get('set-cookie')).toBeNull()
    expect(((await second.json()) as Mirrored).headers['x-user-id']).toBe(pair.slice('uid='.length))
  })

  it('replaces an id that can’t be one', async () => {
    const url = await start(await startMirror())
    const response = await fetch(`${url}/api/cart`, { headers: { cookie: 'uid=a%20b', 'x-user-id': '<script>' } })
    expect(response.headers.get('set-cookie')).toMatch(/^uid=u_/)
  })

  it.each([
    ['refuses', 'http://127.0.0.1:1', 503, 'order-unreachable', '1'],
    ['is silent', undefined, 504, 'order-timeout', null],
  ])('says so when the order service %s, and stays ready', async (_, orderUrl, status, code, retryAfter) => {
    const silent = orderUrl ?? (await startNeighbour(() => undefined, cleanup))
    const url = await start(silent, { ORDER_TIMEOUT_MS: '50' })
    const response = await fetch(`${url}/api/products`)
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, retryAfter])
    expect(await response.json()).toMatchObject({ error: { code } })
    const ready = await fetch(`${url}/readyz`)
    expect([ready.status, await ready.json()]).toMatchObject([200, { checks: { order: 'unreachable' } }])
  })

  it('tries once more when a connection breaks, and not for ever', async () => {
    let asked = 0
    const flaky = await startNeighbour((request, response) => {
      if (++asked % 2 === 1 || asked > 2) request.socket.destroy()
      else sendJson(response, 200, {})
    }, cleanup)
    const url = await start(flaky)
    expect((await fetch(`${url}/api/cart`)).status).toBe(200)
    expect(asked).toBe(2)
    expect((await fetch(`${url}/api/cart`)).status).toBe(503)
    expect(asked).toBe(4)
  })
})

describe('the page', () => {
  it('comes whole, with its type, and says 304 to who has it', async () => {
    const url = await start('http://127.0.0.1:1')
    const types: Record<string, string> = {}
    for (const name of readdirSync(new URL('page', import.meta.url))) {
      const response = await fetch(`${url}/${name === 'index.html' ? '' : name}`)
      types[name] = response.headers.get('content-type') ?? ''
      expect(await response.text()).toBe(readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8'))
      expect(response.headers.get('content-security-policy')).toContain("default-src 'self'")
      const again = await fetch(response.url, { headers: { 'if-none-match': response.headers.get('etag') ?? '' } })
      expect(again.status).toBe(304)
    }
    expect(types).toEqual({
      'index.html': 'text/html; charset=utf-8',
      'pictures.svg': 'image/svg+xml',
      'shop.css': 'text/css; charset=utf-8',
      'shop.js': 'text/javascript; charset=utf-8',
      'texts.json': 'application/json; charset=utf-8',
    })
  })

  it('says everything in both languages', () => {
    const read = (name: string) => readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8')
    const texts = JSON.parse(read('texts.json')) as Record<'en' | 'zh', Record<string, string>>
    expect(Object.keys(texts.zh)).toEqual(Object.keys(texts.en))
    const blanks = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([blank]) => blank).toSorted()
    for (const [key, text] of Object.entries(texts.en)) expect(blanks(texts.zh[key] ?? '')).toEqual(blanks(text))
    const wanted = [
      ...[...read('index.html').matchAll(/data-text="([^"]+)"/g)].map(([, key]) => key),
      ...[...read('shop.js').matchAll(/say\('([^']+)'/g)].map(([, key]) => key),
      ...ORDER_STATES.map(state => `state.${state}`),
      ...[
        'paid',
        'card-declined',
        'payment-unreachable',
        'order-expired',
        'out-of-stock',
        'total-changed',
        'trouble',
      ].map(code => `said.${code}`),
    ]
    expect(wanted.filter(key => !Object.hasOwn(texts.en, key ?? ''))).toEqual([])
  })

  it('asks for no picture that there is not', () => {
    const page = readFileSync(new URL('page/index.html', import.meta.url), 'utf8')
    const pictures = readFileSync(new URL('page/pictures.svg', import.meta.url), 'utf8')
    const asked = [...page.matchAll(/pictures\.svg#(\w+)/g)].map(([, id]) => id)
    expect(asked).not.toHaveLength(0)
    for (const id of asked) expect(pictures).toContain(`id="${id}"`)
  })
})
