import { describe, expect, it } from 'vitest'
import { digest, rolledBack, tried } from '../../notice.fixture.ts'
import { say } from '../../words/index.ts'
import { bodyOf } from './body.ts'
import { Config } from './config.ts'
import { wecom } from './index.ts'
import { ruleOf } from './rules.ts'

const config = (over: object = {}): Config => Config.parse({ type: 'wecom', key: 'k3y', ...over })
const zh = say(rolledBack, 'zh')
const good = say({ ...rolledBack, event: 'promoted' }, 'zh')

describe('the body', () => {
  it('is markdown in its colours', () => {
    expect(JSON.parse(bodyOf(zh, config()))).toEqual({
      msgtype: 'markdown',
      markdown: {
        content: [
          '**⛔ <font color="warning">order：v3 已撤回</font>**',
          '全部流量回到 v2。',
          '错误率：新版本 698 个请求中 7 个失败（1.0 %），旧版本 1,560 个中 0 个（0 %）；若新版本无害，出现这种结果的概率 < 0.9 %。',
          '> 版本：v2 → v3',
          '> 出错的请求：702 个中 7 个',
          '> 决定之后仍应答：4 个请求',
          '> 判定用时：12 秒',
          '> 操作者：Shipwatch（自动）',
          '> 时间：2026-11-21 03:22:00 UTC',
          '> 发布编号：rel_7',
          '[查看发布](https://ship.example.com/releases/rel_7)',
        ].join('\n'),
      },
    })
  })

  it('is green for good news', () => {
    expect(bodyOf(good, config())).toContain('color=\\"info\\"')
  })

  it('mentions user ids in markdown', () => {
    expect(JSON.parse(bodyOf(zh, config({ at: { userIds: ['li', 'wang'] } }))).markdown.content).toMatch(
      /\n<@li><@wang>$/,
    )
    expect(bodyOf(good, config({ at: { userIds: ['li'] } }))).not.toContain('<@li>')
    expect(bodyOf(good, config({ at: { userIds: ['li'], when: 'always' } }))).toContain('<@li>')
  })

  it('is plain text where telephone numbers or everybody are mentioned', () => {
    const body = JSON.parse(bodyOf(zh, config({ at: { userIds: ['li'], mobiles: ['13800000000'], all: true } })))
    expect(body).toMatchObject({
      msgtype: 'text',
      text: { mentioned_list: ['li', '@all'], mentioned_mobile_list: ['13800000000'] },
    })
    expect(body.text.content).toMatch(/^⛔ order：v3 已撤回\n全部流量回到 v2。\n/)
    expect(body.text.content).toMatch(/\n查看发布：https:\/\/ship\.example\.com\/releases\/rel_7$/)
    expect(JSON.parse(bodyOf(good, config({ at: { all: true } })))).toMatchObject({ msgtype: 'markdown' })
  })

  it('is a card that opens a page where that is asked for', () => {
    expect(JSON.parse(bodyOf(zh, config({ format: 'card' })))).toEqual({
      msgtype: 'template_card',
      template_card: {
        card_type: 'text_notice',
        main_title: { title: '⛔ order：v3 已撤回' },
        sub_title_text:
          '全部流量回到 v2。\n错误率：新版本 698 个请求中 7 个失败（1.0 %），旧版本 1,560 个中 0 个（0 %）；若新版本无害，出现这种结果的概率 < 0.9 %。',
        horizontal_content_list: [
          { keyname: '版本', value: 'v2 → v3' },
          { keyname: '出错的请求', value: '702 个中 7 个' },
          { keyname: '决定之后…', value: '4 个请求' },
          { keyname: '判定用时', value: '12 秒' },
          { keyname: '操作者', value: 'Shipwatch（自动）' },
          { keyname: '时间', value: '2026-11-21 03:22:00 UTC' },
        ],
        jump_list: [{ type: 1, title: '查看发布', url: 'https://ship.example.com/releases/rel_7' }],
        card_action: { type: 1, url: 'https://ship.example.com/releases/rel_7' },
      },
    })
  })

  it('is no card where there is nothing to open, or somebody is to be mentioned', () => {
    expect(JSON.parse(bodyOf(say(tried, 'zh'), config({ format: 'card' })))).toMatchObject({ msgtype: 'markdown' })
    expect(JSON.parse(bodyOf(zh, config({ format: 'card', at: { userIds: ['li'] } })))).toMatchObject({
      msgtype: 'markdown',
    })
  })

  it.each([
    ['markdown', {}, 4_096],
    ['text', { at: { all: true } }, 2_048],
  ])('as %s says that it was cut, and keeps the link', (type, over, most) => {
    const many = say(
      { ...digest, url: 'https://a.example/', notices: Array.from({ length: 99 }, () => rolledBack) },
      'zh',
    )
    const { content } = JSON.parse(bodyOf(many, config(over)))[type]
    expect(Buffer.byteLength(content)).toBeGreaterThan(most - 100)
    expect(Buffer.byteLength(content)).toBeLessThanOrEqual(most)
    expect(content).toMatch(/\n（内容过长，已截断）\n.*https:\/\/a\.example\/\)?$/)
  })
})

describe('a code', () => {
  it.each([
    [-1, 'system busy', 'now', /busy/],
    [45009, 'api freq out of limit', 'later', /20 messages/],
    [45033, 'api concurrent out of limit', 'now', /same time/],
    [40058, 'markdown.content exceed max length 4096', 'never', /too long/],
    [45002, 'content size out of limit', 'never', /too long/],
    [93000, 'invalid webhook url, hint: [1]', 'never', /copy key/],
    [93000, 'Invalid input : content exceed max length', 'never', /too long/],
    [40008, 'invalid message type', 'never', /cannot read/],
    [44004, 'empty content', 'never', /cannot read/],
    [47001, 'data format error', 'never', /cannot read/],
  ])('of %d “%s” is tried again %s', (code, message, retry, means) => {
    expect(ruleOf({ code, message })).toMatchObject({ retry, means: expect.stringMatching(means) })
  })

  it('for too many means a minute, and others are not known', () => {
    expect(ruleOf({ code: 45009, message: '' })?.afterMs).toBe(60_000)
    expect(ruleOf({ code: 1, message: '' })).toBeUndefined()
  })
})

describe('the configuration', () => {
  it('calls WeCom unless it is told otherwise, 20 times a minute', () => {
    expect(config().endpoint).toBe('https://qyapi.weixin.qq.com/cgi-bin/webhook/send')
    expect(wecom.pace(config()).limits).toEqual([{ most: 20, withinMs: 60_000 }])
  })

  it.each([
    [{ key: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x' }, 'what follows key='],
    [{ at: { mobiles: ['@all'] } }, 'expected a telephone number'],
    [{ at: { userIds: ['a>b'] } }, 'expected a user id'],
    [{ secret: 'x' }, 'Unrecognized key'],
  ])('refuses %j', (over, message) => {
    const read = Config.safeParse({ type: 'wecom', key: 'k', ...over })
    expect(read.error?.issues.map(issue => issue.message).join()).toContain(message)
  })
})
