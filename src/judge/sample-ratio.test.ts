import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidInput, seededRandom } from '../kernel/index.ts'
import {
  type Arrivals,
  beginSampleRatio,
  judgeSampleRatio,
  observeSampleRatio,
  parseSampleRatio,
} from './sample-ratio.ts'
import { poissonQuantile } from './traffic.fixture.ts'

const after = (...batches: readonly Arrivals[]) => batches.reduce(observeSampleRatio, beginSampleRatio())

describe('the split of the traffic', () => {
  it('is as expected before any has arrived', () => {
    expect(judgeSampleRatio(beginSampleRatio())).toEqual({
      kind: 'as-expected',
      logMismatch: expect.closeTo(0, 12),
      expectedShare: null,
      arrivedShare: null,
      reason: 'no traffic has arrived',
    })
  })

  it('is found wrong when requests of the new version go missing, with the numbers', () => {
    const verdict = judgeSampleRatio(after({ canary: 100, stable: 1_900, share: 0.1 }))
    expect(verdict).toMatchObject({
      kind: 'mismatch',
      arrivedShare: 0.05,
      expectedShare: 0.1,
      reason: '5.0 % of 2,000 arrivals were at the new version, 10.0 % were expected',
    })
  })

  it('is found wrong when too many come, too', () => {
    expect(judgeSampleRatio(after({ canary: 300, stable: 1_700, share: 0.1 })).kind).toBe('mismatch')
  })

  it('follows the share through the stages', () => {
    const stages = [
      { canary: 12, stable: 988, share: 0.01 },
      { canary: 95, stable: 905, share: 0.1 },
      { canary: 510, stable: 490, share: 0.5 },
    ]
    expect(judgeSampleRatio(after(...stages))).toMatchObject({
      kind: 'as-expected',
      expectedShare: expect.closeTo(610 / 3_000, 12),
    })
  })

  it.each([0, 1])('says nothing at a share of %i', share => {
    expect(after({ canary: 7, stable: 9, share })).toEqual(beginSampleRatio())
  })

  it('survives a JSON round trip', () => {
    const state = after({ canary: 3, stable: 50, share: 0.1 })
    expect(parseSampleRatio(JSON.parse(JSON.stringify(state)))).toEqual(state)
  })

  it.each([undefined, null])('begins now where none was stored: %s', stored => {
    expect(parseSampleRatio(stored)).toEqual(beginSampleRatio())
  })

  const whole = beginSampleRatio()
  it.each<[string, unknown, string, string]>([
    ['no object', 'x', 'state.version', 'state.version is undefined: expected 1'],
    ['another version', { ...whole, version: 2 }, 'state.version', 'state.version is 2: expected 1'],
    ['too few numbers', { ...whole, logRatios: [0] }, 'state.logRatios', 'state.logRatios is [0]: expected 10 numbers'],
    ['no number', { ...whole, canary: '3' }, 'state.canary', 'state.canary is "3": expected a finite number'],
    [
      'no number among them',
      { ...whole, logRatios: whole.logRatios.map(() => null) },
      'state.logRatios[0]',
      'state.logRatios[0] is null: expected a finite number',
    ],
  ])('is refused where the stored state is damaged: %s', (_, stored, field, message) => {
    expect(() => parseSampleRatio(stored)).toThrow(InvalidInput)
    expect(() => parseSampleRatio(stored)).toThrow(expect.objectContaining({ field }))
    expect(() => parseSampleRatio(stored)).toThrow(message)
  })

  it('has no NaN for any counts', () => {
    const arrivals = fc.record({
      canary: fc.nat(1e9),
      stable: fc.nat(1e9),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(arrivals, { maxLength: 4 }), batches => {
        const verdict = judgeSampleRatio(after(...batches))
        expect(verdict.logMismatch).not.toBeNaN()
        expect(verdict.reason).not.toContain('NaN')
      }),
    )
  })

  it('cries wolf in no more than its chance of releases, looked at after every batch', () => {
    const [runs, falseAlarm] = [2_000, 0.02]
    const quantiles = [0.01, 0.1, 0.5].map(
      share => [share, poissonQuantile(40 * share), poissonQuantile(40 * (1 - share))] as const,
    )
    let alarms = 0
    for (let seed = 0; seed < runs; seed++) {
      const random = seededRandom(seed)
      let state = beginSampleRatio()
      for (const [share, canary, stable] of quantiles.flatMap(stage => Array.from({ length: 30 }, () => stage))) {
        state = observeSampleRatio(state, { canary: canary(random()), stable: stable(random()), share })
        if (judgeSampleRatio(state, falseAlarm).kind === 'mismatch') {
          alarms++
          break
        }
      }
    }
    expect(alarms).toBeLessThanOrEqual(falseAlarm * runs)
  })

  it.each([
    ['canary', { canary: -1, stable: 0, share: 0.1 }, 'canary is -1: expected a whole number'],
    ['stable', { canary: 1, stable: 0.5, share: 0.1 }, 'stable is 0.5: expected a whole number'],
    ['share', { canary: 1, stable: 1, share: 10 }, 'share is 10: expected a share from 0 to 1'],
  ])('is refused where it cannot be: %s', (field, arrivals, message) => {
    expect(() => after(arrivals)).toThrow(InvalidInput)
    expect(() => after(arrivals)).toThrow(expect.objectContaining({ field }))
    expect(() => after(arrivals)).toThrow(message)
  })

  it('refuses a chance that is none', () => {
    expect(() => judgeSampleRatio(beginSampleRatio(), 0)).toThrow('falseAlarm is 0: expected a chance between 0 and 1')
  })
})
