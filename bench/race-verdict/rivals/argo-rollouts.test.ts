import { describe, expect, it } from 'vitest'
import { recorded, scripted } from '../scripted.fixture.ts'
import { ARGO_ROLLOUTS } from './argo-rollouts.ts'

const [documented, lenient, strict] = ARGO_ROLLOUTS
if (documented === undefined || lenient === undefined || strict === undefined) throw new Error('three configurations')

describe('Argo Rollouts', () => {
  it('goes through its steps and promotes', () => {
    const { traffic, shares } = recorded(scripted(100, () => 0.04))
    expect(documented.simulate(traffic)).toEqual({ outcome: 'promoted', seconds: 2_400, badRequests: 2_400 * 4 })
    expect([0, 599, 600, 1_200, 1_800, 2_399].map(second => shares[second])).toEqual([0.2, 0.2, 0.4, 0.6, 0.8, 0.8])
    expect([0, 2_399, 2_400].map(documented.shareAt)).toEqual([0.2, 0.8, 1])
  })

  it('measures from the second step on, and aborts at the fourth failure of a limit of three', () => {
    expect(documented.simulate(scripted(10, () => 1))).toMatchObject({ outcome: 'rolled-back', seconds: 1_500 })
    expect(lenient.simulate(scripted(10, () => 1))).toMatchObject({ outcome: 'rolled-back', seconds: 40 })
  })

  it('allows as many failures as its limit', () => {
    expect(lenient.simulate(scripted(10, second => (second < 30 ? 1 : 0))).outcome).toBe('promoted')
    expect(lenient.simulate(scripted(10, second => (second < 31 ? 1 : 0))).outcome).toBe('rolled-back')
  })

  it('sees only the last scrapes before a measurement', () => {
    const badBetween = scripted(10, second => (second % 300 < 284 ? 1 : 0))
    expect(documented.simulate(badBetween).outcome).toBe('promoted')
  })

  it('takes nothing of nothing for a failure', () => {
    expect(lenient.simulate(scripted(0, () => 0))).toEqual({ outcome: 'rolled-back', seconds: 40, badRequests: 0 })
  })

  it('is tuned to 95 % and to 99 %', () => {
    expect(lenient.simulate(scripted(100, () => 0.03)).outcome).toBe('promoted')
    expect(strict.simulate(scripted(100, () => 0.03)).outcome).toBe('rolled-back')
  })
})
