import { describe, expect, it } from 'vitest'
import type { Counts } from './counts.ts'
import { comparisonBudget, evidenceOf, logWorseOverall } from './evidence.ts'
import { observe } from './observe.ts'
import { releasePlan, type SignalOptions } from './plan.ts'
import { ALTERNATIVES, begin } from './state.ts'

const NONE = { requests: 0, bad: 0 }

function evidence(signal: Omit<SignalOptions, 'name'>, canary: Counts, stable: Counts = NONE) {
  const plan = releasePlan({ signals: [{ name: 'errors', ...signal }] })
  const [only] = evidenceOf(plan, observe(plan, begin(plan), { signal: 'errors', canary, stable }))
  if (only === undefined) throw new Error('no evidence')
  return only
}

/** E-values as plain numbers, multiplied out request by request. */
function likelihoodRatio({ requests, bad }: Counts, one: number, other: number): number {
  let product = 1
  for (let i = 0; i < requests; i++) product *= i < bad ? one / other : (1 - one) / (1 - other)
  return product
}

const raised = (rate: number, ratio: number) => (ratio * rate) / (1 - rate + ratio * rate)

describe('evidence for worse', () => {
  it('is the mean over the alternatives, by belief', () => {
    const { logWorse, worseBy } = evidence({}, { requests: 1, bad: 1 }, { requests: 9, bad: 0 })
    const mean = ALTERNATIVES.reduce((sum, { ratio, belief }) => sum + (belief * 10 * ratio) / (ratio + 9), 0)
    expect(logWorse).toBeCloseTo(Math.log(mean), 12)
    expect(worseBy).toBe('comparison')
  })

  it('is none before the first request', () => {
    expect(evidence({ objective: 0.01 }, NONE)).toMatchObject({
      logWorse: expect.closeTo(0, 12),
      logNoWorse: expect.closeTo(0, 12),
    })
  })

  it('with an objective is half the comparison and a quarter each version against the objective', () => {
    const [canary, stable] = [
      { requests: 20, bad: 3 },
      { requests: 50, bad: 1 },
    ]
    const comparison = Math.exp(evidence({}, canary, stable).logWorse)
    const over = (counts: Counts) =>
      ALTERNATIVES.reduce(
        (sum, { ratio, belief }) => sum + belief * likelihoodRatio(counts, raised(0.02, ratio), 0.02),
        0,
      )
    const expected = 0.5 * comparison + 0.25 * over(canary) + 0.25 * over(stable)
    expect(evidence({ objective: 0.02 }, canary, stable).logWorse).toBeCloseTo(Math.log(expected), 12)
  })

  it.each([
    ['comparison', { requests: 100, bad: 10 }, { requests: 900, bad: 0 }, 0.3],
    ['objectiveOfCanary', { requests: 100, bad: 30 }, NONE, 0.02],
    ['objectiveOfStable', { requests: 100, bad: 3 }, { requests: 900, bad: 100 }, 0.02],
  ] as const)('says that it comes by the %s', (worseBy, canary, stable, objective) => {
    expect(evidence({ objective }, canary, stable).worseBy).toBe(worseBy)
  })
})

describe('evidence for no worse', () => {
  it('without a ceiling is the likelihood ratio of equal against the margin', () => {
    const { logNoWorse, noWorseBy } = evidence({ ceiling: null }, { requests: 1, bad: 0 }, { requests: 1, bad: 1 })
    expect(logNoWorse).toBeCloseTo(Math.log(0.5 / (1 / 2.5)), 12)
    expect(noWorseBy).toBe('margin')
  })

  it('with a ceiling is the mean of both tests', () => {
    const canary = { requests: 40, bad: 1 }
    const stable = { requests: 60, bad: 5 }
    const below = [1 / 2, 1 / 5, 1 / 20].reduce(
      (sum, ratio) => sum + likelihoodRatio(canary, raised(0.01, ratio), 0.01) / 3,
      0,
    )
    const equal = Math.exp(evidence({ ceiling: null }, canary, stable).logNoWorse)
    expect(evidence({}, canary, stable).logNoWorse).toBeCloseTo(Math.log((below + equal) / 2), 12)
  })

  it('puts half the belief below the ceiling in the typical share, where it is known', () => {
    const canary = { requests: 40, bad: 1 }
    const spread = [1 / 2, 1 / 5, 1 / 20].reduce(
      (sum, ratio) => sum + likelihoodRatio(canary, raised(0.03, ratio), 0.03) / 6,
      0,
    )
    const below = spread + likelihoodRatio(canary, 0.01, 0.03) / 2
    expect(evidence({ past: 'p99' }, canary).logNoWorse).toBeCloseTo(Math.log((below + 1) / 2), 12)
  })

  it('against a ceiling of 1 % needs some 400 requests without an error for a chance of 5 %', () => {
    const enough = (requests: number) => evidence({}, { requests, bad: 0 }).logNoWorse >= Math.log(20)
    expect(enough(550)).toBe(true)
    expect(enough(330)).toBe(false)
    expect(evidence({}, { requests: 550, bad: 0 }).noWorseBy).toBe('ceiling')
  })
})

describe('the evidence of several signals', () => {
  it('is the weighted mean, not the product', () => {
    const plan = releasePlan({ signals: [{ name: 'errors', weight: 3 }, { name: 'slow' }] })
    const worse = { canary: { requests: 1, bad: 1 }, stable: { requests: 9, bad: 0 } }
    const all = evidenceOf(
      plan,
      observe(plan, begin(plan), [
        { signal: 'errors', ...worse },
        { signal: 'slow', ...worse },
      ]),
    )
    expect(logWorseOverall(all)).toBeCloseTo(all[0]?.logWorse ?? 0, 12)
    const one = evidenceOf(plan, observe(plan, begin(plan), { signal: 'slow', ...worse }))
    expect(Math.exp(logWorseOverall(one))).toBeCloseTo(0.75 + 0.25 * Math.exp(one[1]?.logWorse ?? 0), 12)
  })

  it('of another plan is a bug, and said to be one', () => {
    const plan = releasePlan({ signals: [{ name: 'errors' }] })
    const other = releasePlan({ signals: [{ name: 'slow' }] })
    expect(() => evidenceOf(plan, begin(other))).toThrow('no evidence of signal errors')
  })
})

it("an objective takes half of its signal's budget", () => {
  const { signals } = releasePlan({ signals: [{ name: 'errors', weight: 3, objective: 0.1 }, { name: 'slow' }] })
  expect(signals.map(comparisonBudget)).toEqual([0.375, 0.25])
})
