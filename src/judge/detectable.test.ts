import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidInput, seededRandom } from '../kernel/index.ts'
import { type DetectableOptions, detectable } from './detectable.ts'
import { judge } from './judge.ts'
import { observe } from './observe.ts'
import { releasePlan } from './plan.ts'
import { begin } from './state.ts'
import { drawing } from './traffic.fixture.ts'

const plan = releasePlan({
  signals: [
    { name: 'errors', weight: 2 },
    { name: 'slow', past: 'p99' },
  ],
})
const shop: DetectableOptions = { requestsPerSecond: 20, canaryShare: 0.1, baseRate: 0.003, within: '5m' }

describe('what the traffic can show', () => {
  it('is said in a sentence with its numbers', () => {
    const seen = detectable(plan, shop)
    expect(seen).toMatchObject({ signal: 'errors', withinMs: 300_000 })
    expect(seen.sentence).toMatch(/^a rise from 0\.3 % to \d\.\d % shows within 5m$/)
    expect(seen.newRate).toBeGreaterThan(0.01)
    expect(seen.newRate).toBeLessThan(0.04)
  })

  it('takes a duration in words or in milliseconds', () => {
    expect(detectable(plan, { ...shop, within: 300_000 })).toEqual({
      ...detectable(plan, shop),
      sentence: expect.stringMatching(/shows within 5m$/),
    })
  })

  it('says so where there is too little, or nothing', () => {
    expect(detectable(plan, { ...shop, requestsPerSecond: 0.01, within: '10s' })).toMatchObject({
      newRate: null,
      sentence: 'too little traffic: not even a rise from 0.3 % to 100 % shows within 10s',
    })
    expect(detectable(plan, { ...shop, requestsPerSecond: 0 })).toMatchObject({
      newRate: null,
      sentence: 'no traffic: no rise can be seen',
    })
  })

  it('of a signal with less weight is less', () => {
    const slow = detectable(plan, { ...shop, signal: 'slow' })
    expect(slow.signal).toBe('slow')
    expect(slow.newRate).toBeGreaterThan(detectable(plan, shop).newRate ?? 1)
  })

  it('grows with time and with traffic, and lies above the base rate', () => {
    const law = fc.property(
      fc.double({ min: 0.1, max: 1e6, noNaN: true }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      fc.double({ min: 0, max: 0.9, noNaN: true }),
      (requestsPerSecond, canaryShare, baseRate) => {
        const short = detectable(plan, { requestsPerSecond, canaryShare, baseRate, within: '1m' })
        const long = detectable(plan, { requestsPerSecond, canaryShare, baseRate, within: '10m' })
        if (short.newRate !== null) expect(long.newRate).toBeLessThanOrEqual(short.newRate)
        if (long.newRate !== null) expect(long.newRate).toBeGreaterThanOrEqual(baseRate)
        expect(long.sentence).not.toMatch(/NaN|Infinity/)
      },
    )
    fc.assert(law, { numRuns: 60 })
  })

  it.each([
    [20, 0.1, 0.003, '5m'],
    [20, 0.5, 0.003, '2m'],
    [200, 0.1, 0.01, '1m'],
    [100, 0.1, 0.5, '1m'],
    [5, 0.2, 0, '10m'],
  ])(
    'is found in 7 to 10 of 10 simulated releases: %f requests/s, share %f, base rate %f, %s',
    (requestsPerSecond, canaryShare, baseRate, within) => {
      const { newRate, withinMs } = detectable(plan, { requestsPerSecond, canaryShare, baseRate, within })
      const draw = drawing({ requests: requestsPerSecond, canaryShare, baseRate, newRate: newRate ?? 0 })
      let found = 0
      for (let seed = 0; seed < 100; seed++) {
        const random = seededRandom(seed)
        let state = begin(plan)
        for (let second = 0; second < withinMs / 1_000; second++) {
          state = observe(plan, state, { signal: 'errors', ...draw(random) })
          if (judge(plan, state).kind === 'roll-back') {
            found++
            break
          }
        }
      }
      expect(found).toBeGreaterThanOrEqual(68)
      expect(found).toBeLessThanOrEqual(99)
    },
  )
})

describe('a question that cannot be answered', () => {
  const cases: readonly [string, Partial<DetectableOptions>, string, string][] = [
    [
      'negative traffic',
      { requestsPerSecond: -1 },
      'requestsPerSecond',
      'requestsPerSecond is -1: expected a number, 0 or more',
    ],
    ['traffic that is no number', { requestsPerSecond: Number.NaN }, 'requestsPerSecond', 'NaN'],
    ['no share', { canaryShare: 0 }, 'canaryShare', 'canaryShare is 0: expected a share between 0 and 1'],
    ['a share in percent', { canaryShare: 10 }, 'canaryShare', 'canaryShare is 10'],
    ['a base rate of 1', { baseRate: 1 }, 'baseRate', 'baseRate is 1: expected a share from 0 to below 1'],
    ['a duration that is none', { within: 'soon' }, 'within', 'within is "soon": expected a duration above 0'],
    ['no time', { within: 0 }, 'within', 'within is 0'],
    ['an unknown signal', { signal: 'eror' }, 'signal', 'signal is "eror": expected one of errors, slow'],
  ]

  it.each(cases)('is refused: %s', (_, options, field, message) => {
    const ask = () => detectable(plan, { ...shop, ...options })
    expect(ask).toThrow(InvalidInput)
    expect(ask).toThrow(expect.objectContaining({ field }))
    expect(ask).toThrow(message)
  })
})
