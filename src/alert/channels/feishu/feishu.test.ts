import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../kernel/fake-clock.ts'
import { seededRandom } from '../../../kernel/index.ts'
import { digest, rolledBack } from '../../notice.fixture.ts'
import type { ReleaseEvent } from '../../notice.ts'
import { say } from '../../words/index.ts'
import type { Attempt, HttpRequest } from '../channel.ts'
import { openHttp } from '../http.ts'
import { bodyOf } from './body.ts'
import { Config } from './config.ts'
import { feishu } from './index.ts'
import { ruleOf } from './rules.ts'
import { playFeishu } from './server.fixture.ts'
import { sign } from './sign.ts'

const config = (over: object = {}): Config => Config.parse({ type: 'feishu', token: 't0ken', ...over })
const zh = say(rolledBack, 'zh')
const ending: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0)) await end()
})

/** What would be sent at 1,700,000,000.987 seconds. */
async function asked(over: object): Promise<{ request: HttpRequest | undefined; attempt: Attempt }> {
  let request: HttpRequest | undefined
  const attempt = await feishu.send(config(over), zh, {
    clock: new FakeClock(1_700_000_000_987),
    random: seededRandom(1),
    signal: new AbortController().signal,
    http: given => {
      request = given
      return Promise.resolve({ status: 200, headers: {}, body: '{"StatusCode":0,"StatusMessage":"success"}' })
    },
  })
  return { request, attempt }
}

describe('the signature', () => {
  it('is HMAC-SHA256 of nothing by time and secret', () => {
    expect(sign('SECtest', 1_700_000_000)).toBe('G7XpBpG8NgG02fJOAhX6FRAObIljmFoxVReo8I62pEk=')
  })

  it('stands in the body with its time in seconds', async () => {
    const { request, attempt } = await asked({ secret: 'SECtest' })
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      timestamp: '1700000000',
      sign: 'G7XpBpG8NgG02fJOAhX6FRAObIljmFoxVReo8I62pEk=',
    })
    expect(attempt.request.body).toContain('"sign":"[secret]"')
    expect(attempt.delivery).toEqual({ ok: true })
  })

  it('is left out where there is no secret', async () => {
    const { request } = await asked({})
    expect(Object.keys(JSON.parse(request?.body ?? ''))).toEqual(['msg_type', 'card'])
  })
})

describe('the address', () => {
  it.each([
    [{}, 'https://open.feishu.cn/open-apis/bot/v2/hook/t0ken'],
    [
      { endpoint: 'https://open.larksuite.com/open-apis/bot/v2/hook' },
      'https://open.larksuite.com/open-apis/bot/v2/hook/t0ken',
    ],
    [{ endpoint: 'https://gateway.example.com/feishu/' }, 'https://gateway.example.com/feishu/t0ken'],
  ])('with %j is %s, and shown without the token', async (over, url) => {
    const { request, attempt } = await asked(over)
    expect(request?.url).toBe(url)
    expect(attempt.request.url).toBe(url.replace('t0ken', '[secret]'))
  })
})

describe('the body', () => {
  it('is a card with the colour of what happened and a button', () => {
    expect(JSON.parse(bodyOf(zh, config()))).toEqual({
      msg_type: 'interactive',
      card: {
        config: { wide_screen_mode: true },
        header: { title: { tag: 'plain_text', content: '⛔ order：v3 已撤回' }, template: 'red' },
        elements: [
          {
            tag: 'div',
            text: {
              tag: 'plain_text',
              content: [
                '全部流量回到 v2。',
                '错误率：新版本 698 个请求中 7 个失败（1.0 %），旧版本 1,560 个中 0 个（0 %）；若新版本无害，出现这种结果的概率 < 0.9 %。',
                '版本：v2 → v3',
                '出错的请求：702 个中 7 个',
                '决定之后仍应答：4 个请求',
                '判定用时：12 秒',
                '操作者：Shipwatch（自动）',
                '时间：2026-11-21 03:22:00 UTC',
                '发布编号：rel_7',
              ].join('\n'),
            },
          },
          {
            tag: 'action',
            actions: [
              {
                tag: 'button',
                text: { tag: 'plain_text', content: '查看发布' },
                type: 'primary',
                url: 'https://ship.example.com/releases/rel_7',
              },
            ],
          },
        ],
      },
    })
  })

  it.each<[ReleaseEvent, string]>([
    ['started', 'blue'],
    ['promoted', 'green'],
    ['held', 'orange'],
    ['inconclusive', 'orange'],
    ['failed', 'red'],
  ])('of %s is %s', (event, template) => {
    expect(JSON.parse(bodyOf(say({ ...rolledBack, event }, 'en'), config()))).toMatchObject({
      card: { header: { template } },
    })
  })

  it('mentions people in a card and in a text', () => {
    const at = { userIds: ['ou_18eac85d35a26f989317ad4f02e8bbbb'], all: true }
    expect(JSON.parse(bodyOf(zh, config({ at }))).card.elements[1].text).toEqual({
      tag: 'lark_md',
      content: '<at id=ou_18eac85d35a26f989317ad4f02e8bbbb></at> <at id=all></at>',
    })
    expect(JSON.parse(bodyOf(zh, config({ at, format: 'text' }))).content.text).toMatch(
      /\n查看发布：https:\S+\n<at user_id="ou_18eac85d35a26f989317ad4f02e8bbbb"><\/at> <at user_id="all"><\/at>$/,
    )
    expect(bodyOf(say({ ...rolledBack, event: 'promoted' }, 'zh'), config({ at }))).not.toContain('<at')
  })

  it('is plain text where that is asked for', () => {
    const body = JSON.parse(bodyOf(zh, config({ format: 'text' })))
    expect(body.msg_type).toBe('text')
    expect(body.content.text).toMatch(/^⛔ order：v3 已撤回\n全部流量回到 v2。\n/)
  })

  it('has the keyword, once', () => {
    expect(bodyOf(zh, config({ keyword: '发布系统' }))).toContain('\\n发布系统')
    expect(bodyOf(zh, config({ keyword: '已撤回' })).split('已撤回')).toHaveLength(2)
  })

  it.each(['card', 'text'])('as %s says that it was cut', format => {
    const many = say({ ...digest, notices: Array.from({ length: 600 }, () => rolledBack) }, 'zh')
    const body = bodyOf(many, config({ format }))
    expect(Buffer.byteLength(body)).toBeGreaterThan(19_800)
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000)
    expect(body).toContain('\\n（内容过长，已截断）')
  })
})

describe('a code', () => {
  it.each([
    [11232, 'frequency limited', 'later', /100 messages/],
    [9499, 'too many request', 'later', /100 messages/],
    [9499, 'Bad Request', 'never', /cannot read/],
    [19001, 'param invalid: incoming webhook access token invalid', 'never', /copy token/],
    [19002, 'params error, msg_type need', 'never', /cannot read/],
    [19021, 'sign match fail or timestamp is not within one hour from current time', 'never', /copy secret/],
    [19022, 'Ip Not Allowed', 'never', /this address/],
    [19024, 'Key Words Not Found', 'never', /set keyword/],
  ])('of %d “%s” is tried again %s', (code, message, retry, means) => {
    expect(ruleOf({ code, message })).toMatchObject({ retry, means: expect.stringMatching(means) })
  })

  it('that is not known has no rule', () => {
    expect(ruleOf({ code: 55001, message: 'server internal error' })).toBeUndefined()
  })
})

describe('a robot', () => {
  it.each([
    ['takes what has its keyword', {}, 0, { ok: true }],
    [
      'refuses what lacks it',
      { keyword: undefined },
      0,
      { ok: false, retry: 'never', reason: expect.stringContaining('set keyword') },
    ],
    [
      'refuses an old signature',
      {},
      2 * 3_600_000,
      { ok: false, retry: 'never', reason: expect.stringContaining('clock') },
    ],
  ])('%s', async (_, over, jump, delivery) => {
    const clock = new FakeClock()
    const provider = await playFeishu(clock, { keyword: '发布系统' })
    const ours = new FakeClock(clock.now() + jump)
    const { http, close } = openHttp({ clock: ours })
    ending.push(close, provider.close)
    const world = { clock: ours, random: seededRandom(1), http, signal: new AbortController().signal }
    const attempt = await feishu.send(Config.parse({ ...provider.config, ...over }), zh, world)
    expect(attempt.delivery).toMatchObject(delivery)
  })
})

describe('the configuration', () => {
  it('lets 5 a second and 100 a minute through', () => {
    expect(feishu.pace(config()).limits).toEqual([
      { most: 5, withinMs: 1_000 },
      { most: 100, withinMs: 60_000 },
    ])
  })

  it.each([
    [{ token: 'https://open.feishu.cn/open-apis/bot/v2/hook/x' }, 'what follows /hook/'],
    [{ at: { userIds: ['a b'] } }, 'expected an open_id'],
    [{ format: 'post' }, 'Invalid option'],
  ])('refuses %j', (over, message) => {
    const read = Config.safeParse({ type: 'feishu', token: 't', ...over })
    expect(read.error?.issues.map(issue => issue.message).join()).toContain(message)
  })
})
