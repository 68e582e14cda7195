import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { begin, judge, observe, releasePlan, type Verdict } from '../../src/judge/index.ts'
import { texts, wordsIn } from './language.tsx'
import { entryLines, inOneLine, outcomeLines, reasonLines } from './reason.ts'
import { readWhy, signalName } from './reason-why.ts'

const en = wordsIn(texts(), 'en', 'UTC')
const zh = wordsIn(texts(), 'zh', 'UTC')
const plan = releasePlan({
  signals: [
    { name: 'errors', weight: 2, objective: 0.05, ceiling: 0.01 },
    { name: 'slow-p99', past: 'p99' },
  ],
})
const counts = fc
  .integer({ min: 0, max: 3_000 })
  .chain(requests => fc.record({ requests: fc.constant(requests), bad: fc.integer({ min: 0, max: requests }) }))
const seen = fc.record({ canary: counts, stable: counts })
const looks = fc.array(fc.record({ errors: seen, slow: seen }), { maxLength: 4 })

/** What the hub's own mathematics says; as it comes over the wire. */
function verdictOf(batches: readonly { readonly errors: Counted; readonly slow: Counted }[]): Verdict {
  let state = begin(plan)
  for (const { errors, slow } of batches) {
    state = observe(plan, state, [
      { signal: 'errors', ...errors },
      { signal: 'slow-p99', ...slow },
    ])
  }
  return JSON.parse(JSON.stringify(judge(plan, state))) as Verdict
}
interface Counted {
  readonly canary: { readonly requests: number; readonly bad: number }
  readonly stable: { readonly requests: number; readonly bad: number }
}

const COMPARED = { signal: 'errors', canary: { requests: 240, bad: 12 }, stable: { requests: 2_160, bad: 3 } }
const WORSE = { kind: 'worse', ...COMPARED, objective: null, chance: 0.0038, beside: ['slow-p99'] }
const GATHERING = { kind: 'gathering', ...COMPARED, towardPromotion: 0.08, towardRollBack: 0.41 }
const UNDECIDED = { kind: 'undecided', choice: 'hold', verdict: GATHERING }
const ORDER = { kind: 'ordered', order: 'roll-back', by: 'user/li', note: null }
const said = { reason: 'what the hub wrote' }

describe('the reason of a verdict', () => {
  it('is said from its data whatever the verdict is, in whole sentences of one language', () => {
    fc.assert(
      fc.property(looks, batches => {
        const { reason, why } = verdictOf(batches)
        expect(readWhy(why)).toBeDefined()
        for (const line of reasonLines({ reason, because: why }, zh)) {
          expect(line).toMatch(/^(?!.*\{\{).*[。]$/)
          expect(line.replace(/p99/g, '')).not.toMatch(/[a-z]/i)
        }
        for (const line of reasonLines({ reason, because: why }, en)) expect(line).toMatch(/^(?!.*\{\{).*\.$/)
      }),
      { numRuns: 300 },
    )
  })

  it('has the very numbers of the hub’s own sentence', () => {
    fc.assert(
      fc.property(looks, batches => {
        const { reason, why } = verdictOf(batches)
        const numbers = (text: string): string[] => text.match(/\d[\d,.]*/g)?.map(one => one.replace(/\.$/, '')) ?? []
        const shown = numbers(inOneLine(reasonLines({ because: why }, en), en))
        expect(shown.toSorted()).toEqual(numbers(reason).toSorted())
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    [
      WORSE,
      'Errors: 12 of 240 requests (5.0 %) on the new version against 3 of 2,160 (0.1 %) beside it. Also worse: Slower than p99. Chance of this if it were harmless < 0.4 %.',
      '错误：新版本 240 个请求中有 12 个（5.0 %），旧版本 2,160 个中有 3 个（0.1 %）。同样更差：慢于 p99。若它无害，出现这种情况的概率 < 0.4 %。',
    ],
    [
      { kind: 'over-objective', ...COMPARED, objective: 0.05, chance: 1e-12, beside: [] },
      'Errors: 12 of 240 requests (5.0 %) on the new version, over the objective of 5.0 %. Chance of this if it were harmless < 0.0001 %.',
      '错误：新版本 240 个请求中有 12 个（5.0 %），超出 5.0 % 的目标。若它无害，出现这种情况的概率 < 0.0001 %。',
    ],
    [
      { kind: 'gathering', ...COMPARED, canary: { requests: 0, bad: 0 }, towardPromotion: 0.999, towardRollBack: 0 },
      'Errors: no requests on the new version against 3 of 2,160 (0.1 %) beside it. 99 % of the way to promotion, 0 % of the way to being taken back.',
      '错误：新版本 没有请求，旧版本 2,160 个中有 3 个（0.1 %）。距推进已走 99 %，距撤回已走 0 %。',
    ],
  ])('reads well (%#)', (because, english, chinese) => {
    expect(inOneLine(reasonLines({ because }, en), en)).toBe(english)
    expect(inOneLine(reasonLines({ because }, zh), zh)).toBe(chinese)
  })

  it.each<[string, unknown]>([
    ['of a kind that came later', { kind: 'hunch', signal: 'errors' }],
    ['that misses its counts', { ...WORSE, canary: undefined }],
    ['with a chance that is none', { ...WORSE, chance: 'slim' }],
    ['of no objective though one is broken', { ...WORSE, kind: 'over-objective' }],
    ['of no version that is known', { kind: 'no-traffic', version: 'toString' }],
    ['that is a list', [WORSE]],
    ['that is nothing', null],
  ])('%s is left to the sentence beside it', (_, because) => {
    expect(readWhy(because)).toBeUndefined()
    expect(reasonLines({ ...said, because }, zh)).toEqual(['what the hub wrote'])
  })

  it('names a signal that it does not know by its own name', () => {
    expect(signalName('carts', zh)).toBe('carts')
    expect(signalName('slow-p95', en)).toBe('Slower than p95')
  })
})

describe('how a release ended', () => {
  const ended = { kind: 'promoted', by: 'hub', ...said } as const

  it('tells a decision by the configuration from one by the verdict', () => {
    const undecided = { kind: 'undecided', verdict: GATHERING }
    expect(outcomeLines({ ...ended, because: { ...undecided, choice: 'promote' } }, en).at(-1)).toBe(
      'No verdict before the deadline: promoted, as configured.',
    )
    expect(
      outcomeLines({ ...ended, kind: 'rolled-back', because: { ...undecided, choice: 'roll-back' } }, zh).at(-1),
    ).toBe('到期仍无结论：按配置撤回。')
    expect(outcomeLines({ ...ended, kind: 'rolled-back', because: WORSE }, en).join(' ')).not.toContain('configured')
  })

  it.each([
    [{ kind: 'promoted', because: { ...ORDER, order: 'promote' } }, ['由 user/li 决定。']],
    [{ kind: 'rolled-back', because: { ...ORDER, note: 'Carts are empty' } }, ['由 user/li 决定。', 'Carts are empty']],
    [{ kind: 'cancelled', because: ORDER }, ['由 user/li 决定。']],
    [{ kind: 'superseded', because: { kind: 'superseded', version: 'v4' } }, ['被 v4 取代。']],
  ] as const)('names who ordered it, and their note (%#)', (outcome, lines) => {
    expect(outcomeLines({ by: 'user/li', reason: 'r', ...outcome }, zh)).toEqual(lines)
  })
})

describe('an entry of the logbook', () => {
  const entry = { seq: 1, id: 'e', at: '2026-11-21T03:22:00Z', subject: 's', actor: 'hub', hash: 'h' }

  it.each([
    ['release.rolled-back', { because: WORSE }, /^Errors: 12 of 240/],
    ['release.promoting', { because: { ...UNDECIDED, choice: 'promote' } }, /promoted, as configured\.$/],
    ['release.rolled-back', { because: { ...UNDECIDED, choice: 'roll-back' } }, /taken back, as configured\.$/],
    ['release.inconclusive', { because: UNDECIDED }, /being taken back\. No verdict before the deadline\.$/],
    ['release.held', { why: 'disarmed' }, /^what the hub wrote$/],
  ])('is said from its data where it carries them: %s (%#)', (kind, data, english) => {
    expect(inOneLine(entryLines({ ...entry, ...said, kind, data }, en), en)).toMatch(english)
  })

  it('without a reason says none', () =>
    expect(entryLines({ ...entry, kind: 'release.stage', data: {} }, en)).toEqual([]))
})
