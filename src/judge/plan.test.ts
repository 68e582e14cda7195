import { describe, expect, it } from 'vitest'
import { InvalidInput } from '../kernel/index.ts'
import { type PlanOptions, releasePlan } from './plan.ts'

describe('a plan', () => {
  it('fills in the defaults', () => {
    expect(releasePlan({ signals: [{ name: 'errors' }] })).toEqual({
      falseRollback: 0.01,
      falsePromotion: 0.01,
      margin: 1.5,
      signals: [{ name: 'errors', weight: 1, ceiling: 0.01, typical: null, objective: null }],
    })
  })

  it('divides the budget by weight', () => {
    const { signals } = releasePlan({
      signals: [{ name: 'errors', weight: 2 }, { name: 'slow' }, { name: 'orders', weight: 5 }],
    })
    expect(signals.map(({ weight }) => weight)).toEqual([2 / 8, 1 / 8, 5 / 8])
  })

  it.each([
    ['p50', 0.5, 0.65],
    ['p90', 0.1, 0.2],
    ['p99', 0.01, 0.03],
  ] as const)('knows what to expect beyond the %s of the past', (past, typical, ceiling) => {
    expect(releasePlan({ signals: [{ name: 'slow', past }] }).signals[0]).toMatchObject({ typical, ceiling })
  })

  it('lets what is said go before what the quantile implies', () => {
    const signal = { name: 'slow', past: 'p99', ceiling: 0.05, typical: 0.02 } as const
    expect(releasePlan({ signals: [signal] }).signals[0]).toMatchObject({ ceiling: 0.05, typical: 0.02 })
  })

  it('does without a ceiling where it is null', () => {
    expect(releasePlan({ signals: [{ name: 'errors', ceiling: null, typical: 0.2 }] }).signals[0]).toMatchObject({
      ceiling: null,
      typical: 0.2,
    })
  })

  it('is plain data', () => {
    const plan = releasePlan({ signals: [{ name: 'errors', objective: 0.02 }] })
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
  })
})

describe('a plan that cannot be', () => {
  const errors = { name: 'errors' }
  const cases: readonly [string, PlanOptions, string, string][] = [
    [
      'a chance of 0',
      { falseRollback: 0, signals: [errors] },
      'falseRollback',
      'falseRollback is 0: expected a share between 0 and 1',
    ],
    [
      'a chance of 1',
      { falsePromotion: 1, signals: [errors] },
      'falsePromotion',
      'falsePromotion is 1: expected a share',
    ],
    ['a chance in percent', { falseRollback: 5, signals: [errors] }, 'falseRollback', 'falseRollback is 5'],
    [
      'a chance that is no number',
      { falseRollback: Number.NaN, signals: [errors] },
      'falseRollback',
      'falseRollback is NaN',
    ],
    ['a margin of 1', { margin: 1, signals: [errors] }, 'margin', 'margin is 1: expected an odds ratio above 1'],
    ['an infinite margin', { margin: Number.POSITIVE_INFINITY, signals: [errors] }, 'margin', 'margin is Infinity'],
    ['no signals', { signals: [] }, 'signals', 'signals is []: expected at least one signal'],
    [
      'a negative weight',
      { signals: [errors, { name: 'slow', weight: -1 }] },
      'signals[1].weight',
      'signals[1].weight is -1: expected a number from 1e-6',
    ],
    ['no weight at all', { signals: [{ name: 'errors', weight: 0 }] }, 'signals[0].weight', 'signals[0].weight is 0'],
    ['a weight that is no number', { signals: [{ name: 'errors', weight: Number.NaN }] }, 'signals[0].weight', 'NaN'],
    [
      'two signals of one name',
      { signals: [errors, errors] },
      'signals[1].name',
      'signals[1].name is "errors": expected a name that no other signal has',
    ],
    ['a signal without a name', { signals: [{ name: ' ' }] }, 'signals[0].name', 'signals[0].name is " "'],
    ['a ceiling of 1', { signals: [{ name: 'errors', ceiling: 1 }] }, 'signals[0].ceiling', 'signals[0].ceiling is 1'],
    [
      'a ceiling under the typical share',
      { signals: [{ name: 'errors', typical: 0.02 }] },
      'signals[0].ceiling',
      'more than the typical share, 0.02',
    ],
    ['a negative typical share', { signals: [{ name: 'errors', typical: -0.1 }] }, 'signals[0].typical', '-0.1'],
    ['an objective in percent', { signals: [{ name: 'errors', objective: 99.9 }] }, 'signals[0].objective', '99.9'],
    [
      'an unknown quantile',
      { signals: [{ name: 'slow', past: 'p75' as 'p50' }] },
      'signals[0].past',
      'signals[0].past is "p75": expected p50, p90, p99',
    ],
  ]

  it.each(cases)('is refused: %s', (_, options, field, message) => {
    expect(() => releasePlan(options)).toThrow(InvalidInput)
    expect(() => releasePlan(options)).toThrow(expect.objectContaining({ field, hint: expect.stringMatching(/\.$/) }))
    expect(() => releasePlan(options)).toThrow(message)
  })
})
