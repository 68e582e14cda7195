import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  collect,
  eventually,
  RawClient,
  share,
  startGateway,
  startInstance,
  type TestGateway,
  type TestInstance,
} from './gateway.fixture.ts'

let gateway: TestGateway
let instance: TestInstance
let port: number

beforeAll(async () => {
  instance = await startInstance(async (request, response) => {
    const body = await collect(request)
    switch (request.url?.split('?')[0]) {
      case '/empty':
        response.writeHead(204).end()
        return
      case '/unchanged':
        response.writeHead(304, { etag: '"a"' }).end()
        return
      case '/chunks':
        response.writeHead(200, { trailer: 'x-sum' })
        response.write('one')
        response.addTrailers({ 'x-sum': '6' })
        response.end('two')
        return
      case '/early-hints':
        response.writeEarlyHints({ link: '</a.css>; rel=preload' })
        response.end('late')
        return
      case '/own':
        response.writeHead(200, { connection: 'x-secret', 'x-secret': '1', 'x-served-by': 'me', 'content-length': 2 })
        response.end('ok')
        return
      case '/until-close':
        response.shouldKeepAlive = false
        response.removeHeader('transfer-encoding')
        response.socket?.end('HTTP/1.0 200 OK\r\n\r\nto the end')
        return
      default:
        response.setHeader('x-length', body.length)
        response.end(body.length > 0 ? body : `${request.method} ${request.url}`)
    }
  })
  gateway = await startGateway()
  port = gateway.port
  await gateway.put({ service: 'shop', shares: [share('v1', 100, instance.url)] })
})

afterAll(async () => {
  await gateway.stop()
  await instance.stop()
})

async function exchange(text: string, method = 'GET') {
  const client = new RawClient(port)
  const response = await client.send(text).response(method)
  client.destroy()
  return response
}

describe('a request', () => {
  it('arrives with where it came from, a trace, and nothing of the connection', async () => {
    const response = await exchange(
      'GET /a?b=c HTTP/1.1\r\nHost: shop.example:8080\r\nX-Forwarded-For: 6.6.6.6\r\nConnection: keep-alive, x-hop\r\nX-Hop: 1\r\nX-Mine: yes\r\n\r\n',
    )
    expect(response.body.toString()).toBe('GET /a?b=c')
    const headers = instance.seen.at(-1)?.headers
    expect(headers).toMatchObject({
      host: 'shop.example:8080',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'shop.example:8080',
      'x-mine': 'yes',
    })
    expect(headers?.['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    expect(headers).not.toHaveProperty('x-hop')
  })

  it('keeps the trace that it brings', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'
    await exchange(`GET / HTTP/1.1\r\nHost: a\r\ntraceparent: ${traceparent}\r\n\r\n`)
    expect(instance.seen.at(-1)?.headers['traceparent']).toBe(traceparent)
  })

  it('comes with its body, sized or in chunks', async () => {
    const sized = await exchange('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello', 'POST')
    expect(sized.body.toString()).toBe('hello')
    const chunked = await exchange(
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n',
      'POST',
    )
    expect(chunked.body.toString()).toBe('hello world')
  })

  it('is put together from single bytes', async () => {
    const client = new RawClient(port)
    client.socket.setNoDelay(true)
    const text = 'POST /slow HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'
    for (const byte of text) await new Promise(resolve => client.socket.write(byte, resolve))
    expect((await client.response()).body.toString()).toBe('abc')
    client.destroy()
  })

  it('in HTTP/1.0 is answered to the end of the connection, without chunks', async () => {
    const client = new RawClient(port)
    const answer = await client.send('GET /chunks HTTP/1.0\r\n\r\n').rest()
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(answer).toMatch(/\r\nConnection: close\r\n\r\nonetwo$/)
    expect(answer).not.toMatch(/transfer-encoding/i)
  })

  it('in HTTP/1.0 loses its connection where only the end of it ends the answer', async () => {
    const client = new RawClient(port)
    client.send('GET /chunks HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
    expect(await client.rest()).toMatch(/\r\nConnection: close\r\n\r\nonetwo$/)
  })

  it('in HTTP/1.0 may keep its connection', async () => {
    const client = new RawClient(port)
    const ask = 'GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n'
    expect((await client.send(ask).response()).headers.get('connection')).toBe('keep-alive')
    expect((await client.send(ask).response()).status).toBe(200)
    client.destroy()
  })

  it('may expect 100 Continue before it sends its body', async () => {
    const client = new RawClient(port)
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n')
    expect((await client.response()).status).toBe(100)
    expect((await client.send('ok').response()).body.toString()).toBe('ok')
    client.destroy()
  })

  it('that asks to close is answered and closed', async () => {
    const client = new RawClient(port)
    const answer = await client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n').rest()
    expect(answer).toMatch(/\r\nConnection: close\r\n\r\nGET \/$/)
  })

  it('is answered although its client has closed its side', async () => {
    const client = new RawClient(port)
    client.send('GET /half HTTP/1.1\r\nHost: a\r\n\r\n').socket.end()
    expect(await client.rest()).toMatch(/GET \/half$/)
  })

  it('may be followed by others before it is answered: the answers come in order', async () => {
    const client = new RawClient(port)
    const paths = Array.from({ length: 50 }, (_, i) => `/p${i}`)
    client.send(paths.map(path => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''))
    for (const path of paths) expect((await client.response()).body.toString()).toBe(`GET ${path}`)
    client.destroy()
  })

  it('behind a body is found where the body ends', async () => {
    const client = new RawClient(port)
    client.send(
      'POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n',
    )
    expect((await client.response()).body.toString()).toBe('hi')
    expect((await client.response()).body.toString()).toBe('GET /2')
    client.destroy()
  })

  it('for no known service is answered 404 and counted', async () => {
    await gateway.put({ service: 'shop', hosts: ['shop.example', 'a'], shares: [share('v1', 100, instance.url)] })
    const before = (await gateway.snapshot()).unrouted
    const client = new RawClient(port)
    const response = await client.send('GET / HTTP/1.1\r\nHost: other\r\n\r\n').response()
    expect(response.status).toBe(404)
    expect(response.body.toString()).toContain('no service answers at other/')
    // The request was understood, so its connection may stay.
    expect((await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n').response()).status).toBe(200)
    client.destroy()
    expect((await gateway.snapshot()).unrouted).toBe(before + 1)
  })
})

describe('a response', () => {
  it('names the version that served it, and loses what ends here', async () => {
    const { headers, body } = await exchange('GET /own HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(headers.get('x-served-by')).toBe('v1')
    expect(headers.has('x-secret')).toBe(false)
    expect(headers.has('connection')).toBe(false)
    expect(body.toString()).toBe('ok')
  })

  it.each([
    ['HEAD', '/', 200],
    ['GET', '/empty', 204],
    ['GET', '/unchanged', 304],
  ])('to %s %s has no body, and the connection goes on', async (method, path, status) => {
    const client = new RawClient(port)
    for (let i = 0; i < 2; i++) {
      const response = await client.send(`${method} ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).response(method)
      expect(response.status).toBe(status)
    }
    client.destroy()
  })

  it('in chunks passes with its trailers', async () => {
    const client = new RawClient(port)
    client.send('GET /chunks HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    const answer = await client.rest()
    expect(answer).toMatch(/\r\n0\r\nx-sum: 6\r\n\r\n$/i)
    expect(answer).toMatch(/\r\nTransfer-Encoding: chunked\r\n/)
  })

  it('may be preceded by early hints', async () => {
    const client = new RawClient(port)
    client.send('GET /early-hints HTTP/1.1\r\nHost: a\r\n\r\n')
    const hints = await client.response()
    expect([hints.status, hints.headers.get('link')]).toEqual([103, '</a.css>; rel=preload'])
    expect((await client.response()).body.toString()).toBe('late')
    client.send('GET /early-hints HTTP/1.0\r\nConnection: keep-alive\r\nHost: a\r\n\r\n')
    expect((await client.response()).status).toBe(200)
    client.destroy()
  })

  it('that ends with its connection ends ours, too', async () => {
    const answer = await new RawClient(port).send('GET /until-close HTTP/1.1\r\nHost: a\r\n\r\n').rest()
    expect(answer).toMatch(/\r\nConnection: close\r\n\r\nto the end$/)
  })
})

describe('a connection to an instance', () => {
  it('carries request after request', async () => {
    await exchange('GET /first HTTP/1.1\r\nHost: a\r\n\r\n')
    const count = () => new Promise<number>(resolve => instance.server.getConnections((_, open) => resolve(open)))
    const before = await count()
    for (let i = 0; i < 20; i++) await exchange('GET /again HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(await count()).toBe(before)
  })

  it('closes when its instance leaves the configuration', async () => {
    const leaving = await startInstance((_, response) => response.end('bye'))
    await gateway.put({ service: 'guest', hosts: ['guest'], shares: [share('v1', 100, leaving.url)] })
    expect((await exchange('GET / HTTP/1.1\r\nHost: guest\r\n\r\n')).body.toString()).toBe('bye')
    const open = () => new Promise<number>(resolve => leaving.server.getConnections((_, open) => resolve(open)))
    expect(await open()).toBe(1)
    await gateway.put({ service: 'guest', hosts: ['guest'], shares: [share('v1', 100, instance.url)] })
    await eventually(async () => (await open()) === 0)
    await gateway.ask('DELETE', '/v1/services/guest')
    await leaving.stop()
  })
})

describe('a trusted proxy', () => {
  it('is believed about the client, and added to the list', async () => {
    const trusting = await startGateway({ trustForwarded: ['127.0.0.0/8'] })
    await trusting.put({ service: 'shop', shares: [share('v1', 100, instance.url)] })
    const client = new RawClient(trusting.port)
    await client
      .send(
        'GET / HTTP/1.1\r\nHost: inner\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example\r\n\r\n',
      )
      .response()
    expect(instance.seen.at(-1)?.headers).toMatchObject({
      'x-forwarded-for': '6.6.6.6, 127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'shop.example',
    })
    client.destroy()
    await trusting.stop()
  })
})
