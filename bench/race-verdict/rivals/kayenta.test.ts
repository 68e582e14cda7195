import { describe, expect, it } from 'vitest'
import { scripted } from '../scripted.fixture.ts'
import { seededTraffic } from '../traffic.ts'
import { isHigh, KAYENTA } from './kayenta.ts'

describe('Kayenta', () => {
  it('takes back after the first hour that fails', () => {
    expect(KAYENTA.simulate(scripted(100, () => 0.05))).toMatchObject({ outcome: 'rolled-back', seconds: 3_600 })
  })

  it('looks at all points since the start', () => {
    // Bad from the second hour on: half of the points are not enough for a shift, two thirds are.
    expect(KAYENTA.simulate(scripted(100, second => (second < 3_600 ? 0 : 0.1)))).toMatchObject({
      outcome: 'rolled-back',
      seconds: 10_800,
    })
  })

  it('promotes after three hours without a failure', () => {
    const harmless = seededTraffic({ requestsPerSecond: 20, baseRate: 0.01, newRate: 0.01 })(1)
    expect(KAYENTA.simulate(harmless)).toMatchObject({ outcome: 'promoted', seconds: 10_800 })
  })

  it('passes what never varies and is equal', () => {
    expect(KAYENTA.simulate(scripted(100, () => 0.05, 0.05)).outcome).toBe('promoted')
  })

  it('passes where there is no data', () => {
    expect(KAYENTA.simulate(scripted(0, () => 0)).outcome).toBe('promoted')
    expect(isHigh([], [1, 2])).toBe(false)
  })

  it('calls a metric high only when the bound exceeds a quarter of the shift', () => {
    const baseline = Array.from({ length: 60 }, (_, i) => i % 10)
    expect(
      isHigh(
        baseline.map(value => value + 8),
        baseline,
      ),
    ).toBe(true)
    expect(
      isHigh(
        baseline.map(value => value + 1),
        baseline,
      ),
    ).toBe(false)
    expect(
      isHigh(
        baseline.map(value => value - 8),
        baseline,
      ),
    ).toBe(false)
  })

  it('gives the new version a tenth until the end', () => {
    expect([0, 10_799, 10_800].map(KAYENTA.shareAt)).toEqual([0.1, 0.1, 1])
  })
})
