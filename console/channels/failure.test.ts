import { createServer } from 'node:http'
import { createServer as createPlainServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listenOn } from '../../src/alert/channels/server.fixture.ts'
import { CHANNELS, type Http, openHttp } from '../../src/alert/index.ts'
import { FakeClock } from '../../src/kernel/fake-clock.ts'
import { systemClock } from '../../src/kernel/index.ts'
import { explainFailure, explainNote } from './failure.ts'

const clock = new FakeClock()
const NAMES =
  /钉钉|HTTP|JSON|Webhook|url|endpoint|secret|keyword|accessToken|token|key|allowPrivate: true|127\.0\.0\.1:\d+|（[^）]*）/g

/** What is left in English, once names and what a provider said itself are taken out. */
const leftInEnglish = (said: string): string =>
  said
    .replace(NAMES, '')
    .replace(/[^a-z]+/gi, ' ')
    .trim()

const MESSAGE = {
  id: 'ntc_1',
  atMs: 0,
  language: 'en',
  tone: 'news',
  title: 'title',
  paragraphs: ['text'],
  facts: [],
  notice: { kind: 'test', id: 'ntc_1', atMs: 0, actor: 'user/li', receiver: 'ops' },
} as const

const CONFIGS = {
  dingtalk: { type: 'dingtalk', accessToken: 'd1ng0f4cc355' },
  wecom: { type: 'wecom', key: '693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa' },
  feishu: { type: 'feishu', token: '0f1e2d3c-1111-2222-3333-444455556666' },
  webhook: { type: 'webhook', url: 'http://127.0.0.1:9/in', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
} as const
type Type = keyof typeof CONFIGS

/** The reason that the hub's own channel gives when its provider answers so. */
async function reasonOf(type: Type, http: Http, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const channel = CHANNELS[type]
  const config = channel.Config.parse({ ...CONFIGS[type], ...more })
  const world = { clock, random: () => 0.5, http, signal: new AbortController().signal }
  const { delivery } = await channel.send(config, MESSAGE, world)
  if (delivery.ok) throw new Error('it was taken')
  return delivery.reason
}

const answers =
  (status: number, body: string): Http =>
  async () => ({ status, headers: {}, body })

const CODES: Readonly<Record<Exclude<Type, 'webhook'>, readonly number[]>> = {
  dingtalk: [
    -1, 130101, 410100, 460101, 300005, 400101, 400106, 400013, 400102, 40035, 43004, 400105, 430101, 430104, 310000,
    999999,
  ],
  wecom: [-1, 45009, 45033, 40058, 45002, 93000, 40008, 44004, 47001, 999999],
  feishu: [11232, 19001, 19002, 19021, 19022, 19024, 999999],
}

describe('why a provider refused', () => {
  const each = Object.entries(CODES).flatMap(([type, codes]) => codes.map(code => [type as Type, code] as const))
  it.each(each)('is said in Chinese: %s %i', async (type, code) => {
    const reason = await reasonOf(
      type,
      answers(200, JSON.stringify({ errcode: code, errmsg: 'own words', code, msg: 'own words' })),
    )
    const said = explainFailure(reason, 'zh')
    expect(leftInEnglish(said), reason).toBe('')
    expect(said).toContain('own words')
    expect(explainFailure(reason, 'en')).toBe(reason)
  })

  it.each([
    'keywords not in content',
    'invalid timestamp',
    'sign not match',
    'ip 203.0.113.7 not in whitelist',
    'something else',
  ])('is said in Chinese for each of DingTalk’s security settings: %s', async words => {
    const reason = await reasonOf('dingtalk', answers(200, JSON.stringify({ errcode: 310000, errmsg: words })))
    expect(leftInEnglish(explainFailure(reason, 'zh')), reason).toBe('')
  })

  it.each([
    ['dingtalk', 500, ''],
    ['dingtalk', 200, ''],
    ['feishu', 200, '<html>'],
    ['wecom', 200, 'oops'],
    ['wecom', 502, '{"errcode":0}'],
    ['webhook', 429, ''],
    ['webhook', 302, ''],
    ['webhook', 410, ''],
    ['webhook', 503, 'busy'],
  ] as const)('is said in Chinese where the answer is none of its own: %s %i %s', async (type, status, body) => {
    const reason = await reasonOf(type, answers(status, body))
    const said = explainFailure(reason, 'zh')
    expect(leftInEnglish(said.replace(/oops|<html>/, '')), reason).toBe('')
    expect(said).toContain(String(status))
  })
})

describe('why nobody answered', () => {
  let http: ReturnType<typeof openHttp>
  beforeAll(() => {
    http = openHttp({ clock: systemClock })
  })
  afterAll(() => http.close())

  /** The reason for an address on this machine. */
  const at = (url: string, allowPrivate = true) => reasonOf('webhook', http.http, { url: `${url}/in`, allowPrivate })

  it('is said in Chinese: a closed port, an address that may not be called, a stranger’s protocol, one who hangs up', async () => {
    const closing = createServer()
    const closed = await listenOn(closing)
    await new Promise(resolve => closing.close(resolve))
    const stranger = createPlainServer(socket => void socket.end('220 mail.example ESMTP\r\n'))
    const hangsUp = createServer(request => void request.socket.destroy())
    const open = [stranger, hangsUp] as const
    const [strange, hung] = [await listenOn(stranger), await listenOn(hangsUp)]
    const reasons = await Promise.all([at(closed), at(closed, false), at(strange), at(hung)])
    for (const server of open) server.close()
    expect(reasons.map(reason => explainFailure(reason, 'zh').replace(/127\.0\.0\.1:\d+/, 'X'))).toEqual([
      'X 拒绝连接',
      'X 不是公网地址，而此通道只能访问公网。如确有此意，请在通道上设置 allowPrivate: true。',
      expect.stringMatching(/^X 的回复不是 HTTP（.+）$/),
      'X 没有答完就断开了连接',
    ])
  })

  it.each([
    ['oapi.dingtalk.com is a name that nobody knows', 'oapi.dingtalk.com 这个域名不存在'],
    ['hooks.example shows a certificate that has expired', 'hooks.example的证书已过期'],
    ['hooks.example cannot be reached (EACCES)', 'hooks.example 无法连接（EACCES）'],
    ['hooks.example has not answered within 10 s', 'hooks.example 在 10 秒内没有回应'],
    ['no answer within 15 s', '15 秒内没有回应'],
    ['the hub ended during this attempt: it may have been said', '服务端在这次尝试期间停止了：消息可能已经送达'],
  ])('is said in Chinese: %s', (reason, said) => {
    expect(explainFailure(reason, 'zh')).toBe(said)
  })
})

describe('how a delivery ended', () => {
  it.each([
    ['more than 10000 notices waited', '等待中的通知超过 10000 条'],
    ['the configuration has no receiver ops any more', '配置里已没有接收者 ops'],
    ['it could not be said within 1h: its turn never came', '1 小时内没能送达：一直没有轮到'],
    ['it could not be said within 1d: the webhook answered 503', '1 天内没能送达：Webhook 接收方回复 503'],
    [
      'refused for good by ops: DingTalk refused it: it is busy (-1); audit: refused',
      '彻底被拒绝——ops：钉钉拒绝了：对方繁忙（-1）；audit：被拒绝',
    ],
    ['it rains', 'it rains'],
  ])('is said in Chinese, or as it was written: %s', (reason, said) => {
    expect(explainFailure(reason, 'zh')).toBe(said)
  })
})

describe('why it went over this channel', () => {
  const rests = (channel: string, until: string): string => `${channel} rests until ${until}`

  it.each([
    ['ops takes nothing before 2026-11-21T10:00:00Z', 'ops rests until 2026-11-21T10:00:00Z'],
    ['ops did not take it: the webhook answered 503', 'ops 没有收下：Webhook 接收方回复 503'],
    ['ops did not take it: it is not known why', 'ops 没有收下，原因不明'],
  ])('is said with the time in the reader’s own: %s', (note, said) => {
    expect(explainNote(note, 'zh', rests)).toBe(said)
  })
})
