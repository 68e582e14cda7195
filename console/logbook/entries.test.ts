import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { EntryView } from '../hub/contract.ts'
import { texts, wordsIn } from '../language/language.tsx'
import { AGENT } from '../language/texts/agent.ts'
import { ENTRIES } from '../language/texts/entries.ts'
import { FIRST } from '../language/texts/first.ts'
import { entryWords, topicOf } from './entry-words.ts'
import { KNOWN_KINDS, kindName, kindOptions, shapeOf } from './kinds.ts'

const all = texts({ en: { ...FIRST.en, ...ENTRIES.en, ...AGENT.en }, zh: { ...FIRST.zh, ...ENTRIES.zh, ...AGENT.zh } })
const en = wordsIn(all, 'en', 'UTC')
const zh = wordsIn(all, 'zh', 'UTC')
const WINDOWS_CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'
const NEXT_YEAR_MS = 1_803_033_165_000

const entry = (kind: string, changed: Partial<EntryView> = {}): EntryView => ({
  seq: 1,
  id: 'ent_1',
  at: '2026-11-21T03:22:00Z',
  kind,
  subject: 'release/rel_1',
  actor: 'hub',
  data: {},
  hash: 'a'.repeat(64),
  ...changed,
})

const SOURCES = fileURLToPath(new URL('../../src', import.meta.url))
const NAME = /'([a-z][a-z-]*\.[a-z]+(?:-[a-z]+)*)'/g
/** Keys of the configuration and files beside it, which are called as entries are. */
const NO_KINDS = new Set(['hub.listen', 'hub.token', 'hub.json'])

const partsOf = (name: string): string => name.slice(0, name.indexOf('.'))

/**
 * What the program writes into the logbook, from its own sources: whatever is named like a kind where entries are
 * appended, and everywhere else what begins as one of those does.
 */
function writtenKinds(): readonly string[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file))
    .map(file => readFileSync(join(SOURCES, file), 'utf8'))
  const named = (source: string): string[] => [...source.matchAll(NAME)].map(([, name = '']) => name)
  const isWriter = (source: string): boolean => /import \{[^}]*\bappend\b[^}]*\} from '[^']*logbook/s.test(source)
  const beginnings = new Set(files.filter(isWriter).flatMap(named).map(partsOf))
  const kinds = files.flatMap(named).filter(name => beginnings.has(partsOf(name)) && !NO_KINDS.has(name))
  return [...new Set(kinds)].toSorted()
}

describe('the kinds of entries', () => {
  const written = writtenKinds()

  it('are found where the program writes them', () => {
    expect(written).toEqual(
      expect.arrayContaining(['release.asked', 'token.revoked', 'channel.failing', 'hub.started']),
    )
    expect(new Set(written.map(partsOf)).size).toBeGreaterThanOrEqual(9)
  })

  it('are those that the program writes: none has no words, and none is known that nobody writes', () => {
    expect(KNOWN_KINDS.toSorted()).toEqual(written)
  })

  it.each(KNOWN_KINDS)('have a name in both languages: %s', kind => {
    expect(kindName(kind, en)).toMatch(/^[A-Z][a-z -:]+$/)
    expect(kindName(kind, zh)).toMatch(/\p{Script=Han}/u)
  })

  it.each(KNOWN_KINDS)('can be filtered for, under what they are about: %s', kind => {
    const label = (words: typeof en) => kindOptions(words).find(({ value }) => value === kind)?.label
    expect(label(en)).toMatch(new RegExp(`^[A-Z].+: ${kindName(kind, en)}$`))
    expect(label(zh)).toContain(`：${kindName(kind, zh)}`)
  })

  it('can be filtered for as a group, where it has more than one', () => {
    const values = kindOptions(en).map(({ value }) => value)
    expect(values).toEqual(expect.arrayContaining(['release', 'user', 'session', 'password', 'token', 'channel']))
    expect(values).not.toContain('hub')
    expect(new Set(values).size).toBe(values.length)
  })

  it('that are not known are shown by their own names', () => {
    expect(kindName('drill.passed', en)).toBe('drill.passed')
    expect(shapeOf('drill.passed')).toEqual({ shape: 'dot', tone: 'plain' })
  })
})

describe('an entry in words', () => {
  it.each([
    ['the service', { subject: 'release/rel_1', service: 'order' }, 'order'],
    ['a person', { subject: 'user/li' }, 'li'],
    ['a token', { subject: 'token/ci' }, 'ci'],
    ['a channel', { subject: 'channel/ops' }, 'ops'],
    ['nothing by name', { subject: 'hub' }, undefined],
  ])('is about %s', (_, about, topic) => expect(topicOf(about)).toBe(topic))

  it.each([
    [entry('release.blocked', { reason: 'the disk is full' }), 'the disk is full', undefined],
    [
      entry('release.inconclusive', {
        reason: 'the deadline has passed …',
        data: { because: { kind: 'no-traffic', version: 'canary' } },
      }),
      'No request has reached the new version: nothing to judge it by.',
      undefined,
    ],
    [entry('release.stage', { data: { name: '2 of 4', weight: 50 } }), '2 of 4 instances', undefined],
    [entry('release.started', { data: { version: 'v3', previous: 'v2' } }), 'v2 → v3', 'v2 → v3'],
    [entry('release.asked', { data: { version: 'v1' } }), 'v1', 'v1'],
    [entry('release.ended', { data: { outcome: 'promoted', candidate: {} } }), '', ''],
    [entry('user.created', { data: { id: 'usr_1', role: 'releaser' } }), 'may release', '可发布'],
    [
      entry('user.changed', {
        data: {
          before: { name: 'li', role: 'viewer', language: null },
          after: { name: 'lina', role: 'admin', language: 'zh' },
        },
      }),
      'name li → lina; role may read → administrator; language – → 中文',
      '用户名 li → lina；角色 只读 → 管理员；语言 – → 中文',
    ],
    [entry('user.disabled', { data: { id: 'usr_1' } }), '', ''],
    [entry('user.enabled', { data: { id: 'usr_1' } }), '', ''],
    [entry('password.changed', { data: { id: 'usr_1' } }), '', ''],
    [entry('password.reset', { data: { id: 'usr_1' } }), '', ''],
    [
      entry('session.opened', { data: { session: 'ses_1', address: '203.0.113.7', agent: WINDOWS_CHROME } }),
      'Chrome on Windows, from 203.0.113.7',
      'Windows 上的 Chrome，来自 203.0.113.7',
    ],
    [entry('session.ended', { data: { session: 'ses_1' } }), '', ''],
    [entry('session.ended', { data: { sessions: 3 } }), 'in 3 places', '共 3 处'],
    [
      entry('sign-in.refused', { data: { address: '203.0.113.7', failures: 1_204, why: 'unknown name' } }),
      'a name that nobody has: 1,204 failures so far, from 203.0.113.7',
      '用户名不存在：来自 203.0.113.7，至今失败 1,204 次',
    ],
    [
      entry('sign-in.refused', { data: { address: '::1', failures: 1, why: 'something new' } }),
      '1 failure so far, from ::1',
      '来自 ::1，至今失败 1 次',
    ],
    [
      entry('token.created', { data: { owner: 'li', scopes: ['read', 'release'], expiresAtMs: NEXT_YEAR_MS } }),
      'may release, of li, until 19 Feb 2027, 10:32:45 GMT+0',
      undefined,
    ],
    [
      entry('token.created', { data: { owner: null, scopes: ['read'], expiresAtMs: null } }),
      'may read, of nobody, does not expire',
      '只读，不属于任何人，永不过期',
    ],
    [entry('token.revoked', { data: { id: 'tok_1', owner: 'li' } }), 'of li', '属于 li'],
    [entry('channel.failing', { reason: 'DingTalk answered 503' }), 'DingTalk answered 503', '钉钉回复 503'],
    [entry('channel.recovered', { data: { failedForMs: 754_000 } }), 'after 12m 34s', '中断了 12分钟 34秒'],
    [
      entry('channel.unproven', { data: { saidMs: null, told: [] }, reason: 'DingTalk answered 503' }),
      'Nothing has ever got through. There is no other channel to say so. DingTalk answered 503',
      '从未有消息送达。没有其他通道可以告知。钉钉回复 503',
    ],
    [
      entry('channel.unproven', { data: { saidMs: NEXT_YEAR_MS, told: ['ops', 'audit'] } }),
      'Nothing has got through since 19 Feb 2027, 10:32:45 GMT+0. Told instead: ops, audit.',
      undefined,
    ],
    [entry('channel.proven'), '', ''],
    [entry('channel.tested', { data: { delivery: 'dlv_1', ok: true } }), 'the test was taken', '测试消息已收下'],
    [
      entry('channel.tested', { data: { delivery: 'dlv_1', ok: false }, reason: 'the webhook answered 503' }),
      'the test was not taken: the webhook answered 503',
      '测试消息未被收下：Webhook 接收方回复 503',
    ],
    [
      entry('notice.given-up', {
        data: { receiver: 'on-call', channel: 'ops', event: 'rolled-back' },
        reason: 'the configuration has no receiver on-call any more',
      }),
      'Decided: take back: on-call, over ops: the configuration has no receiver on-call any more',
      '决定撤回：经 ops 通知 on-call：配置里已没有接收者 on-call',
    ],
    [
      entry('notice.given-up', { data: { receiver: 'on-call', channel: 'ops', event: 'heartbeat' } }),
      'Heartbeat: on-call, over ops',
      '心跳：经 ops 通知 on-call',
    ],
    [
      entry('notice.dropped', { data: { dropped: 1_000, critical: 3 }, reason: 'more than 10000 notices waited' }),
      '1,000 notices, 3 of them critical: more than 10000 notices waited',
      '1,000 条通知，其中 3 条紧急：等待中的通知超过 10000 条',
    ],
    [
      entry('hub.started', { data: { version: '0.1.0', address: 'http://127.0.0.1:7700', store: 'sqlite state.db' } }),
      'version 0.1.0, at http://127.0.0.1:7700, store sqlite state.db',
      '版本 0.1.0，地址 http://127.0.0.1:7700，存储 sqlite state.db',
    ],
    [entry('drill.passed', { data: { name: 'fire', days: 90, scopes: ['read'] } }), 'name fire, days 90', undefined],
  ])('says why, or what, with its numbers (%#)', (one, inEnglish, inChinese) => {
    expect(entryWords(one, en)).toBe(inEnglish)
    if (inChinese !== undefined) expect(entryWords(one, zh)).toBe(inChinese)
  })

  it.each(KNOWN_KINDS)('says no nonsense where an older version wrote less down: %s', kind => {
    for (const data of [
      {},
      { before: 1, after: 'x', told: 1, scopes: 'read', role: 7, agent: null, failures: 'many' },
    ]) {
      expect(entryWords(entry(kind, { data }), en)).not.toMatch(/undefined|NaN|\[object|\{\{/)
    }
  })
})
