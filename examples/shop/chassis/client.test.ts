import { afterEach, describe, expect, it } from 'vitest'
import { Cleanup, sendJson, startNeighbour } from '../shop.fixture.ts'
import { call, createAgent, Unreachable } from './client.ts'

const cleanup = new Cleanup()
afterEach(() => cleanup.run())

function agent() {
  const made = createAgent(2)
  cleanup.later(() => made.destroy())
  return made
}

async function failureOf(answer: Promise<unknown>): Promise<Unreachable> {
  const error = await answer.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(Unreachable)
  return error as Unreachable
}

describe('a call', () => {
  it('sends JSON and headers, and gives any status as an answer', async () => {
    const url = await startNeighbour((request, response, body) => {
      sendJson(response, 418, {
        method: request.method,
        body,
        type: request.headers['content-type'],
        x: request.headers['x-a'],
      })
    }, cleanup)
    const answer = await call(agent(), {
      method: 'POST',
      url,
      headers: { 'x-a': '1' },
      body: { ä: 1 },
      timeoutMs: 5000,
    })
    expect(answer.status).toBe(418)
    expect(JSON.parse(answer.text)).toEqual({ method: 'POST', body: '{"ä":1}', type: 'application/json', x: '1' })
  })

  it('keeps connections open between requests', async () => {
    const ports = new Set<number | undefined>()
    const url = await startNeighbour((request, response) => {
      ports.add(request.socket.remotePort)
      sendJson(response, 200, {})
    }, cleanup)
    const one = agent()
    for (let i = 0; i < 5; i++) await call(one, { method: 'GET', url, timeoutMs: 5000 })
    expect(ports.size).toBe(1)
  })

  it('knows that a refused request was never sent', async () => {
    const error = await failureOf(call(agent(), { method: 'GET', url: 'http://127.0.0.1:1/', timeoutMs: 5000 }))
    expect(error).toMatchObject({ reason: 'refused', unsent: true })
  })

  it('gives up when no answer comes in time', async () => {
    const url = await startNeighbour(() => undefined, cleanup)
    const error = await failureOf(call(agent(), { method: 'GET', url, timeoutMs: 20 }))
    expect(error).toMatchObject({ reason: 'timeout', unsent: false })
    expect(error.message).toBe(`GET ${url} had no answer within 20 ms`)
  })

  it('gives up when an answer begins and does not end', async () => {
    const url = await startNeighbour((_request, response) => void response.writeHead(200).write('{'), cleanup)
    expect(await failureOf(call(agent(), { method: 'GET', url, timeoutMs: 50 }))).toMatchObject({ reason: 'timeout' })
  })

  it.each(['before', 'within'])('notices a connection that ends %s the answer', async when => {
    const url = await startNeighbour((request, response) => {
      if (when === 'within')
        response.writeHead(200, { 'content-length': 10 }).write('x', () => request.socket.destroy())
      else request.socket.destroy()
    }, cleanup)
    const error = await failureOf(call(agent(), { method: 'GET', url, timeoutMs: 5000 }))
    expect(error).toMatchObject({ reason: 'hung-up', unsent: false })
  })

  it('can be cut off, also while it waits for a connection', async () => {
    const url = await startNeighbour(() => undefined, cleanup)
    const stop = new AbortController()
    const one = agent()
    const calls = [1, 2, 3, 4].map(() => call(one, { method: 'GET', url, timeoutMs: 60_000, signal: stop.signal }))
    stop.abort()
    for (const answer of calls) expect(await failureOf(answer)).toMatchObject({ reason: 'cut' })
  })

  it('does not swallow an endless answer', async () => {
    const url = await startNeighbour((_request, response) => {
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      }
      response.on('drain', pour)
      pour()
    }, cleanup)
    expect(await failureOf(call(agent(), { method: 'GET', url, timeoutMs: 5000 }))).toMatchObject({
      reason: 'too-large',
    })
  })
})
