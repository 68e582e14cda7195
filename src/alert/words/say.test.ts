import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digest, heartbeat, rolledBack, tried, unproven } from '../notice.fixture.ts'
import type { Language, ReleaseEvent, ReleaseNotice } from '../notice.ts'
import { say } from './say.ts'

const EVENTS: readonly ReleaseEvent[] = ['started', 'promoted', 'rolled-back', 'held', 'inconclusive', 'failed']
const canary = { requests: 698, bad: 7 }
const stable = { requests: 1_560, bad: 0 }
const compared = { signal: 'errors', canary, stable }

/** What is said of a reason, for the event that it is the reason of. */
function reasonIn(language: Language, why: unknown, event: ReleaseEvent = 'rolled-back'): string | undefined {
  return say({ ...rolledBack, event, why }, language).paragraphs[1]
}

describe('a release that was taken back', () => {
  it('is told in English', () => {
    expect(say(rolledBack, 'en')).toEqual({
      id: rolledBack.id,
      atMs: rolledBack.atMs,
      language: 'en',
      tone: 'bad',
      title: 'order: v3 taken back',
      paragraphs: [
        'All traffic goes back to v2.',
        'Errors: 7 of 698 requests failed (1.0 %) on the new version, 0 of 1,560 (0 %) on the one beside it; chance of this if it were harmless < 0.9 %.',
      ],
      facts: [
        { name: 'Version', value: 'v2 → v3' },
        { name: 'Bad requests served', value: '7 of 702' },
        { name: 'Answered after the decision', value: '4 requests' },
        { name: 'Decided after', value: '12 s' },
        { name: 'By', value: 'Shipwatch, by itself' },
        { name: 'At', value: '2026-11-21 03:22:00 UTC' },
        { name: 'Release', value: 'rel_7' },
      ],
      link: { label: 'Open the release', url: 'https://ship.example.com/releases/rel_7' },
      notice: rolledBack,
    })
  })

  it('is told in Chinese', () => {
    expect(say(rolledBack, 'zh')).toMatchObject({
      language: 'zh',
      title: 'order：v3 已撤回',
      paragraphs: [
        '全部流量回到 v2。',
        '错误率：新版本 698 个请求中 7 个失败（1.0 %），旧版本 1,560 个中 0 个（0 %）；若新版本无害，出现这种结果的概率 < 0.9 %。',
      ],
      facts: [
        { name: '版本', value: 'v2 → v3' },
        { name: '出错的请求', value: '702 个中 7 个' },
        { name: '决定之后仍应答', value: '4 个请求' },
        { name: '判定用时', value: '12 秒' },
        { name: '操作者', value: 'Shipwatch（自动）' },
        { name: '时间', value: '2026-11-21 03:22:00 UTC' },
        { name: '发布编号', value: 'rel_7' },
      ],
      link: { label: '查看发布' },
    })
  })
})

describe('an event', () => {
  it.each<[ReleaseEvent, string, string, string, string, string]>([
    [
      'started',
      'news',
      'order: v3 is being released',
      'v3 begins to take traffic beside v2.',
      'order：v3 开始发布',
      '新版本 v3 开始与 v2 并行接受流量。',
    ],
    ['promoted', 'good', 'order: v3 promoted', 'v3 gets all traffic.', 'order：v3 已推进', 'v3 接管全部流量。'],
    [
      'rolled-back',
      'bad',
      'order: v3 taken back',
      'All traffic goes back to v2.',
      'order：v3 已撤回',
      '全部流量回到 v2。',
    ],
    [
      'held',
      'warning',
      'order: v3 on hold, waits for a decision',
      'It stays where it is until somebody decides: promote it or roll it back.',
      'order：v3 已暂停，等待人工决定',
      '发布停留在当前阶段，等待人工决定：推进或撤回。',
    ],
    [
      'inconclusive',
      'warning',
      'order: v3 not settled in time, waits for a decision',
      'It stays where it is until somebody decides: promote it or roll it back.',
      'order：v3 到期无法判定，等待人工决定',
      '发布停留在当前阶段，等待人工决定：推进或撤回。',
    ],
    [
      'failed',
      'bad',
      'order: v3 failed before it took traffic',
      'v3 never took traffic; v2 serves as before.',
      'order：v3 发布失败，未接受流量',
      'v3 从未接受流量，v2 照常服务。',
    ],
  ])(
    '%s has its tone, and a title and an outcome in both languages',
    (event, tone, title, outcome, zhTitle, zhOutcome) => {
      const notice = { ...rolledBack, event }
      expect(say(notice, 'en')).toMatchObject({ tone, title })
      expect(say(notice, 'en').paragraphs[0]).toBe(outcome)
      expect(say(notice, 'zh')).toMatchObject({ tone, title: zhTitle })
      expect(say(notice, 'zh').paragraphs[0]).toBe(zhOutcome)
    },
  )

  it.each<[ReleaseEvent, string, string]>([
    ['started', 'v3 is the first version of this service.', 'v3 是该服务的第一个版本。'],
    ['rolled-back', 'v3 gets no traffic any more.', 'v3 不再接受流量。'],
    ['failed', 'v3 never took traffic.', 'v3 从未接受流量。'],
  ])('%s of a first version names no version before it', (event, english, chinese) => {
    const notice = { ...rolledBack, event, previous: null }
    expect(say(notice, 'en').paragraphs[0]).toBe(english)
    expect(say(notice, 'zh').paragraphs[0]).toBe(chinese)
    expect(say(notice, 'en').facts[0]?.value).toBe('v3 (the first)')
    expect(say(notice, 'zh').facts[0]?.value).toBe('v3（首个版本）')
  })
})

describe('why', () => {
  const slow = { signal: 'slow-p99', canary: { requests: 1, bad: 1 }, stable: { requests: 0, bad: 0 } }

  it.each<[string, unknown, string, string]>([
    [
      'beside other signals',
      { kind: 'worse', ...compared, objective: null, chance: 0.0088, beside: ['slow-p99', 'orders'] },
      'Errors: 7 of 698 requests failed (1.0 %) on the new version, 0 of 1,560 (0 %) on the one beside it; also worse: slower than the usual p99, orders; chance of this if it were harmless < 0.9 %.',
      '错误率：新版本 698 个请求中 7 个失败（1.0 %），旧版本 1,560 个中 0 个（0 %）；同样变差的还有：慢于以往 p99、orders；若新版本无害，出现这种结果的概率 < 0.9 %。',
    ],
    [
      'over an objective',
      { kind: 'over-objective', ...compared, objective: 0.001, chance: 1e-9, beside: [] },
      'Errors: 7 of 698 requests failed (1.0 %) on the new version, over the objective of 0.1 %; chance of this if it were harmless < 0.0001 %.',
      '错误率：新版本 698 个请求中 7 个失败（1.0 %），超出 0.1 % 的目标；若新版本无害，出现这种结果的概率 < 0.0001 %。',
    ],
    [
      'that both are harmed',
      { kind: 'shared-damage', ...compared, objective: 0.001, chance: 0.002, beside: [] },
      'Errors: 7 of 698 requests failed (1.0 %) on the new version, 0 of 1,560 (0 %) on the one beside it; the version beside it is over the objective of 0.1 % too, so the release may be harming both; chance of this if it were harmless < 0.2 %.',
      '错误率：新版本 698 个请求中 7 个失败（1.0 %），旧版本 1,560 个中 0 个（0 %）；旧版本也超出了 0.1 % 的目标，这次发布可能同时损害了两个版本；若新版本无害，出现这种结果的概率 < 0.2 %。',
    ],
    [
      'it is no worse',
      {
        kind: 'no-worse',
        signals: [
          { ...compared, by: 'margin' },
          { ...slow, by: 'ceiling' },
        ],
        margin: 1.5,
        chance: 0.05,
      },
      'Errors: 7 of 698 requests failed (1.0 %) on the new version, 0 of 1,560 (0 %) on the one beside it; slower than the usual p99: 1 of 1 request was slow (100 %) on the new version, no requests on the one beside it, below the ceiling; chance of promoting a version more than 1.5 times as bad < 5 %.',
      '错误率：新版本 698 个请求中 7 个失败（1.0 %），旧版本 1,560 个中 0 个（0 %）；慢于以往 p99：新版本 1 个请求中 1 个偏慢（100 %），旧版本没有请求，低于上限；问题比例超过旧版本 1.5 倍的版本被误推进的概率 < 5 %。',
    ],
    [
      'it is held',
      { kind: 'held', ...compared, signal: 'orders' },
      'Orders: 7 of 698 requests were bad (1.0 %) on the new version, 0 of 1,560 (0 %) on the one beside it; shown to be good enough, but half way to being shown worse: held until that is settled.',
      'orders：新版本 698 个请求中 7 个异常（1.0 %），旧版本 1,560 个中 0 个（0 %）；已证明足够好，但表明它更差的证据也已过半，有定论之前暂不推进。',
    ],
    [
      'it is not settled',
      { kind: 'gathering', ...compared, canary: { requests: 0, bad: 0 }, towardPromotion: 0.6, towardRollBack: 0.104 },
      'Errors: no requests on the new version, 0 of 1,560 (0 %) on the one beside it; 60 % of the way to promotion, 10 % of the way to taking it back.',
      '错误率：新版本没有请求，旧版本 1,560 个中 0 个（0 %）；推进所需的证据已有 60 %，撤回所需的证据已有 10 %。',
    ],
    [
      'the new version has no traffic',
      { kind: 'no-traffic', version: 'canary' },
      'No request has reached the new version: nothing to judge it by.',
      '没有请求到达新版本，无从判断。',
    ],
    [
      'the old version has none',
      { kind: 'no-traffic', version: 'stable' },
      'No request has reached the version beside it: nothing to compare with.',
      '没有请求到达旧版本，无从比较。',
    ],
    [
      'neither has any',
      { kind: 'no-traffic', version: 'both' },
      'No request has reached either version: nothing to judge by.',
      '两个版本都没有收到请求，无从判断。',
    ],
  ])('is said in both languages with the same numbers: %s', (_, why, english, chinese) => {
    expect(reasonIn('en', why)).toBe(english)
    expect(reasonIn('zh', why)).toBe(chinese)
  })

  it('says first that the deadline has passed, and last what followed from that', () => {
    const why = { kind: 'undecided', choice: 'hold', verdict: { kind: 'no-traffic', version: 'both' } }
    expect(reasonIn('en', { ...why, choice: 'promote' })).toMatch(/nothing to judge by\. Promoted as configured\.$/)
    expect(reasonIn('zh', { ...why, choice: 'roll-back' })).toMatch(/无从判断。按配置撤回。$/)
    expect(reasonIn('zh', { ...why, kind: 'unproven' })).toMatch(/^没有发现变差，但这说明不了太多。/)
    expect(reasonIn('en', why, 'inconclusive')).toBe(
      'No verdict before the deadline. No request has reached either version: nothing to judge by.',
    )
    expect(reasonIn('zh', why, 'inconclusive')).toBe('到期仍无法判定。两个版本都没有收到请求，无从判断。')
  })

  it.each([
    undefined,
    null,
    'worse',
    { kind: 'eclipse' },
    { kind: 'worse', signal: 'errors' },
    { kind: 'no-worse', signals: [] },
  ])('falls back to the English reason where the data cannot be read: %j', why => {
    expect(reasonIn('en', why)).toBe(rolledBack.reason)
    expect(reasonIn('zh', why)).toBe(`原因：${rolledBack.reason}`)
  })

  it('is left out where there is no reason', () => {
    const { why: _why, reason: _reason, ...bare } = rolledBack
    expect(say(bare, 'zh').paragraphs).toHaveLength(1)
    expect(say({ ...bare, reason: '' }, 'en').paragraphs).toHaveLength(1)
  })

  it('of a release that cannot be taken back yet is told under a title of its own', () => {
    const stuck: ReleaseNotice = { ...rolledBack, event: 'failed', stuck: true }
    expect(say(stuck, 'en').title).toBe('order: v3 still has traffic: taking it back is stuck')
    expect(say(stuck, 'zh').title).toBe('order：v3 撤回受阻，仍在接受流量')
    expect(say(stuck, 'zh').paragraphs[0]).toBe('障碍消除之前 v3 仍会接受流量，系统会自动重试。')
  })
})

describe('facts', () => {
  it('leave out what is not known', () => {
    const { cost: _cost, ...bare } = rolledBack
    expect(say(bare, 'en').facts.map(({ name }) => name)).toEqual(['Version', 'By', 'At', 'Release'])
    const scarce = { ...bare, cost: { requests: 1, badRequests: 0 } }
    expect(say(scarce, 'en').facts.map(({ name }) => name)).toEqual([
      'Version',
      'Bad requests served',
      'By',
      'At',
      'Release',
    ])
  })

  it('name what to do, and who asked', () => {
    const { facts } = say({ ...rolledBack, hint: 'Look at its log.', actor: 'user/li' }, 'en')
    expect(facts).toContainEqual({ name: 'What to do', value: 'Look at its log.' })
    expect(facts).toContainEqual({ name: 'By', value: 'li' })
  })

  it('have one request in the singular', () => {
    const { facts } = say({ ...rolledBack, cost: { requests: 2, badRequests: 1, servedAfterDecision: 1 } }, 'en')
    expect(facts).toContainEqual({ name: 'Answered after the decision', value: '1 request' })
  })
})

describe('a test', () => {
  it('says who sent it where', () => {
    expect(say(tried, 'en')).toMatchObject({
      tone: 'news',
      title: 'Test: this channel works',
      paragraphs: ['Sent by li to ops, to see whether messages arrive.'],
    })
    expect(say(tried, 'zh')).toMatchObject({
      title: '测试：通道可用',
      paragraphs: ['由 li 发往 ops，用于确认消息能够送达。'],
    })
  })

  it('has no link while the hub has no address', () => {
    expect(say(tried, 'zh')).not.toHaveProperty('link')
  })
})

describe('a heartbeat', () => {
  it('says that the channel works, to whom it speaks, and how often', () => {
    expect(say(heartbeat, 'en')).toMatchObject({
      tone: 'news',
      title: 'Heartbeat: this channel works',
      paragraphs: ['Sent to on-call every 24 h. If it stays away, so does everything else.'],
    })
    expect(say(heartbeat, 'zh')).toMatchObject({
      title: '心跳：通道可用',
      paragraphs: ['每 24 小时发往 on-call。若不再收到，其他消息同样不会送达。'],
    })
  })
})

describe('a channel that has not proven itself', () => {
  it('is told with when it last did, why it fails, and what to do', () => {
    const en = say(unproven, 'en')
    expect(en).toMatchObject({ tone: 'warning', title: 'Nothing gets through the channel ops' })
    expect(en.paragraphs[0]).toMatch(
      /^Last delivered: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\. The last failure: HTTP 503$/,
    )
    expect(en.facts[0]).toEqual({
      name: 'What to do',
      value: 'Look at its settings, then send a test: shipwatch channels test ops',
    })
    expect(say(unproven, 'zh').facts[0]?.value).toBe('请检查其配置，然后发送测试：shipwatch channels test ops')
  })

  it('may never have, for no known reason', () => {
    const { reason: _reason, ...silent } = { ...unproven, saidMs: null }
    expect(say(silent, 'en').paragraphs).toEqual(['Nothing has ever been delivered over it.'])
    expect(say(silent, 'zh').paragraphs).toEqual(['该通道从未送达过消息。'])
  })
})

describe('a digest', () => {
  it('counts its events, the worst first, and has the tone of the worst', () => {
    expect(say(digest, 'en')).toMatchObject({
      tone: 'bad',
      title: '3 messages in one: 1 taken back, 1 promoted, 1 started',
      paragraphs: [
        'order: v3 is being released (bad requests: 7 of 702)',
        'order: v3 taken back (bad requests: 7 of 702)',
        'order: v4 promoted (bad requests: 7 of 702)',
      ],
    })
    expect(say(digest, 'zh')).toMatchObject({
      title: '合并的 3 条消息：1 个撤回，1 个推进，1 个开始',
      paragraphs: [
        'order：v3 开始发布（出错的请求：702 个中 7 个）',
        'order：v3 已撤回（出错的请求：702 个中 7 个）',
        expect.any(String),
      ],
    })
  })

  it('is quiet where all of it is', () => {
    const good: ReleaseNotice = { ...rolledBack, event: 'promoted', cost: { requests: 9, badRequests: 0 } }
    expect(say({ ...digest, notices: [good] }, 'en')).toMatchObject({
      tone: 'good',
      paragraphs: ['order: v3 promoted'],
    })
    expect(say({ ...digest, notices: [] }, 'en')).toMatchObject({ tone: 'good', paragraphs: [] })
  })
})

describe('a title', () => {
  it('is one line of at most 100 characters that still says what happened, whatever the names', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 120 })
    fc.assert(
      fc.property(
        name,
        name,
        fc.constantFrom(...EVENTS),
        fc.constantFrom<Language>('en', 'zh'),
        (service, version, event, language) => {
          const { title } = say({ ...rolledBack, service, version, event }, language)
          const end = say({ ...rolledBack, service: 's', version: 'v', event }, language).title.slice('s: v'.length)
          expect(title.length).toBeLessThanOrEqual(100)
          expect(title).not.toMatch(/[\r\n]/)
          expect(title.isWellFormed() || !`${service}${version}`.isWellFormed()).toBe(true)
          expect(title.endsWith(end.trimStart())).toBe(true)
        },
      ),
    )
  })

  it('leaves the longer name the room that the shorter one does not need', () => {
    const version = 'a'.repeat(64)
    expect(say({ ...rolledBack, version }, 'en').title).toBe(`order: ${version} taken back`)
  })
})
