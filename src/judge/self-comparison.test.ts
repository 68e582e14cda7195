import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidInput, seededRandom } from '../kernel/index.ts'
import type { Stratum } from './gathering.ts'
import type { Observation } from './observe.ts'
import { releasePlan } from './plan.ts'
import {
  beginSelfComparison,
  judgeSelfComparison,
  observeSelfComparison,
  parseSelfComparison,
  type SelfComparisonState,
} from './self-comparison.ts'
import { drawing, type Truth } from './traffic.fixture.ts'

const plan = releasePlan({
  signals: [
    { name: 'errors', weight: 2 },
    { name: 'slow', past: 'p99' },
  ],
})

const half = (requests: number, bad: number) => ({ requests, bad })

const after = (...batches: readonly (readonly Observation[])[]): SelfComparisonState =>
  batches.reduce<SelfComparisonState>(
    (state, batch) => observeSelfComparison(plan, state, batch),
    beginSelfComparison(plan),
  )

const errors = (one: readonly [number, number], other: readonly [number, number]): Observation => ({
  signal: 'errors',
  canary: half(...one),
  stable: half(...other),
})

/** How many of `runs` stable versions are said to differ from themselves, looked at after every batch. */
function alarms(runs: number, batches: number, truths: readonly Truth[], falseAlarm: number): number {
  const draws = truths.map(drawing)
  let found = 0
  for (let seed = 1; seed <= runs; seed++) {
    const random = seededRandom(seed)
    let state = beginSelfComparison(plan)
    for (let batch = 0; batch < batches; batch++) {
      const strata = draws.map((draw, i) => ({ name: `route ${i}`, ...draw(random) }))
      const share = truths[0]?.canaryShare ?? 0.5
      state = observeSelfComparison(plan, state, [
        { signal: 'errors', share, strata },
        { signal: 'slow', share, strata: draws.map((draw, i) => ({ name: `route ${i}`, ...draw(random) })) },
      ])
      if (judgeSelfComparison(plan, state, falseAlarm).kind === 'differ') {
        found += 1
        break
      }
    }
  }
  return found
}

describe('the stable version beside itself', () => {
  it('is alike before a request has come', () => {
    expect(judgeSelfComparison(plan, beginSelfComparison(plan))).toEqual({
      kind: 'alike',
      reason: "no request has reached the two halves of the stable version's instances",
      logDiffer: expect.closeTo(0, 12),
      towardDiffer: expect.closeTo(0, 12),
      signal: 'errors',
      worse: half(0, 0),
      better: half(0, 0),
    })
  })

  it('is alike where both halves fail alike, however much', () => {
    const verdict = judgeSelfComparison(plan, after([errors([400, 200], [400, 203])]))
    expect(verdict.kind).toBe('alike')
    expect(verdict.reason).toMatch(/^errors: 20\d of 400 requests .* nothing tells them apart$/)
  })

  it.each([
    ['one', errors([812, 33], [790, 2])],
    ['the other', errors([790, 2], [812, 33])],
  ])('differs where %s half alone fails, and says which numbers show it', (_, batch) => {
    expect(judgeSelfComparison(plan, after([batch]))).toEqual({
      kind: 'differ',
      reason:
        "errors: 33 of 812 requests (4.1 %) on one half of the stable version's instances against 2 of 790 (0.3 %) on the other; chance of this if they were alike < 0.0001 %",
      logDiffer: expect.closeTo(14.22, 2),
      towardDiffer: 1,
      signal: 'errors',
      worse: half(812, 33),
      better: half(790, 2),
    })
  })

  it('differs by another signal, too', () => {
    const batch: Observation = { signal: 'slow', canary: half(500, 4), stable: half(500, 60) }
    expect(judgeSelfComparison(plan, after([batch]))).toMatchObject({ kind: 'differ', signal: 'slow' })
  })

  it('needs more for a smaller chance of a false alarm', () => {
    const state = after([errors([300, 12], [300, 1])])
    expect(judgeSelfComparison(plan, state, 0.1).kind).toBe('differ')
    expect(judgeSelfComparison(plan, state, 0.001).kind).toBe('alike')
  })

  it('is not made to differ by an objective that both halves break', () => {
    const strict = releasePlan({ signals: [{ name: 'errors', objective: 0.001 }] })
    const state = observeSelfComparison(strict, beginSelfComparison(strict), [errors([500, 100], [500, 100])])
    expect(judgeSelfComparison(strict, state).kind).toBe('alike')
  })

  it('gathers thin traffic within one share of the instances', () => {
    const thin: Observation = {
      signal: 'errors',
      share: 1 / 3,
      strata: [{ name: 'pay', canary: half(1, 1), stable: half(2, 0) }],
    }
    const three = after([thin], [thin], [thin])
    expect(judgeSelfComparison(plan, three).logDiffer).toBeCloseTo(0, 12)
    expect(judgeSelfComparison(plan, after([thin], [thin], [thin], [thin])).logDiffer).toBeGreaterThan(0)
    expect(three.one.signals[0]?.gathering).toMatchObject([{ share: 1 / 3, canary: half(3, 3), stable: half(6, 0) }])
    expect(three.other.signals[0]?.gathering).toMatchObject([
      { share: 1 - 1 / 3, canary: half(6, 0), stable: half(3, 3) },
    ])
  })

  it('stays as it was where nothing was observed', () => {
    const state = after([errors([3, 1], [4, 0])])
    expect(observeSelfComparison(plan, state, [])).toBe(state)
  })
})

const count = fc
  .nat({ max: 300 })
  .chain(requests => fc.record({ requests: fc.constant(requests), bad: fc.nat(requests) }))
const stratum: fc.Arbitrary<Stratum> = fc
  .tuple(fc.constantFrom('a', 'b', undefined), count, count)
  .map(([name, canary, stable]) => (name === undefined ? { canary, stable } : { name, canary, stable }))
const batch = fc
  .record({ signal: fc.constantFrom('errors', 'slow'), strata: fc.array(stratum, { maxLength: 5 }) })
  .map(observation => [{ ...observation, share: 0.5 }])

describe('the evidence', () => {
  it('does not depend on which half comes first', () => {
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 5 }), batches => {
        const turned = batches.map(observations =>
          observations.map(one => ({
            ...one,
            strata: one.strata.map(({ canary, stable, ...rest }) => ({ ...rest, canary: stable, stable: canary })),
          })),
        )
        const [one, other] = [after(...batches), after(...turned)]
        expect([other.other, other.one]).toEqual([one.one, one.other])
        expect(judgeSelfComparison(plan, other).logDiffer).toBe(judgeSelfComparison(plan, one).logDiffer)
      }),
    )
  })

  it('does not depend on the order of the strata or the signals, not even in the last bit', () => {
    fc.assert(
      fc.property(batch, batch, ([one], [other]) => {
        if (!one || !other) throw new Error('unreachable')
        const turned = [other, one].map(each => ({ ...each, strata: each.strata.toReversed() }))
        expect(after(turned)).toEqual(after([one, other]))
      }),
    )
  })

  it('goes through JSON after every batch unchanged', () => {
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 6 }), batches => {
        let stored: unknown
        for (const observations of batches) {
          const state = observeSelfComparison(plan, parseSelfComparison(plan, stored), observations)
          stored = JSON.parse(JSON.stringify(state))
        }
        expect(parseSelfComparison(plan, stored)).toEqual(after(...batches))
      }),
    )
  })
})

describe('a stored comparison', () => {
  it.each([undefined, null])('begins now where none was stored: %s', stored => {
    expect(parseSelfComparison(plan, stored)).toEqual(beginSelfComparison(plan))
  })

  const state = beginSelfComparison(plan)
  it.each<[string, unknown, string]>([
    ['no object', 3, 'state is 3: expected an object'],
    ['one direction only', { version: 1, one: state.one }, 'expected an object with both directions'],
    ['another version', { ...state, version: 2 }, 'state.version is 2: expected 1'],
    ['no version', { one: state.one, other: state.other }, 'state.version is undefined: expected 1'],
    ['a damaged direction', { ...state, other: { ...state.other, signals: 1 } }, 'state.signals is 1: expected a list'],
  ])('is refused where it is damaged: %s', (_, stored, message) => {
    expect(() => parseSelfComparison(plan, stored)).toThrow(InvalidInput)
    expect(() => parseSelfComparison(plan, stored)).toThrow(message)
  })
})

describe('what cannot be', () => {
  it('is refused with its field', () => {
    const unknown: Observation = { ...errors([1, 0], [1, 0]), signal: 'orders' }
    expect(() => after([unknown])).toThrow('signal is "orders": expected one of the plan\'s signals')
    expect(() => after([errors([1, 2], [1, 0])])).toThrow('errors.canary.bad is 2: expected at most the 1 requests')
    const state = beginSelfComparison(plan)
    expect(() => judgeSelfComparison(plan, state, 1)).toThrow('falseAlarm is 1: expected a chance between 0 and 1')
  })
})

describe('hundreds of stable versions', () => {
  const even: Truth = { requests: 30, canaryShare: 0.5, baseRate: 0.02, newRate: 0.02 }

  it.each<[string, readonly Truth[]]>([
    ['two instances, two routes', [even, { ...even, requests: 6, baseRate: 0.2, newRate: 0.2 }]],
    ['three instances, thin traffic', [{ requests: 2, canaryShare: 1 / 3, baseRate: 0.1, newRate: 0.1 }]],
  ])('that are alike with themselves are said to differ in no more than the chance of it: %s', (_, truths) => {
    const [runs, falseAlarm] = [400, 0.05]
    expect(alarms(runs, 60, truths, falseAlarm)).toBeLessThanOrEqual(falseAlarm * runs)
  })

  it.each([
    ['first', { baseRate: 0.005, newRate: 0.04 }],
    ['second', { baseRate: 0.04, newRate: 0.005 }],
  ])('with a bad instance in the %s half are found out', (_, rates) => {
    expect(alarms(30, 200, [{ ...even, ...rates }], 0.01)).toBe(30)
  })
})
