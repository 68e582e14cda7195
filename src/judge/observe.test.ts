import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidInput } from '../kernel/index.ts'
import type { Counts } from './counts.ts'
import type { Stratum } from './gathering.ts'
import { judge } from './judge.ts'
import { type Observation, observe } from './observe.ts'
import { releasePlan } from './plan.ts'
import { ALTERNATIVES, begin, parseState, type State } from './state.ts'

const plan = releasePlan({
  signals: [
    { name: 'errors', weight: 2, objective: 0.05 },
    { name: 'slow', past: 'p99' },
    { name: 'orders', ceiling: null },
  ],
})

const count = (max: number) =>
  fc
    .integer({ min: 0, max })
    .chain(requests => fc.record({ requests: fc.constant(requests), bad: fc.integer({ min: 0, max: requests }) }))
const stratum = (max: number): fc.Arbitrary<Stratum> => fc.record({ canary: count(max), stable: count(max) })
const anySize = fc.oneof(stratum(20), stratum(2_000), stratum(1e9))
const named = fc.record({ name: fc.constantFrom('', 'eu', 'us'), canary: count(6), stable: count(6) })
const strata = fc.array(fc.oneof(anySize, named), { maxLength: 5 })

/** A batch of several observations, all under one share or without any. */
const batch: fc.Arbitrary<readonly Observation[]> = fc
  .record({
    share: fc.constantFrom(undefined, 0.1, 0.5),
    parts: fc.array(fc.record({ signal: fc.constantFrom('errors', 'slow', 'orders'), strata }), { maxLength: 5 }),
  })
  .map(({ share, parts }) => (share === undefined ? parts : parts.map(part => Object.assign(part, { share }))))

const after = (...batches: readonly (Observation | readonly Observation[])[]): State =>
  batches.reduce((state: State, batch) => observe(plan, state, batch), begin(plan))

const numbersIn = (value: unknown): number[] => {
  if (typeof value === 'number') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : []
}

describe('a batch', () => {
  it('adds up the requests that arrived', () => {
    const one = { signal: 'errors', canary: { requests: 12, bad: 1 }, stable: { requests: 108, bad: 0 } }
    const [errors, slow] = after(one, one).signals
    expect(errors).toMatchObject({ canary: { requests: 24, bad: 2 }, stable: { requests: 216, bad: 0 } })
    expect(slow).toEqual(begin(plan).signals[1])
  })

  it('moves the evidence by the likelihood ratio of its split', () => {
    // One bad request among 2 on the new and 8 on the old version: chance 2/10 if harmless, 2ψ/(2ψ+8) at odds ratio ψ.
    const state = after({ signal: 'errors', canary: { requests: 2, bad: 1 }, stable: { requests: 8, bad: 0 } })
    const expected = ALTERNATIVES.map(({ ratio }) => Math.log((2 * ratio) / (2 * ratio + 8) / 0.2))
    for (const [i, log] of expected.entries()) expect(state.signals[0]?.logRatios[i]).toBeCloseTo(log, 13)
    expect(state.signals[0]?.logEqual).toBeCloseTo(-Math.log(3 / 11 / 0.2), 13)
  })

  it('leaves the state it was given alone', () => {
    const state = begin(plan)
    const copy = structuredClone(state)
    observe(plan, state, { signal: 'errors', canary: { requests: 5, bad: 5 }, stable: { requests: 5, bad: 0 } })
    expect(state).toEqual(copy)
  })

  it.each<[string, Counts, Counts]>([
    ['no traffic', { requests: 0, bad: 0 }, { requests: 0, bad: 0 }],
    ['traffic on one version only', { requests: 50, bad: 7 }, { requests: 0, bad: 0 }],
    ['no bad request', { requests: 50, bad: 0 }, { requests: 500, bad: 0 }],
    ['only bad requests', { requests: 50, bad: 50 }, { requests: 500, bad: 500 }],
  ])('with %s compares nothing', (_, canary, stable) => {
    const [signal] = after({ signal: 'errors', canary, stable }).signals
    expect(signal?.logRatios.every(log => Object.is(log, 0))).toBe(true)
    expect(signal?.logEqual).toBe(0)
  })

  it('gives the same to the last bit in any order of strata, of observations and of signals', () => {
    const shuffle = (all: readonly Observation[]) => fc.shuffledSubarray([...all], { minLength: all.length })
    const law = fc.property(
      fc.array(
        batch.chain(all => fc.tuple(fc.constant(all), shuffle(all))),
        { maxLength: 4 },
      ),
      batches => {
        const turned = batches.map(([, shuffled]) =>
          shuffled.map(one => ('strata' in one ? Object.assign({}, one, { strata: one.strata.toReversed() }) : one)),
        )
        expect(after(...turned)).toEqual(after(...batches.map(([all]) => all)))
      },
    )
    fc.assert(law, { numRuns: 150 })
  })

  it('of strata multiplies the factors of the strata', () => {
    const [one, two] = [
      { canary: { requests: 10, bad: 2 }, stable: { requests: 90, bad: 1 } },
      { canary: { requests: 70, bad: 3 }, stable: { requests: 30, bad: 8 } },
    ]
    const together = after({ signal: 'errors', strata: [one, two] }).signals[0]
    const apart = after({ signal: 'errors', ...one }, { signal: 'errors', ...two }).signals[0]
    for (const [i, log] of (apart?.logRatios ?? []).entries()) expect(together?.logRatios[i]).toBeCloseTo(log, 12)
  })

  it('is not misled by a mix of routes that differs between the versions', () => {
    // The new version serves more of the route that always fails more: pooled, it looks far worse.
    const strata = Array.from({ length: 20 }, () => [
      { canary: { requests: 90, bad: 9 }, stable: { requests: 10, bad: 1 } },
      { canary: { requests: 10, bad: 0 }, stable: { requests: 190, bad: 0 } },
    ])
    const stratified = after(...strata.map(batch => ({ signal: 'orders', strata: batch })))
    const pooled = after(
      ...strata.map(() => ({ signal: 'orders', canary: { requests: 100, bad: 9 }, stable: { requests: 200, bad: 1 } })),
    )
    expect(judge(plan, pooled).kind).toBe('roll-back')
    expect(judge(plan, stratified).towardRollBack).toBe(0)
  })
})

describe('whatever is counted', () => {
  it('no number is ever NaN or infinite, up to a thousand million requests', () => {
    const law = fc.property(fc.array(batch, { maxLength: 5 }), batches => {
      const state = after(...batches)
      const verdict = judge(plan, state)
      expect(numbersIn([state, verdict]).every(Number.isFinite)).toBe(true)
      expect(verdict.reason).not.toMatch(/NaN|Infinity|undefined|null/)
    })
    fc.assert(law, { numRuns: 300 })
  })

  it('a restart at any batch goes on with the identical verdict', () => {
    const law = fc.property(fc.array(batch, { maxLength: 6 }), fc.nat(6), (batches, at) => {
      const through = after(...batches)
      const before = JSON.parse(JSON.stringify(after(...batches.slice(0, at))))
      const resumed = batches.slice(at).reduce((state, batch) => observe(plan, state, batch), parseState(plan, before))
      expect(judge(plan, resumed)).toEqual(judge(plan, through))
      expect(resumed).toEqual(through)
    })
    fc.assert(law, { numRuns: 150 })
  })

  it('one more bad request on the new version never lessens the evidence against it', () => {
    const law = fc.property(stratum(2_000), stratum(300), ({ canary, stable }, other) => {
      fc.pre(canary.bad < canary.requests)
      const seen = (bad: number) =>
        judge(plan, after({ signal: 'errors', strata: [{ canary: { ...canary, bad }, stable }, other] })).signals[0]
          ?.logWorse ?? 0
      expect(seen(canary.bad + 1)).toBeGreaterThanOrEqual(seen(canary.bad) - 1e-9)
    })
    fc.assert(law, { numRuns: 200 })
  })
})

describe('a batch that cannot be', () => {
  const fine = { requests: 10, bad: 1 }
  const cases: readonly [string, Observation, string, string][] = [
    [
      'an unknown signal',
      { signal: 'eror', canary: fine, stable: fine },
      'signal',
      'signal is "eror": expected one of the plan\'s signals: errors, slow, orders',
    ],
    [
      'more bad requests than requests',
      { signal: 'errors', canary: { requests: 3, bad: 4 }, stable: fine },
      'errors.canary.bad',
      'errors.canary.bad is 4: expected at most the 3 requests',
    ],
    [
      'a negative count',
      { signal: 'errors', canary: fine, stable: { requests: -1, bad: 0 } },
      'errors.stable.requests',
      'errors.stable.requests is -1: expected a whole number, 0 or more',
    ],
    [
      'a negative count of bad ones',
      { signal: 'errors', canary: fine, stable: { requests: 1, bad: -1 } },
      'errors.stable.bad',
      'is -1',
    ],
    [
      'half a request',
      {
        signal: 'slow',
        strata: [
          { canary: fine, stable: fine },
          { canary: { requests: 1.5, bad: 0 }, stable: fine },
        ],
      },
      'slow.strata[1].canary.requests',
      'is 1.5',
    ],
    [
      'no number',
      { signal: 'slow', canary: fine, stable: { requests: Number.NaN, bad: 0 } },
      'slow.stable.requests',
      'is NaN',
    ],
  ]

  it.each(cases)('is refused: %s', (_, batch, field, message) => {
    expect(() => after(batch)).toThrow(InvalidInput)
    expect(() => after(batch)).toThrow(expect.objectContaining({ field }))
    expect(() => after(batch)).toThrow(message)
  })

  it('is refused: two shares in one batch', () => {
    const parts = [0.1, 0.5].map(share => ({ signal: 'errors', share, canary: fine, stable: fine }))
    expect(() => observe(plan, begin(plan), parts)).toThrow(
      'errors.share is 0.5: expected the share of the whole batch, 0.1',
    )
  })
})

describe('thin traffic under one share', () => {
  const thin = (canary: Counts, stable: Counts, share?: number): Observation =>
    share === undefined ? { signal: 'errors', canary, stable } : { signal: 'errors', share, canary, stable }
  const good = { requests: 1, bad: 0 }
  const seconds = [
    thin(good, { requests: 9, bad: 0 }, 0.1),
    thin({ requests: 1, bad: 1 }, { requests: 10, bad: 0 }, 0.1),
    thin({ requests: 0, bad: 0 }, { requests: 8, bad: 1 }, 0.1),
    thin({ requests: 2, bad: 1 }, { requests: 9, bad: 0 }, 0.1),
  ]
  const evidence = ({ signals: [errors] }: State) => [errors?.logRatios, errors?.logEqual]

  it('is compared together once each version has four requests', () => {
    const together = after(thin({ requests: 4, bad: 2 }, { requests: 36, bad: 1 }))
    expect(evidence(after(...seconds))).toEqual(evidence(together))
    expect(after(...seconds).signals[0]?.gathering).toEqual([])
  })

  it('is counted at once, and compared later', () => {
    const [errors] = after(...seconds.slice(0, 3)).signals
    expect(errors).toMatchObject({ canary: { requests: 2, bad: 1 }, stable: { requests: 27, bad: 1 }, logEqual: 0 })
    expect(errors?.gathering).toEqual([
      { name: '', share: 0.1, batches: 3, canary: { requests: 2, bad: 1 }, stable: { requests: 27, bad: 1 } },
    ])
  })

  it('is not gathered across a change of the share', () => {
    const stages = [...seconds.slice(0, 2), thin({ requests: 5, bad: 1 }, { requests: 5, bad: 1 }, 0.5)]
    const apart = after(
      thin({ requests: 2, bad: 1 }, { requests: 19, bad: 0 }),
      thin({ requests: 5, bad: 1 }, { requests: 5, bad: 1 }),
    )
    expect(evidence(after(...stages))).toEqual(evidence(apart))
  })

  it('is compared as it is when the share is no longer said', () => {
    const apart = after(thin({ requests: 2, bad: 1 }, { requests: 19, bad: 0 }), thin(good, good))
    expect(evidence(after(...seconds.slice(0, 2), thin(good, good)))).toEqual(evidence(apart))
  })

  it('of strata is gathered by name, and not without one', () => {
    const strata = (name: string, canary: Counts, stable: Counts) => ({ name, canary, stable })
    const bad = { requests: 1, bad: 1 }
    const { signals } = after({
      signal: 'errors',
      share: 0.5,
      strata: [
        strata('pay', good, bad),
        strata('browse', bad, good),
        strata('pay', good, good),
        { canary: bad, stable: good },
      ],
    })
    expect(signals[0]?.gathering).toEqual([
      { name: 'browse', share: 0.5, batches: 1, canary: bad, stable: good },
      { name: 'pay', share: 0.5, batches: 1, canary: { requests: 2, bad: 0 }, stable: { requests: 2, bad: 1 } },
    ])
    expect(evidence({ ...begin(plan), signals })).toEqual(evidence(after(thin(bad, good))))
  })

  it('does not wait for more than sixty batches', () => {
    const once = thin({ requests: 0, bad: 0 }, { requests: 30, bad: 1 }, 0.01)
    const first = thin({ requests: 2, bad: 1 }, { requests: 30, bad: 0 }, 0.01)
    const waiting = after(first, ...Array.from({ length: 58 }, () => once))
    expect(waiting.signals[0]?.gathering).toHaveLength(1)
    const done = observe(plan, waiting, once)
    expect(done.signals[0]?.gathering).toEqual([])
    expect(evidence(done)).toEqual(evidence(after(thin({ requests: 2, bad: 1 }, { requests: 60 * 30, bad: 59 }))))
  })
})
