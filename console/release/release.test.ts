import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../src/kernel/fake-clock.ts'
import type { Phase, ReleaseView } from '../hub/contract.ts'
import { texts, wordsIn } from '../language/language.tsx'
import { stageName } from '../language/stage-name.ts'
import { harbour } from '../test/harbour.fixture.ts'
import { checksOf } from './checks.tsx'
import { doubtsOf } from './doubt.ts'
import { consequences, mayOrder, ordersFor } from './orders.ts'
import { reasonsOf } from './reasons.ts'
import { isCompared, phaseWords, stageEnd, stageProgress, stageStates, standingOf, stepOf } from './state.ts'

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
const because = { kind: 'reported', text: 'r' }
const OUTCOME = { reason: 'r', because, by: 'hub', decidedAt: world.now() } as const

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
    const held = { by: 'user/li', since: world.now(), reason: 'r', because, timeAgain: false }
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

describe('a comparison in doubt', () => {
  const doubted = (why: 'mismatch' | 'disarmed'): ReleaseView => {
    const { undecided: story } = harbour(new FakeClock(clock.now()))
    story.doubt(why)
    return story.release
  }

  it.each([
    ['mismatch', ['mismatch'], 'its traffic does not come as configured'],
    ['disarmed', ['disarmed'], 'the comparison is in doubt'],
  ] as const)('says so, and can be compared anew: %s', (why, doubts, said) => {
    const release = doubted(why)
    expect(doubtsOf(release)).toEqual(doubts)
    expect(phaseWords(release, clock.now(), en)).toContain(said)
    expect(phaseWords(release, clock.now(), zh)).toMatch(/等你决定/)
    expect(ordersFor(release)).toEqual(['resume', 'rearm', 'promote', 'rollback'])
  })

  it('that nobody can mend any more is not compared anew', () => {
    for (const phase of PHASES.filter(one => !['moving', 'watching', 'held'].includes(one))) {
      expect(ordersFor({ ...doubted('disarmed'), phase })).not.toContain('rearm')
    }
    expect(ordersFor(undecided.release)).not.toContain('rearm')
  })

  it('is not paused or resumed in the belief that it is still taken back by itself', () => {
    const told = (order: 'pause' | 'resume', why: 'mismatch' | 'disarmed'): string =>
      consequences(order, doubted(why), en).join(' ')
    expect(told('resume', 'disarmed')).toContain('not taken back by itself')
    expect(told('pause', 'disarmed')).toContain('not taken back by itself')
    expect(told('pause', 'mismatch')).toContain('taken back all the same')
    expect(told('resume', 'mismatch')).toMatch(/time that it had left.*not promoted by itself/)
  })

  it('tells what comparing anew does to a release that is paused, too', () => {
    const held = { why: 'paused', by: 'user/li', since: world.now(), reason: 'r', because, timeAgain: false } as const
    expect(consequences('rearm', doubted('disarmed'), en).join(' ')).toContain('time that it had left')
    expect(consequences('rearm', { ...doubted('disarmed'), held }, en).join(' ')).toContain('stays held')
  })

  it('says what the verdict would do, were it let', () => {
    const release = doubted('disarmed')
    const { verdict } = release
    if (!verdict) throw new Error('the story has a verdict')
    const first = (kind: typeof verdict.kind) => reasonsOf({ ...release, verdict: { ...verdict, kind } }, en)[0]
    expect(first('roll-back')).toBe('The verdict says take it back, but does not act by itself.')
    expect(first('promote')).toBe('The verdict says promote, but does not act by itself.')
    expect(first('wait')).toMatch(/^Errors: /)
  })
})

describe('what is watched besides the signals', () => {
  const names = (release: ReleaseView): string[] => checksOf(release, en).map(({ name, state }) => `${name}: ${state}`)

  it('is whether traffic arrives as configured and the old version is like itself, with the numbers', () => {
    expect(names(bad.release)).toEqual(['Arrivals: as configured', 'Instances of v2: alike'])
    for (const { detail } of checksOf(bad.release, zh)) expect(detail).not.toMatch(/[a-z]{3,}/)
  })

  it('is an objective that was broken, by how much it was allowed', () => {
    const { verdict } = bad.release
    if (!verdict) throw new Error('the story has a verdict')
    const counts = { canary: { requests: 240, bad: 40 }, stable: { requests: 2_160, bad: 3 } }
    const because = { kind: 'over-objective', signal: 'errors', ...counts, objective: 0.05, chance: 0.004, beside: [] }
    const [errors] = verdict.signals
    if (!errors) throw new Error('the story has signals')
    const shown = (canaryRate: number, changed: object = {}): string | undefined =>
      names({
        ...bad.release,
        verdict: { ...verdict, ...changed, signals: [{ ...errors, objective: 0.05, canaryRate }] },
      })[0]
    expect(shown(0.2, { because })).toBe('Objective of Errors: over 5.0 %')
    expect(shown(0.2)).toBe('Objective of Errors: above 5.0 %, not proven')
    expect(shown(0.04)).toBe('Objective of Errors: within 5.0 %')
  })

  it('warns of a test of the comparison that is half way to failing', () => {
    const { guards } = bad.release
    if (!guards) throw new Error('the story has guards')
    const near = { ...guards, arrivals: { ...guards.arrivals, towardMismatch: 0.6 } }
    const [arrivals, instances] = checksOf({ ...bad.release, guards: near }, en)
    expect([arrivals?.state, arrivals?.tone, instances?.state]).toEqual(['half way to failing', 'warn', 'alike'])
  })

  it('is nothing before two versions were compared', () => {
    const { guards: _guards, ...before } = bad.release
    expect(names({ ...before, verdict: null })).toEqual([])
  })

  it.each(['too-few', 'too-many', 'as-expected'] as const)('has a shape and a word of its own: %s', kind => {
    const { guards } = bad.release
    if (!guards) throw new Error('the story has guards')
    const checks = checksOf({ ...bad.release, guards: { ...guards, arrivals: { ...guards.arrivals, kind } } }, en)
    const shapes = checks.map(({ shape, state }) => `${shape} ${state}`)
    expect(shapes[0]).toBe(
      {
        'too-few': 'bad traffic is missing',
        'too-many': 'question more than configured',
        'as-expected': 'good as configured',
      }[kind],
    )
  })
})

describe('why a release is where it is', () => {
  it('is what the verdict sees while it goes on, in the reader’s language', () => {
    expect(reasonsOf(bad.release, zh)[0]).toMatch(/^错误：新版本 [\d,]+ 个请求中有/)
  })

  it('is nothing before anything was judged', () =>
    expect(reasonsOf({ ...bad.release, verdict: null }, en)).toEqual([]))

  it('is how it ended, though a verdict is there, too', () => {
    const newer = { kind: 'superseded', version: 'v4' }
    const outcome = { ...OUTCOME, kind: 'superseded', because: newer } as const
    expect(reasonsOf(at('ended', { outcome }), en)).toEqual(['Superseded by v4.'])
  })

  it('compares nothing where there was nothing beside it, or no traffic before the end', () => {
    const outcome = { ...OUTCOME, kind: 'failed' } as const
    expect(isCompared({ ...bad.release, exposedAt: null })).toBe(true)
    expect(isCompared({ ...bad.release, outcome })).toBe(true)
    expect(isCompared({ ...bad.release, outcome, exposedAt: null })).toBe(false)
    expect(isCompared({ ...bad.release, previous: null })).toBe(false)
  })

  it('is no failure where somebody took it back before it got traffic', () => {
    const ended = (by: string) => phaseWords(at('ended', { outcome: { ...OUTCOME, kind: 'failed', by } }), 0, en)
    expect(ended('hub')).toContain('failed')
    expect(ended('user/li')).toBe('v3 was taken back before it got any traffic.')
  })
})
