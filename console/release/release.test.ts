import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../src/kernel/fake-clock.ts'
import type { Phase, ReleaseView } from '../hub/contract.ts'
import { texts, wordsIn } from '../language/language.tsx'
import { harbour } from '../test/harbour.fixture.ts'
import { guardsOf } from './guards.tsx'
import { consequences, mayOrder, ordersFor } from './orders.ts'
import { phaseWords, stageEnd, stageName, stageProgress, stageStates, standingOf, stepOf } from './state.ts'

const clock = new FakeClock(1_795_231_320_000)
const { world, bad, undecided } = harbour(clock)
const en = wordsIn(texts(), 'en', 'UTC')
const zh = wordsIn(texts(), 'zh', 'UTC')
const PHASES: readonly Phase[] = [
  'waiting',
  'moving',
  'watching',
  'held',
  'promoting',
  'baking',
  'taking-back',
  'retiring',
  'ended',
]
const at = (phase: Phase, changed: Partial<ReleaseView> = {}): ReleaseView => ({ ...bad.release, phase, ...changed })
const OUTCOME = { reason: 'r', by: 'hub', decidedAt: world.now() } as const

describe('how a release stands', () => {
  it.each(PHASES)('has a shape and a word of its own: %s', phase => {
    const { shape, word } = standingOf(at(phase))
    expect(shape).not.toBe('')
    expect(en.say(word)).not.toBe(word)
    expect(phaseWords(at(phase), clock.now(), en)).not.toContain('{{')
    expect(phaseWords(at(phase), clock.now(), zh)).not.toMatch(/[a-z]{4,}/i)
  })

  it('tells outcomes apart without colour', () => {
    const kinds = ['promoted', 'rolled-back', 'failed', 'superseded'] as const
    const shapes = kinds.map(kind => standingOf(at('ended', { outcome: { ...OUTCOME, kind } })).shape)
    expect(new Set(shapes).size).toBe(kinds.length)
  })

  it('tells a pause from a question', () => {
    const held = { by: 'user/li', since: world.now() }
    expect(standingOf(at('held', { held: { ...held, why: 'paused' } })).word).toBe('state.paused')
    expect(standingOf(undecided.release).word).toBe('state.inconclusive')
    expect(phaseWords(undecided.release, clock.now(), en)).toBe(
      'No verdict in time: held at 10 % for 30m 45s. It waits for you.',
    )
  })

  it('names the step, and a first version by itself', () => {
    expect(stepOf(bad.release)).toBe('v2 → v3')
    expect(stepOf({ version: 'v1', previous: null })).toBe('v1')
  })
})

describe('stages', () => {
  it.each([
    ['10 %', '10 %', '10 %'],
    ['first version', 'First version', '第一个版本'],
    ['segment market EU', 'Segment market EU', '用户群 market EU'],
    ['preview x-staff: 1', 'Preview for x-staff: 1', '预览 x-staff: 1'],
    ['2 of 4', '2 of 4 instances', '4 个实例中的 2 个'],
    ['all at once', 'All at once', '一次切换'],
    ['switched', 'Switched', '切换'],
  ])('are called in both languages: %s', (name, english, chinese) => {
    expect(stageName(name, en)).toBe(english)
    expect(stageName(name, zh)).toBe(chinese)
  })

  it('say what ends them', () => {
    const stage = { name: '10 %', weight: 10, ends: 'time', forMs: 90_000 } as const
    expect(stageEnd(stage, en)).toBe('for 1m 30s')
    expect(stageEnd({ ...stage, forMs: 0 }, en)).toBe('goes on at once')
    expect(stageEnd({ ...stage, ends: 'verdict' }, zh)).toBe('直到有结论，最长 1分钟 30秒')
  })

  it.each([
    [at('waiting'), ['next', 'next']],
    [at('watching', { stage: 1 }), ['done', 'present']],
    [at('held'), ['held', 'next']],
    [at('ended', { outcome: { ...OUTCOME, kind: 'rolled-back' } }), ['broken', 'next']],
    [at('baking', { outcome: { ...OUTCOME, kind: 'promoted' } }), ['done', 'done']],
  ])('are behind, here or ahead (%#)', (release, states) => expect(stageStates(release)).toEqual(states))

  it('run out, and never below nothing', () => {
    const enteredAt = world.ago(150)
    expect(stageProgress(at('watching', { enteredAt }), clock.now())).toEqual({ part: 0.25, leftMs: 450_000 })
    expect(stageProgress(at('watching', { enteredAt: world.ago(9_999) }), clock.now())).toEqual({ part: 1, leftMs: 0 })
    expect(stageProgress(at('held'), clock.now())).toBeNull()
  })
})

describe('what can be asked of a release', () => {
  it('is nothing for who may only read', () => {
    const session = { actor: 'user/li', name: 'li', language: null, mustChangePassword: false }
    expect(mayOrder({ ...session, scopes: ['read'] })).toBe(false)
    expect(mayOrder({ ...session, scopes: ['read', 'release'] })).toBe(true)
    expect(mayOrder(null)).toBe(false)
  })

  it.each([
    ['waiting', 'rollback'],
    ['moving', 'pause promote rollback'],
    ['watching', 'pause promote rollback'],
    ['held', 'resume promote rollback'],
    ['promoting', 'rollback'],
    ['baking', 'rollback'],
    ['taking-back', ''],
    ['retiring', ''],
    ['ended', ''],
  ] as const)('fits its state: %s', (phase, orders) => expect(ordersFor(at(phase)).join(' ')).toBe(orders))

  it('is never to take back what has nothing before it', () => {
    for (const phase of ['watching', 'held', 'baking'] as const) {
      expect(ordersFor({ phase, previous: null })).not.toContain('rollback')
    }
  })

  it('is told beforehand in whole sentences, in both languages', () => {
    for (const phase of PHASES) {
      for (const order of ordersFor(at(phase))) {
        for (const words of [en, zh]) {
          const lines = consequences(order, at(phase), words)
          expect(lines.length).toBeGreaterThan(0)
          for (const line of lines) expect(line).toMatch(/^(?!.*\{\{).*[.。]$/)
        }
      }
    }
  })

  it('says that a promotion is unproven, unless it is proven', () => {
    const unproven = consequences('promote', bad.release, en).join(' ')
    expect(unproven).toContain('It has not been shown to be good: 0 % of the way to promotion.')
    const { verdict } = bad.release
    if (!verdict) throw new Error('the story has a verdict')
    const proven = { ...bad.release, verdict: { ...verdict, kind: 'promote' as const } }
    expect(consequences('promote', proven, en).join(' ')).not.toContain('shown')
  })
})

describe('guards', () => {
  it('speak once each, with their first reason', () => {
    const [entry] = world.entries
    if (!entry) throw new Error('the story has entries')
    const said = ['release.stage', 'release.mismatch', 'release.disarmed', 'release.mismatch'].map((kind, i) => ({
      ...entry,
      kind,
      reason: `reason ${i}`,
    }))
    expect(guardsOf(said).map(({ reason }) => reason)).toEqual(['reason 1', 'reason 2'])
    expect(guardsOf(world.entries)).toEqual([])
  })
})
