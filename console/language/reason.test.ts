import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { begin, detectable, judge, observe, releasePlan } from '../../src/judge/index.ts'
import { explain } from './reason.ts'

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

  it('knows the fixed sentences of releases word for word', () => {
    const told = ['forward.ts', 'moves.ts', 'orders.ts', 'step.ts']
      .map(file => readFileSync(new URL(`../../src/ship/release/${file}`, import.meta.url), 'utf8'))
      .join('\n')
    for (const part of [
      'the first version of this service: nothing to compare it with',
      'nothing worse was shown, which proves little',
      '; promoted as configured',
      '; taken back as configured',
      'promoted by ',
      'taken back by ',
      'paused by ',
      'superseded by ',
      'after it was decided',
    ]) {
      expect(told).toContain(part)
    }
  })
})
