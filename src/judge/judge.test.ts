import { describe, expect, it } from 'vitest'
import { judge } from './judge.ts'
import { type Observation, observe } from './observe.ts'
import { type PlanOptions, releasePlan } from './plan.ts'
import { begin } from './state.ts'

const ERRORS: PlanOptions = { signals: [{ name: 'errors' }] }

function judged(options: PlanOptions, batches: readonly Observation[], deadlinePassed = false) {
  const plan = releasePlan(options)
  const state = batches.reduce((state, batch) => observe(plan, state, batch), begin(plan))
  return judge(plan, state, { deadlinePassed })
}

const errors = (canary: number, bad: number, stable: number, stableBad: number): Observation => ({
  signal: 'errors',
  canary: { requests: canary, bad },
  stable: { requests: stable, bad: stableBad },
})

describe('a release', () => {
  it('is waited for before the first request, and says why', () => {
    expect(judged(ERRORS, [])).toEqual({
      kind: 'wait',
      reason: 'no request has reached either version: nothing to judge by',
      why: { kind: 'no-traffic', version: 'both' },
      dominant: 'errors',
      towardRollBack: 0,
      towardPromotion: 0,
      signals: [
        {
          name: 'errors',
          weight: 1,
          canary: { requests: 0, bad: 0 },
          stable: { requests: 0, bad: 0 },
          canaryRate: null,
          stableRate: null,
          logWorse: 0,
          worseBy: 'comparison',
          logNoWorse: expect.closeTo(0, 12),
          noWorseBy: 'margin',
          towardRollBack: 0,
          towardPromotion: expect.closeTo(0, 12),
        },
      ],
    })
  })

  it.each([
    ['canary', [errors(0, 0, 90, 1)], 'no request has reached the new version: nothing to judge it by'],
    ['stable', [errors(10, 1, 0, 0)], 'no request has reached the version beside it: nothing to compare with'],
  ] as const)('without traffic on the %s version says so', (version, batches, reason) => {
    expect(judged(ERRORS, batches)).toMatchObject({ kind: 'wait', reason, why: { kind: 'no-traffic', version } })
  })

  it('is taken back when it is worse, with the numbers', () => {
    const verdict = judged(ERRORS, [errors(240, 12, 2_160, 3)])
    expect(verdict).toMatchObject({ kind: 'roll-back', dominant: 'errors', towardRollBack: 1 })
    expect(verdict.reason).toBe(
      'errors: 12 of 240 requests (5.0 %) on the new version against 3 of 2,160 (0.1 %) beside it; chance of this if it were harmless < 0.0001 %',
    )
    expect(verdict.why).toEqual({
      kind: 'worse',
      signal: 'errors',
      canary: { requests: 240, bad: 12 },
      stable: { requests: 2_160, bad: 3 },
      objective: null,
      chance: expect.closeTo(0, 6),
      beside: [],
    })
    expect(verdict.signals[0]).toMatchObject({
      canaryRate: 0.05,
      stableRate: 3 / 2_160,
      towardRollBack: 1,
      towardPromotion: 0,
    })
  })

  it('states a chance that bounds the true one from above', () => {
    const verdict = judged(ERRORS, [errors(100, 3, 900, 0)])
    const { why, reason } = verdict
    if (why.kind !== 'worse') throw new Error(`expected worse, got ${reason}`)
    expect(why.chance).toBeCloseTo(Math.exp(-(verdict.signals[0]?.logWorse ?? 0)), 12)
    const said = Number(/< ([\d.]+) %$/.exec(reason)?.[1])
    expect(said / 100).toBeGreaterThanOrEqual(why.chance)
    expect(said / 100).toBeLessThanOrEqual(2 * why.chance)
  })

  it('is promoted when every signal is shown to be no worse', () => {
    const verdict = judged(ERRORS, [errors(1_200, 1, 1_200, 1)])
    expect(verdict.kind).toBe('promote')
    expect(verdict.reason).toBe(
      'errors: 1 of 1,200 requests (0.08 %) on the new version against 1 of 1,200 (0.08 %) beside it, below the ceiling; chance of promoting a version more than 1.5 times as bad < 1 %',
    )
    expect(verdict).toMatchObject({
      towardPromotion: 1,
      why: { kind: 'no-worse', signals: [{ signal: 'errors', by: 'ceiling' }] },
    })
  })

  it('is promoted by comparison where errors are many on both', () => {
    const verdict = judged(ERRORS, [errors(3_000, 300, 3_000, 310)])
    expect(verdict).toMatchObject({ kind: 'promote', why: { signals: [{ by: 'margin' }] } })
    expect(verdict.reason).not.toContain('ceiling')
  })

  it('is not promoted while one signal is still open, and names it', () => {
    const two: PlanOptions = { signals: [{ name: 'errors' }, { name: 'orders' }] }
    expect(judged(two, [errors(2_000, 1, 2_000, 1)])).toMatchObject({
      kind: 'wait',
      towardPromotion: expect.closeTo(0, 12),
      why: { kind: 'gathering', signal: 'orders' },
      reason: expect.stringContaining(
        'orders: no requests on the new version against no requests beside it; 0 % of the way to promotion',
      ),
    })
  })

  it('that is undecided tells how far it is each way', () => {
    const verdict = judged(ERRORS, [errors(500, 2, 4_500, 4)])
    expect(verdict).toMatchObject({
      kind: 'wait',
      why: { kind: 'gathering', towardPromotion: verdict.towardPromotion },
    })
    expect(verdict.towardRollBack).toBeGreaterThan(0)
    expect(verdict.towardPromotion).toBeGreaterThan(0)
    expect(verdict.reason).toMatch(
      /^errors: 2 of 500 requests \(0\.4 %\) on .*; \d+ % of the way to promotion, \d+ % of the way to taking it back$/,
    )
  })

  it('counts all stages of the release together, whatever the share', () => {
    const stages = [errors(10, 1, 990, 1), errors(100, 2, 900, 2), errors(500, 3, 500, 0)]
    expect(judged(ERRORS, stages).signals[0]).toMatchObject({ canary: { requests: 610, bad: 6 } })
    expect(judged(ERRORS, stages).towardRollBack).toBeGreaterThan(judged(ERRORS, stages.slice(1)).towardRollBack)
  })
})

describe('when the deadline has passed', () => {
  it('no verdict is inconclusive, never a promotion', () => {
    const verdict = judged(ERRORS, [errors(100, 0, 900, 1)], true)
    expect(verdict.kind).toBe('inconclusive')
    expect(verdict.reason).toMatch(/^the deadline has passed without a verdict; errors: 0 of 100 requests \(0 %\)/)
  })

  it('no traffic is inconclusive, too', () => {
    expect(judged(ERRORS, [], true).reason).toBe(
      'the deadline has passed without a verdict; no request has reached either version: nothing to judge by',
    )
  })

  it.each([
    ['roll-back', errors(240, 12, 2_160, 3)],
    ['promote', errors(1_200, 1, 1_200, 1)],
  ] as const)('a verdict to %s stands', (kind, batch) => {
    expect(judged(ERRORS, [batch], true).kind).toBe(kind)
  })
})

describe('taking back goes before promoting', () => {
  it('of a version below the ceiling that is clearly worse than the one beside it', () => {
    // 0.0 % → 0.4 %: far below the ceiling of 1 %, and still shown to be worse.
    const verdict = judged(ERRORS, [errors(3_000, 12, 27_000, 0)])
    expect(verdict.signals[0]?.towardPromotion).toBe(1)
    expect(verdict.kind).toBe('roll-back')
  })

  it('and evidence half way to taking back holds up the promotion', () => {
    const verdict = judged(ERRORS, [errors(2_000, 4, 18_000, 4)])
    expect(verdict.signals[0]?.towardPromotion).toBe(1)
    expect(verdict).toMatchObject({ kind: 'wait', why: { kind: 'held', signal: 'errors' } })
    expect(verdict.reason).toMatch(/half way to being shown worse; held until that is settled$/)
    expect(judged(ERRORS, [errors(2_000, 4, 18_000, 4), errors(3_000, 3, 27_000, 40)]).kind).toBe('promote')
  })

  it('in one signal, whatever the others say', () => {
    const two: PlanOptions = { signals: [{ name: 'errors' }, { name: 'slow', past: 'p99' }] }
    const slow: Observation = {
      signal: 'slow',
      canary: { requests: 400, bad: 40 },
      stable: { requests: 3_600, bad: 36 },
    }
    const verdict = judged(two, [errors(2_000, 1, 2_000, 1), slow])
    expect(verdict).toMatchObject({
      kind: 'roll-back',
      dominant: 'slow',
      why: { kind: 'worse', signal: 'slow', beside: [] },
    })
  })

  it('and names what else is worse', () => {
    const two: PlanOptions = { signals: [{ name: 'errors' }, { name: 'slow', past: 'p99' }] }
    const both = errors(200, 8, 1_800, 2)
    const verdict = judged(two, [both, { ...both, signal: 'slow' }])
    expect(verdict.why).toMatchObject({ signal: 'errors', beside: ['slow'] })
    expect(verdict.reason).toContain('; also worse: slow; chance')
  })
})

describe('an objective', () => {
  const guarded: PlanOptions = { signals: [{ name: 'errors', objective: 0.02 }] }

  it('broken by the new version alone takes it back even with nothing beside it', () => {
    const verdict = judged(guarded, [errors(300, 30, 0, 0)])
    expect(verdict).toMatchObject({ kind: 'roll-back', why: { kind: 'over-objective', objective: 0.02 } })
    expect(verdict.reason).toMatch(
      /^errors: 30 of 300 requests \(10\.0 %\) on the new version, over the objective of 2\.0 %; chance of this if it were harmless < /,
    )
  })

  it('broken by both is shared damage: taken back, and that is the reason given', () => {
    const verdict = judged(guarded, [errors(100, 20, 900, 180)])
    expect(verdict).toMatchObject({ kind: 'roll-back', why: { kind: 'shared-damage', objective: 0.02 } })
    expect(verdict.reason).toContain(
      'the version beside it is over the objective of 2.0 % too, so the release may be harming both',
    )
  })

  it('kept by both holds nothing up', () => {
    expect(judged(guarded, [errors(2_000, 3, 2_000, 3)]).kind).toBe('promote')
  })

  it('that is not set leaves shared damage alone: it tells the versions not apart', () => {
    expect(judged(ERRORS, [errors(100, 20, 900, 180)])).toMatchObject({ kind: 'wait', towardRollBack: 0 })
  })
})

describe('the plan decides', () => {
  it('how much evidence is enough', () => {
    const batch = [errors(100, 3, 900, 0)]
    expect(judged({ ...ERRORS, falseRollback: 0.01 }, batch).kind).toBe('roll-back')
    expect(judged({ ...ERRORS, falseRollback: 0.0001 }, batch).kind).toBe('wait')
    expect(judged({ ...ERRORS, falsePromotion: 0.05 }, [errors(500, 0, 500, 0)]).kind).toBe('promote')
    expect(judged({ ...ERRORS, falsePromotion: 0.001 }, [errors(500, 0, 500, 0)]).kind).toBe('wait')
  })

  it('but not by the order of its signals', () => {
    const names = ['errors', 'slow', 'orders', 'login']
    const batches = names.map((signal, i): Observation => ({ ...errors(100 + i, i, 900, 1), signal }))
    const one = judged({ signals: names.map((name, i) => ({ name, weight: i + 0.1 })) }, batches)
    const other = judged(
      { signals: names.map((name, i) => ({ name, weight: i + 0.1 })).toReversed() },
      batches.toReversed(),
    )
    expect(other).toEqual({ ...one, signals: one.signals.toReversed() })
  })
})
