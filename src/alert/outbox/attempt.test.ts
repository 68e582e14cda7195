import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { FakeClock } from '../../kernel/fake-clock.ts'
import { secretOf } from '../../kernel/index.ts'
import type { Attempt, Channel } from '../channels/channel.ts'
import type { Message } from '../notice.ts'
import { say } from '../words/index.ts'
import { attempt, WITHIN_MS } from './attempt.ts'

const write = (): Message => say({ kind: 'test', id: 'ntc_1', atMs: 0, actor: 'user/li', receiver: 'ops' }, 'en')

function prepare(send: (signal: AbortSignal) => Promise<Attempt>, config: object = {}) {
  const clock = new FakeClock()
  const stop = new AbortController()
  const complaints: unknown[] = []
  const channel: Channel = {
    type: 'scripted',
    Config: z.unknown(),
    pace: () => ({ destination: 'ops', limits: [] }),
    send: (_config, _message, { signal }) => send(signal),
  }
  const world = { clock, random: () => 0, http: () => Promise.reject(new Error('not used')), signal: stop.signal }
  const made = attempt(channel, config, write, world, (...complaint) => complaints.push(complaint))
  return { clock, stop, complaints, made }
}

describe('an attempt', () => {
  it('shows no secret of its channel, also where the destination repeats it', async () => {
    const { made } = prepare(
      async () => ({
        request: { url: 'https://robot/?t=tok-12345', body: 'a'.repeat(20_000) },
        reply: { status: 400, body: 'bad token tok-12345' },
        delivery: { ok: false, retry: 'never', reason: 'bad token tok-12345' },
      }),
      { token: secretOf('tok-12345') },
    )
    const { request, reply, delivery } = await made
    expect(request.url).toBe('https://robot/?t=[secret]')
    expect(request.body).toHaveLength(16_384)
    expect(reply?.body).toBe('bad token [secret]')
    expect(delivery).toMatchObject({ reason: 'bad token [secret]' })
  })

  it('of a channel that throws has failed, and may be made again; somebody is told of the bug', async () => {
    const { made, complaints } = prepare(() => Promise.reject(new TypeError('no such field')))
    expect((await made).delivery).toEqual({ ok: false, retry: 'now', reason: 'no such field' })
    expect(complaints).toHaveLength(1)
  })

  it('of a channel that hangs ends by itself, whether or not the channel hears of it', async () => {
    const { made, clock, complaints } = prepare(() => new Promise(() => {}))
    await clock.advance(WITHIN_MS)
    expect((await made).delivery).toEqual({ ok: false, retry: 'now', reason: 'no answer within 15 s' })
    expect(complaints).toEqual([])
  })

  it('rejects when the duty ends, for then nobody knows what came of it', async () => {
    const { made, stop } = prepare(
      signal => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    )
    stop.abort(new Error('the duty has passed on'))
    await expect(made).rejects.toThrow('the duty has passed on')
  })
})
