import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../kernel/fake-clock.ts'
import { seededRandom } from '../../../kernel/index.ts'
import { digest, rolledBack } from '../../notice.fixture.ts'
import { say } from '../../words/index.ts'
import { openHttp } from '../http.ts'
import { bodyOf } from './body.ts'
import { Config } from './config.ts'
import { dingtalk } from './index.ts'
import { ruleOf } from './rules.ts'
import { playDingtalk } from './server.fixture.ts'
import { sign } from './sign.ts'

const config = (over: object = {}): Config => Config.parse({ type: 'dingtalk', accessToken: 't0ken', ...over })
const zh = say(rolledBack, 'zh')
const ending: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0)) await end()
})

describe('the signature', () => {
  it('is HMAC-SHA256 of time and secret by the secret', () => {
    expect(sign('SECtest', 1_700_000_000_000)).toBe('aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g=')
  })
})

describe('the body', () => {
  it('is a card with a button where there is a link', () => {
    expect(JSON.parse(bodyOf(zh, config()))).toEqual({
      msgtype: 'actionCard',
      actionCard: {
        title: '⛔ order：v3 已撤回',
        text: [
          '#### ⛔ order：v3 已撤回',
          '',
          '全部流量回到 v2。',
          '',
          '错误率：新版本 698 个请求中 7 个失败（1.0 %），旧版本 1,560 个中 0 个（0 %）；若新版本无害，出现这种结果的概率 < 0.9 %。',
          '',
          '- **版本**：v2 → v3',
          '- **出错的请求**：702 个中 7 个',
          '- **决定之后仍应答**：4 个请求',
          '- **判定用时**：12 秒',
          '- **操作者**：Shipwatch（自动）',
          '- **时间**：2026-11-21 03:22:00 UTC',
          '- **发布编号**：rel_7',
        ].join('\n'),
        btnOrientation: '0',
        singleTitle: '查看发布',
        singleURL: 'https://ship.example.com/releases/rel_7',
      },
    })
  })

  it('is markdown with a link in it where that is asked for', () => {
    const body = JSON.parse(bodyOf(zh, config({ format: 'markdown' })))
    expect(body).toMatchObject({
      msgtype: 'markdown',
      markdown: { title: '⛔ order：v3 已撤回' },
      at: { atMobiles: [], atUserIds: [], isAtAll: false },
    })
    expect(body.markdown.text).toMatch(/\n\n\[查看发布\]\(https:\/\/ship\.example\.com\/releases\/rel_7\)$/)
  })

  it('mentions people in markdown, their numbers in the text as well', () => {
    const body = JSON.parse(bodyOf(zh, config({ at: { mobiles: ['13800000000'], userIds: ['li'] } })))
    expect(body).toMatchObject({
      msgtype: 'markdown',
      at: { atMobiles: ['13800000000'], atUserIds: ['li'], isAtAll: false },
    })
    expect(body.markdown.text).toMatch(/\n\n@13800000000 @li$/)
  })

  it('mentions everybody where that is asked for', () => {
    expect(JSON.parse(bodyOf(zh, config({ at: { all: true } })))).toMatchObject({
      msgtype: 'markdown',
      at: { isAtAll: true },
    })
  })

  it('mentions nobody of good news, unless always is said', () => {
    const good = say({ ...rolledBack, event: 'promoted' }, 'zh')
    const at = { mobiles: ['13800000000'], all: true }
    expect(JSON.parse(bodyOf(good, config({ at })))).toMatchObject({ msgtype: 'actionCard' })
    expect(JSON.parse(bodyOf(good, config({ at: { ...at, when: 'always' } })))).toMatchObject({
      at: { atMobiles: ['13800000000'], isAtAll: true },
    })
  })

  it('has the keyword, once', () => {
    expect(bodyOf(zh, config({ keyword: '发布系统' }))).toContain('发布系统')
    expect(bodyOf(zh, config({ keyword: '已撤回' })).split('已撤回')).toHaveLength(3)
  })

  it('says that it was cut, and keeps link and mention', () => {
    const many = say(
      { ...digest, url: 'https://a.example/', notices: Array.from({ length: 600 }, () => rolledBack) },
      'en',
    )
    const body = bodyOf(many, config({ at: { mobiles: ['13800000000'] } }))
    expect(Buffer.byteLength(body)).toBeGreaterThan(19_800)
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000)
    expect(JSON.parse(body).markdown.text).toMatch(
      /\n\n\(cut: too long for this channel\)\n\n\[Open the release\]\(https:\/\/a\.example\/\)\n\n@13800000000$/,
    )
  })
})

describe('a code', () => {
  it.each([
    [-1, '系统繁忙', 'now', /busy/],
    [130101, 'send too fast, exceed 20 times per minute', 'later', /20 messages/],
    [410100, '发送速度太快而限流', 'later', /20 messages/],
    [310000, 'keywords not in content', 'never', /keyword/],
    [310000, 'sign not match', 'never', /copy secret/],
    [310000, 'invalid timestamp', 'never', /clock/],
    [310000, 'ip 1.2.3.4 not in whitelist', 'never', /this address/],
    [310000, 'something else', 'never', /security settings/],
    [460101, 'message too long, exceed 20000 bytes', 'never', /too long/],
    [300001, 'token is not exist', 'never', /no such robot/],
    [300005, 'token is not exist', 'never', /no such robot/],
    [400101, 'access_token不存在', 'never', /no such robot/],
    [400106, '机器人不存在', 'never', /no such robot/],
    [400013, '群已被解散', 'never', /group/],
    [400102, '机器人已停用', 'never', /switched off/],
    [40035, '缺少参数 json', 'never', /cannot read/],
    [43004, '无效的HTTP HEADER Content-Type', 'never', /cannot read/],
    [400105, '不支持的消息类型', 'never', /cannot read/],
    [430101, '含有不安全的外链', 'never', /offence/],
    [430102, '含有不合适的文本', 'never', /offence/],
    [430103, '含有不合适的图片', 'never', /offence/],
    [430104, '含有不合适的内容', 'never', /offence/],
  ])('of %d “%s” is tried again %s', (code, message, retry, means) => {
    expect(ruleOf({ code, message })).toMatchObject({ retry, means: expect.stringMatching(means) })
  })

  it('for too many means ten minutes', () => {
    expect(ruleOf({ code: 130101, message: '' })?.afterMs).toBe(600_000)
  })

  it.each([
    [300001, 'too many'],
    [123456, ''],
  ])('of %d “%s” is not known', (code, message) => {
    expect(ruleOf({ code, message })).toBeUndefined()
  })
})

describe('a robot', () => {
  it.each([
    ['secured by a keyword takes what has it', {}, { ok: true }],
    [
      'secured by a keyword refuses what lacks it',
      { keyword: undefined },
      { ok: false, retry: 'never', reason: expect.stringContaining('set keyword') },
    ],
    [
      'refuses an old signature',
      { jump: 2 * 3_600_000 },
      { ok: false, retry: 'never', reason: expect.stringContaining('clock') },
    ],
  ])('%s', async (_, { jump = 0, ...over }: { jump?: number; keyword?: undefined }, delivery) => {
    const clock = new FakeClock()
    const provider = await playDingtalk(clock, { keyword: '发布系统' })
    const ours = new FakeClock(clock.now() + jump)
    const { http, close } = openHttp({ clock: ours })
    ending.push(close, provider.close)
    const world = { clock: ours, random: seededRandom(1), http, signal: new AbortController().signal }
    const attempt = await dingtalk.send(Config.parse({ ...provider.config, ...over }), zh, world)
    expect(attempt.delivery).toMatchObject(delivery)
  })

  it('is mentioned in only by numbers that stand in the text', async () => {
    const clock = new FakeClock()
    const provider = await playDingtalk(clock)
    const { http, close } = openHttp({ clock })
    ending.push(close, provider.close)
    const at = { mobiles: ['13800000000'], userIds: ['li'], all: true }
    await dingtalk.send(Config.parse({ ...provider.config, at }), zh, {
      clock,
      random: seededRandom(1),
      http,
      signal: new AbortController().signal,
    })
    expect(provider.shown[0]?.mentioned).toEqual(['13800000000', 'li', 'everybody'])
  })
})

describe('the configuration', () => {
  it('calls DingTalk unless it is told otherwise', () => {
    expect(config()).toMatchObject({
      endpoint: 'https://oapi.dingtalk.com/robot/send',
      allowPrivate: false,
      format: 'card',
    })
  })

  it.each([
    [{ accessToken: 'https://oapi.dingtalk.com/robot/send?access_token=x' }, 'what follows access_token='],
    [{ accessToken: '' }, 'a secret is empty'],
    [{ at: { mobiles: ['li'] } }, 'expected a telephone number'],
    [{ at: { userIds: ['a b'] } }, 'expected a user id'],
    [{ endpoint: 'ftp://x' }, 'Invalid URL'],
    [{ surprise: 1 }, 'Unrecognized key'],
  ])('refuses %j', (over, message) => {
    const read = Config.safeParse({ type: 'dingtalk', accessToken: 't', ...over })
    expect(read.error?.issues.map(issue => issue.message).join()).toContain(message)
  })
})
