import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../kernel/fake-clock.ts'
import { seededRandom } from '../../../kernel/index.ts'
import { digest, rolledBack, tried } from '../../notice.fixture.ts'
import { say } from '../../words/index.ts'
import type { Attempt, HttpReply, HttpRequest } from '../channel.ts'
import { bodyOf } from './body.ts'
import { Config, keyOf } from './config.ts'
import { webhook } from './index.ts'
import { sign } from './sign.ts'

const KEY = Buffer.from('0123456789abcdefghijklmn')
const SECRET = `whsec_${KEY.toString('base64')}`
const config = (over: object = {}): Config =>
  Config.parse({ type: 'webhook', url: 'https://hooks.example.com/services/T0/B0', secret: SECRET, ...over })
const en = say(rolledBack, 'en')

async function sent(
  over: object = {},
  reply: Partial<HttpReply> = {},
  clock = new FakeClock(),
): Promise<{ request: HttpRequest; attempt: Attempt }> {
  const requests: HttpRequest[] = []
  const attempt = await webhook.send(config(over), en, {
    clock,
    random: seededRandom(1),
    signal: new AbortController().signal,
    http: given => {
      requests.push(given)
      return Promise.resolve({ status: 200, headers: {}, body: '', ...reply })
    },
  })
  const [request] = requests
  if (!request) throw new Error('nothing was sent')
  return { request, attempt }
}

describe('the signature', () => {
  it('is that of Standard Webhooks', () => {
    // The example of its specification.
    const key = keyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw') ?? Buffer.alloc(0)
    const signed = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', atSeconds: 1_614_265_330, body: '{"test": 2432232314}' }
    expect(sign(key, signed)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })

  it('goes with the id of the message, which every attempt has, and with its own time', async () => {
    const clock = new FakeClock(1_700_000_000_987)
    const first = await sent({}, {}, clock)
    await clock.advance(60_000)
    const second = await sent({}, {}, clock)
    expect(first.request.headers).toEqual({
      'content-type': 'application/json',
      'webhook-id': rolledBack.id,
      'webhook-timestamp': '1700000000',
      'webhook-signature': expect.stringMatching(/^v1,[\w+/]{43}=$/),
    })
    expect(second.request.headers).toMatchObject({ 'webhook-id': rolledBack.id, 'webhook-timestamp': '1700000060' })
    expect(second.request.body).toBe(first.request.body)
    const expected = createHmac('sha256', KEY)
      .update(`${rolledBack.id}.1700000060.${second.request.body}`)
      .digest('base64')
    expect(second.request.headers['webhook-signature']).toBe(`v1,${expected}`)
  })
})

describe('the body', () => {
  it('of a release has the facts as data, and the words', () => {
    expect(JSON.parse(bodyOf(en))).toEqual({
      version: 1,
      id: rolledBack.id,
      type: 'release.rolled-back',
      timestamp: '2026-11-21T03:22:00.000Z',
      data: {
        event: 'rolled-back',
        release: 'rel_7',
        service: 'order',
        version: 'v3',
        previous: 'v2',
        actor: 'hub',
        reason: rolledBack.reason,
        why: rolledBack.why,
        cost: rolledBack.cost,
        url: rolledBack.url,
      },
      message: {
        language: 'en',
        tone: 'bad',
        title: 'order: v3 taken back',
        paragraphs: en.paragraphs,
        facts: en.facts,
        link: { label: 'Open the release', url: rolledBack.url },
      },
    })
  })

  it('of a test says who asked for it', () => {
    expect(JSON.parse(bodyOf(say(tried, 'zh')))).toMatchObject({
      type: 'test',
      data: { actor: 'user/li', receiver: 'ops' },
      message: { title: '测试：通道可用' },
    })
  })

  it('of a digest has each as it would have been sent alone', () => {
    const { type, data } = JSON.parse(bodyOf(say(digest, 'en')))
    expect(type).toBe('digest')
    expect(data.notices[1]).toEqual({
      id: rolledBack.id,
      type: 'release.rolled-back',
      timestamp: '2026-11-21T03:22:00.000Z',
      data: JSON.parse(bodyOf(en)).data,
    })
  })
})

describe('an answer', () => {
  it.each([200, 201, 202, 204])('of %d took it, whatever it says', async status => {
    expect((await sent({}, { status, body: '{"error":"x"}' })).attempt.delivery).toEqual({ ok: true })
  })

  it.each([
    [410, {}, { retry: 'never', reason: expect.stringContaining('wants no more messages') }],
    [400, {}, { retry: 'now' }],
    [401, {}, { retry: 'now' }],
    [404, {}, { retry: 'now' }],
    [307, {}, { retry: 'now' }],
    [500, {}, { retry: 'now' }],
    [429, { 'retry-after': '120' }, { retry: 'later', afterMs: 120_000 }],
    [503, { 'retry-after': 'Tue, 14 Nov 2023 22:14:20 GMT' }, { retry: 'later', afterMs: 60_000 }],
  ])('of %d with %j did not', async (status, headers, delivery) => {
    expect((await sent({}, { status, headers })).attempt.delivery).toMatchObject({ ok: false, ...delivery })
  })
})

describe('an address', () => {
  it.each([
    ['https://hooks.example.com/services/T0/B0', 'https://hooks.example.com/[secret]'],
    ['https://hooks.example.com/?token=x', 'https://hooks.example.com/[secret]'],
    ['https://hooks.example.com', 'https://hooks.example.com/'],
  ])('is shown by its host alone: %s', async (url, shown) => {
    const { request, attempt } = await sent({ url })
    expect(request.url).toBe(url)
    expect(attempt.request.url).toBe(shown)
  })

  it('leaves short words of it alone where they stand in the message', async () => {
    const { attempt } = await sent({ url: 'https://hooks.example.com/order' })
    expect(attempt.request.body).toContain('order: v3 taken back')
  })
})

describe('headers', () => {
  it('go along, but do not replace those of the signature', async () => {
    const { request } = await sent({ headers: { Authorization: 'Bearer abcdefgh' } })
    expect(request.headers).toMatchObject({ authorization: 'Bearer abcdefgh', 'webhook-id': rolledBack.id })
  })

  it('are not shown where they are repeated', async () => {
    const { attempt } = await sent(
      { headers: { Authorization: 'Bearer abcdefgh' } },
      { status: 400, body: 'Bearer abcdefgh?' },
    )
    expect(attempt.reply?.body).toBe('[secret]?')
  })
})

describe('the configuration', () => {
  it.each([
    [{ url: 'hooks.example.com' }, 'url', 'expected an address'],
    [{ url: 'ftp://hooks.example.com' }, 'url', 'expected an address'],
    [{ url: 'https://li:pass@hooks.example.com' }, 'url', 'without a password'],
    [{ secret: 'password' }, 'secret', 'whsec_'],
    [{ secret: 'whsec_c2hvcnQ=' }, 'secret', '24 to 64 bytes'],
    [{ secret: `whsec_${'a'.repeat(33)}` }, 'secret', 'whsec_'],
    [{ headers: { 'webhook-id': 'x' } }, 'headers.webhook-id', ''],
    [{ headers: { Host: 'x' } }, 'headers.Host', ''],
    [{ headers: { 'a b': 'x' } }, 'headers.a b', ''],
    [{ headers: { 'x-a': 'x\r\ny: z' } }, 'headers.x-a', 'one line'],
    [{ format: 'card' }, '', 'Unrecognized key'],
  ])('refuses %j', (over, path, message) => {
    const read = Config.safeParse({ type: 'webhook', url: 'https://a.example', secret: SECRET, ...over })
    const [issue] = read.error?.issues ?? []
    expect(issue?.path.join('.')).toBe(path)
    expect(issue?.message).toContain(message)
  })

  it('shows no secret when it is printed', () => {
    expect(JSON.stringify(config({ headers: { a: 'hidden-too' } }))).not.toMatch(/hooks|whsec|hidden-too/)
  })

  it('has no pace of its own', () => {
    expect(webhook.pace(config()).limits).toEqual([])
  })
})
