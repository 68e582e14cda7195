import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Cleanup, memoryLog } from '../shop.fixture.ts'
import { Metrics } from './metrics.ts'
import { Problem } from './problem.ts'
import { type Handler, type Ready, startServer } from './server.ts'

const cleanup = new Cleanup()
afterEach(() => cleanup.run())

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

async function start(routes: Record<string, Handler>, readiness: () => Ready = () => ({ ready: true, checks: {} })) {
  const { log, lines } = memoryLog()
  const metrics = new Metrics()
  const options = { service: 'test', version: 'v1', host: '127.0.0.1', port: 0, log, metrics, routes, readiness }
  const server = await startServer(options)
  cleanup.later(() => server.drain(0))
  return { server, lines, metrics, url: `http://127.0.0.1:${server.port}` }
}

const echo: Handler = ({ body }) => ({ status: 200, body: { body: body ?? null } })

describe('a server', () => {
  it.each([
    ['{"a":1}', 'application/json', 200, '{"body":{"a":1}}'],
    ['', 'text/plain', 200, '{"body":null}'],
    ['{"a"', 'application/json; charset=utf-8', 400, 'bad-json'],
    ['a=1', 'application/x-www-form-urlencoded', 415, 'not-json'],
    ['{}', 'application/jsonp', 415, 'not-json'],
    [JSON.stringify('x'.repeat(20_000)), 'application/json', 413, 'too-large'],
  ])('answers the body %j of type %s with %d', async (body, type, status, expected) => {
    const { url } = await start({ 'POST /echo': echo })
    const response = await fetch(`${url}/echo`, { method: 'POST', body, headers: { 'content-type': type } })
    expect(response.status).toBe(status)
    expect(await response.text()).toContain(expected)
  })

  it('answers what a handler throws: a problem as it says, a bug as 500 without its inside, which is logged', async () => {
    const { url, lines } = await start({
      'GET /problem': () => {
        throw new Problem(409, 'sold-out', 'all gone', { sku: 'mug' })
      },
      'GET /bug': () => Promise.reject(new TypeError('secret detail')),
    })
    const problem = await fetch(`${url}/problem`)
    expect([problem.status, await problem.json()]).toEqual([
      409,
      { error: { code: 'sold-out', message: 'all gone', sku: 'mug' } },
    ])
    const bug = await fetch(`${url}/bug`, {
      headers: { traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, 'x-user-id': 'ada' },
    })
    expect(bug.status).toBe(500)
    expect(await bug.text()).not.toContain('secret')
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        trace_id: TRACE,
        user_id: 'ada',
        error: expect.objectContaining({ message: 'secret detail' }) as unknown,
      }),
    )
  })

  it('tells what is not there and what is not allowed', async () => {
    const { url } = await start({ 'GET /a': echo, 'POST /a': echo })
    expect((await fetch(`${url}/b`)).status).toBe(404)
    const wrong = await fetch(`${url}/a`, { method: 'DELETE' })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST'])
  })

  it('counts requests by route, not by path, so that ids make no series', async () => {
    const { url } = await start({ 'GET /orders/:id': echo })
    for (const id of ['a', 'b', 'c']) await fetch(`${url}/orders/${id}`)
    await fetch(`${url}/wp-login.php`)
    await fetch(`${url}/orders/a`, { method: 'PURGE' })
    const text = await (await fetch(`${url}/metrics`)).text()
    expect(text.split('\n').filter(line => line.startsWith('http_requests_total'))).toEqual([
      'http_requests_total{method="GET",route="/orders/:id",status="200"} 3',
      'http_requests_total{method="other",route="unknown",status="404"} 1',
      'http_requests_total{method="other",route="/orders/:id",status="405"} 1',
    ])
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/orders/:id"} 3')
  })

  it('serves metrics as text that a scraper knows', async () => {
    const { url } = await start({})
    const response = await fetch(`${url}/metrics`)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  })

  it('is alive whatever happens, and ready when it says so', async () => {
    let ready = false
    const { url } = await start({}, () => ({ ready, checks: { database: ready ? 'ok' : 'disk full' } }))
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    const unready = await fetch(`${url}/readyz`)
    expect([unready.status, await unready.json()]).toMatchObject([
      503,
      { ready: false, checks: { database: 'disk full' } },
    ])
    ready = true
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
  })

  it('finishes what is in flight when it drains, and takes nothing new', async () => {
    let finish = () => {}
    let begun = () => {}
    const beginning = new Promise<void>(resolve => {
      begun = resolve
    })
    const { server, url } = await start({
      'GET /slow': async () => {
        begun()
        await new Promise<void>(resolve => {
          finish = resolve
        })
        return { status: 200, body: 'done' }
      },
    })
    const slow = fetch(`${url}/slow`)
    await beginning
    const drained = server.drain(60_000)
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed')
    finish()
    const response = await slow
    expect([response.status, response.headers.get('connection')]).toEqual([200, 'close'])
    expect(await drained).toBe(true)
  })

  it('cuts what does not finish in time, and says so', async () => {
    let begun = () => {}
    const beginning = new Promise<void>(resolve => {
      begun = resolve
    })
    const never: Handler = () => {
      begun()
      return new Promise(() => {})
    }
    const { server, url } = await start({ 'GET /never': never })
    const cut = expect(fetch(`${url}/never`)).rejects.toThrow('fetch failed')
    await beginning
    expect(await server.drain(1)).toBe(false)
    await cut
  })

  it('survives a client that talks nonsense or leaves in the middle', async () => {
    const { server, url } = await start({ 'POST /echo': echo })
    for (const text of ['nonsense\r\n\r\n', 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{']) {
      const socket = connect(server.port, '127.0.0.1')
      await new Promise<void>(resolve => socket.write(text, () => resolve()))
      const closed = new Promise(resolve => socket.on('close', resolve))
      socket.on('error', () => undefined)
      socket.destroy()
      await closed
    }
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })
})
