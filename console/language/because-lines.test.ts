import { describe, expect, it } from 'vitest'
import type { EntryView } from '../../src/client/index.ts'
import { givenOn, OBSTACLES, WALKS } from '../../src/ship/release/walks.fixture.ts'
import { readBecause } from './because.ts'
import { hintWords } from './because-lines.ts'
import { texts, wordsIn } from './language.tsx'
import { entryLines, hintOf, reasonLines } from './reason.ts'
import { readWhy } from './reason-why.ts'

const en = wordsIn(texts(), 'en', 'UTC')
const zh = wordsIn(texts(), 'zh', 'UTC')

/** What names, numbers, addresses, commands and the words of programs leave of a text: none of it is English. */
const english = (text: string): string =>
  text
    .replace(/\n[^]*$/, '')
    .replaceAll('user/li', '')
    .replace(/`[^`]+`|cd \/srv && \S+ node \S+|GET \S+|(?:\/[\w.]+)+|\b\d+ MiB\b/g, '')
    .replace(/\b(?:order|v\d|SIG[A-Z]+|HPE_INVALID|E[A-Z]{2,}|node)\b|p99/g, '')
    .replace(/[^a-z]/gi, '')

describe('every reason of a release', () => {
  it.each(WALKS)('is said from its data in both languages, where it %s', (_, walk) => {
    for (const { where, because, reason } of givenOn(walk())) {
      expect(readWhy(because) ?? readBecause(because), `${where}: ${JSON.stringify(because)}`).toBeDefined()
      const wire: unknown = JSON.parse(JSON.stringify(because))
      const [chinese, spoken] = [reasonLines({ because: wire }, zh), reasonLines({ because: wire }, en)]
      expect(chinese).toHaveLength(spoken.length)
      for (const line of chinese) expect(english(line), line).toBe('')
      for (const line of [...chinese, ...spoken]) expect(line, reason).toMatch(/^(?!.*\{\{)[^]*\S/)
    }
  })

  it.each(WALKS)('of the logbook reads so, where it %s', (_, walk) => {
    for (const { kind, actor, reason, data } of walk().entries) {
      const entry: EntryView = {
        seq: 1,
        id: 'e',
        at: '2026-11-21T03:22:00Z',
        subject: 's',
        hash: 'h',
        kind,
        actor,
        data,
      }
      for (const line of entryLines(reason === undefined ? entry : { ...entry, reason }, zh))
        expect(english(line)).toBe('')
    }
  })
})

describe('a reason', () => {
  it.each([
    [{ kind: 'first-version' }, 'The first version of this service: nothing to compare it with.'],
    [
      { kind: 'in-force', version: 'v3', to: 'v2', again: true, tookMs: 4_200 },
      'All traffic goes to v2 again, 4.2s after it was decided.',
    ],
    [
      { kind: 'in-force', version: 'v3', to: null, again: false, tookMs: 190 },
      'No traffic goes to v3, 190ms after it was decided.',
    ],
    [
      { kind: 'gateway', fault: 'refused', at: '127.0.0.1:8081', detail: 'no such host' },
      'The gateway at 127.0.0.1:8081 refused: no such host.',
    ],
  ])('reads well (%#)', (because, said) => expect(reasonLines({ because }, en)).toEqual([said]))

  it('under a heading of its own is its numbers alone', () => {
    const numbers = { arrived: 180, of: 1_000, arrivedShare: 0.18, expectedShare: 0.1, chance: 0.001 }
    const because = { kind: 'arrivals', found: 'too-many', version: 'v3', ...numbers }
    expect(reasonLines({ because }, en)[0]).toBe('More traffic comes to v3 than configured.')
    expect(reasonLines({ because }, zh, true)).toEqual([
      '1,000 次到达中有 180 次（18.0 %）到了 v3，应为 10.0 %。',
      '若一切按配置到达，出现这种情况的概率 < 0.1 %。',
    ])
  })

  it.each([
    ['of a kind that came later', { kind: 'omen' }],
    ['that misses a number', { kind: 'in-force', version: 'v3', to: null, again: false }],
    ['of a fault that nobody knows', { kind: 'cannot-start', service: 'a', version: 'b', fault: { kind: 'curse' } }],
    ['with a verdict that nobody knows', { kind: 'unproven', verdict: { kind: 'hunch' } }],
    ['named like what every object has', { kind: 'toString' }],
    ['that is nothing', undefined],
  ])('%s is left to the sentence beside it', (_, because) => {
    expect(readBecause(because)).toBeUndefined()
    expect(reasonLines({ reason: 'what the hub wrote', because }, zh)).toEqual(['what the hub wrote'])
  })
})

describe('what to do', () => {
  it('is said in the reader’s language, whatever the obstacle', () => {
    for (const because of OBSTACLES) {
      const known = hintWords(readBecause(because), zh)
      if (known !== undefined) expect(english(known), known).toBe('')
    }
  })

  it('is the hub’s own hint where only the hub knows, and nothing where it gave none', () => {
    const because = { kind: 'reported', text: 'EIO' }
    expect(hintOf({ hint: 'Look at the disk.', because }, zh)).toBe('Look at the disk.')
    expect(hintOf({ because }, zh)).toBeUndefined()
    const silent = { kind: 'gateway', fault: 'silent', at: 'a', detail: null }
    expect(hintOf({ hint: 'Is it running?', because: silent }, zh)).toBe('请确认 `shipwatch gateway` 正在运行。')
  })
})
