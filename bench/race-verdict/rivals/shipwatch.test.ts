import { describe, expect, it } from 'vitest'
import { recorded, scripted } from '../scripted.fixture.ts'
import { shipwatch } from './shipwatch.ts'

const plan = { signals: [{ name: 'errors' }] }
const stages = [
  { share: 0.1, seconds: 60 },
  { share: 0.5, seconds: 0 },
]
const staged = shipwatch({ name: 'staged', plan, stages })

describe('Shipwatch in the race', () => {
  it('takes a bad version back as soon as that is shown', () => {
    const { outcome, seconds, badRequests } = staged.simulate(scripted(10, () => 0.5))
    expect(outcome).toBe('rolled-back')
    expect(seconds).toBeLessThan(10)
    expect(badRequests).toBe(5 * seconds)
  })

  it('promotes a good one as soon as that is shown, and not before', () => {
    const { outcome, seconds } = staged.simulate(scripted(10, () => 0))
    expect(outcome).toBe('promoted')
    expect(seconds).toBeGreaterThan(30)
    expect(seconds).toBeLessThan(100)
  })

  it('stays with its last stage', () => {
    const { traffic, shares } = recorded(scripted(1, () => 0))
    staged.simulate(traffic)
    expect([0, 59, 60, 200].map(second => shares[second])).toEqual([0.1, 0.1, 0.5, 0.5])
    expect(staged.shareAt(99_999)).toBe(0.5)
  })

  it('is held where it is without a verdict by the deadline', () => {
    expect(staged.simulate(scripted(0, () => 0))).toEqual({ outcome: 'undecided', seconds: 3_600, badRequests: 0 })
  })

  it('watches to the deadline where it is never to promote', () => {
    const held = shipwatch({ name: 'held', plan, stages, neverPromote: true })
    expect(held.simulate(scripted(10, () => 0))).toEqual({ outcome: 'undecided', seconds: 3_600, badRequests: 0 })
    expect(held.simulate(scripted(10, second => (second < 3_000 ? 0 : 0.5))).outcome).toBe('rolled-back')
  })
})
