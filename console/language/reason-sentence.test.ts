import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { begin, detectable, judge, observe, releasePlan } from '../../src/judge/index.ts'
import { reportGuards } from '../../src/ship/index.ts'
import { arrived, CANARY, DIFFERENT, planFor, Walk } from '../../src/ship/release/release.fixture.ts'
import { explain, numbersOf, begun as sentence } from './reason-sentence.ts'

const plan = releasePlan({
  signals: [
    { name: 'errors', weight: 2, objective: 0.05, ceiling: 0.01 },
    { name: 'slow-p99', past: 'p99' },
  ],
})
const counts = fc
  .integer({ min: 0, max: 3_000 })
  .chain(requests => fc.record({ requests: fc.constant(requests), bad: fc.integer({ min: 0, max: requests }) }))

/** Digits and names aside, what stays English. */
const english = (text: string): string => text.replace(/slow-p99|p99/g, '').replace(/[^a-z]/gi, '')

describe('a reason in Chinese', () => {
  it('is found for whatever the verdict says', () => {
    const seen = fc.record({ canary: counts, stable: counts })
    fc.assert(
      fc.property(
        fc.array(fc.record({ errors: seen, slow: seen }), { maxLength: 4 }),
        fc.boolean(),
        (batches, deadlinePassed) => {
          let state = begin(plan)
          for (const { errors, slow } of batches) {
            state = observe(plan, state, [
              { signal: 'errors', ...errors },
              { signal: 'slow-p99', ...slow },
            ])
          }
          const { reason } = judge(plan, state, { deadlinePassed })
          expect(english(explain(reason, 'zh'))).toBe('')
        },
      ),
      { numRuns: 500 },
    )
  })

  it.each([
    [
      'errors: 12 of 240 requests (5.0 %) on the new version against 3 of 2,160 (0.1 %) beside it; chance of this if it were harmless < 0.4 %',
      '错误：新版本 240 个请求中有 12 个（5.0 %），旧版本 2,160 个请求中有 3 个（0.1 %）；若它无害，出现这种情况的概率低于 0.4 %',
    ],
    [
      'errors: 1 of 1 request (100 %) on the new version against no requests beside it; 8 % of the way to promotion, 41 % of the way to taking it back',
      '错误：新版本 1 个请求中有 1 个（100 %），旧版本 没有请求；距推进已走 8 %，距撤回已走 41 %',
    ],
    ['taken back by user/li', '由 user/li 撤回'],
    ['all traffic goes to v2 again, 4.2s after it was decided', '决定后 4.2 秒，全部流量回到 v2'],
    ['all traffic goes to v3, 1m 12s after it was decided', '决定后 1 分钟 12 秒，全部流量进入 v3'],
    ['no traffic goes to v3, 190ms after it was decided', '决定后 190 毫秒，v3 不再有流量'],
    [
      'nothing worse was shown, which proves little: no request has reached the new version: nothing to judge it by',
      '没有看出更差，但这说明不了太多：还没有请求到达新版本，无从判断',
    ],
    ['superseded by v4', '被 v4 取代'],
    ['the first version of this service: nothing to compare it with', '这是该服务的第一个版本，没有可比较的对象'],
  ])('says %s', (reason, said) => expect(explain(reason, 'zh')).toBe(said))

  it('is found for what the traffic can show', () => {
    const sentences = [0, 0.01, 50, 5_000].map(
      requestsPerSecond =>
        detectable(plan, { requestsPerSecond, canaryShare: 0.1, baseRate: 0.003, within: '5m' }).sentence,
    )
    expect(new Set(sentences).size).toBeGreaterThan(2)
    for (const sentence of sentences) expect(english(explain(sentence, 'zh'))).toBe('')
  })

  it('is left to the hub where one clause of it is not known', () => {
    const note = 'errors went up; chance of this if it were harmless < 1 %'
    expect(explain(note, 'zh')).toBe(note)
    expect(explain('the disk is full: nothing can be written', 'zh')).toBe('the disk is full: nothing can be written')
  })

  it('is not looked for in English, where a signal is called what it means', () => {
    const reason = 'errors: no requests on the new version against no requests beside it; also worse: slow-p99; rest'
    expect(explain(reason, 'en')).toBe(reason.replace('slow-p99', 'slower than p99'))
  })

  const by = 'user/li'
  const [GOOD, BAD] = [
    { requests: 2_000, bad: 0 },
    { requests: 200, bad: 20 },
  ]
  const begun = (strategy: Parameters<typeof planFor>[0] = CANARY, changed: Parameters<typeof planFor>[1] = {}) =>
    new Walk(planFor(strategy, changed)).begin().arrive()
  const toTheEnd = (walk: Walk): Walk => {
    while (!walk.state.outcome) walk.later(60_000).arrive()
    return walk
  }
  const ROLLING = { type: 'rolling', maxSurge: 1, pause: '1m' } as const

  it.each<[string, () => Walk]>([
    ['of traffic that goes missing', () => begun().look(arrived(41))],
    ['of too much traffic', () => begun().look(arrived(180))],
    ['of a stage that is over while traffic is too much', () => begun().send({ kind: 'pause', by }).look(arrived(180))],
    ['of instances that differ, and a verdict that may not act', () => begun().look(DIFFERENT).evidence(BAD, GOOD)],
    ['of a promotion that may not happen by itself', () => begun().look(DIFFERENT).evidence(GOOD, GOOD)],
    ['of a stage that is over while in doubt', () => begun().look(DIFFERENT).later(30_000)],
    [
      'of a deadline in doubt',
      () =>
        begun(CANARY, { onInconclusive: 'promote' })
          .look(DIFFERENT)
          .later(30_000)
          .send({ kind: 'resume', by })
          .later(0)
          .arrive()
          .later(300_000),
    ],
    ['of a comparison that begins anew', () => begun().look(DIFFERENT).send({ kind: 'rearm', by })],
    ['of a rolling release that showed nothing', () => toTheEnd(begun(ROLLING))],
    [
      'of a doubt that somebody answered for',
      () => toTheEnd(begun(ROLLING).look(DIFFERENT).later(60_000).send({ kind: 'resume', by })),
    ],
    ['of a deadline', () => begun().later(30_000).arrive().later(300_000)],
    [
      'of a deadline that takes back',
      () => begun(CANARY, { onInconclusive: 'roll-back' }).later(30_000).arrive().later(300_000).arrive(),
    ],
    ['of a first version', () => new Walk(planFor(CANARY)).begin(null).arrive().later(0).arrive()],
    [
      'of orders',
      () =>
        begun()
          .send({ kind: 'pause', by })
          .send({ kind: 'promote', by })
          .arrive()
          .send({ kind: 'roll-back', by })
          .arrive(),
    ],
    ['of a newer release', () => begun().send({ kind: 'superseded', by, version: 'v3' }).arrive()],
  ])('is found for every entry that a release itself writes: %s', (_, walk) => {
    const told = walk().entries.flatMap(({ reason }) => (reason === undefined ? [] : [reason]))
    expect(told.length).toBeGreaterThan(0)
    for (const reason of told) expect([reason, named(explain(reason, 'zh'))]).toEqual([reason, ''])
  })

  it.each([
    [
      'too much traffic for v2: 180 of 1,000 arrivals (18 %) came to it, 10 % were expected',
      /^180 of 1,000/,
      /^1,000 次/,
    ],
    [
      'traffic of v2 goes missing: only 41 of 1,000 arrivals (4.1 %) came to it, 10 % were expected',
      /^41 of/,
      /到了它/,
    ],
    [
      "instances of v1 differ among themselves, so verdicts no longer act by themselves: errors: 40 of 800 requests (5.0 %) on one half of the stable version's instances against no requests on the other",
      /^Errors: 40 of 800/,
      /^错误：旧版本的一半实例/,
    ],
    ['9 of 90 arrivals (10 %) came to v2, 10 % were expected', /^9 of 90/, /到了 v2，/],
  ])('under a heading of its own is its numbers alone: %s', (reason, english, chinese) => {
    expect(numbersOf(reason, 'en')).toMatch(english)
    expect(numbersOf(reason, 'zh')).toMatch(chinese)
  })

  it.each([
    ['all traffic goes to v2 again', 'All traffic goes to v2 again'],
    ['errors: 1 of 2', 'Errors: 1 of 2'],
    ['errors went up', 'errors went up'],
    ['mail v4 ended 3 times', 'mail v4 ended 3 times'],
  ])('begins as a sentence where the hub wrote it, and keeps its letters where it did not: %s', (text, shown) => {
    expect(sentence(text)).toBe(shown)
  })

  it('is found for what the guards say while all is well', () => {
    const report = (walk: ReturnType<typeof begun>) => {
      const { guards } = walk.state.seen
      if (!guards) throw new Error('nothing was guarded')
      return reportGuards(walk.plan, walk.state, guards)
    }
    const even = { signal: 'errors', canary: { requests: 800, bad: 2 }, stable: { requests: 800, bad: 3 } }
    for (const more of [{}, arrived(104), { control: [even] }]) {
      const { arrivals, instances } = report(begun().look(more))
      for (const { reason } of [arrivals, instances])
        expect([reason, named(explain(reason, 'zh'))]).toEqual([reason, ''])
    }
  })
})

/** What stays English beside the names of this test's versions and people. */
function named(text: string): string {
  return english(text.replace(/\bv\d\b|user\/li/g, ''))
}
