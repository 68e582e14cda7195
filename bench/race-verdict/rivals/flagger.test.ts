import { describe, expect, it } from 'vitest'
import { recorded, scripted } from '../scripted.fixture.ts'
import { FLAGGERS, flagger } from './flagger.ts'

const tutorial = { intervalSeconds: 60, threshold: 5, stepPercent: 10, maxPercent: 50 }

describe('Flagger', () => {
  it.each([
    [tutorial, 360],
    [{ ...tutorial, threshold: 10, stepPercent: 2 }, 660],
    [{ ...tutorial, intervalSeconds: 10 }, 60],
  ])('takes back one tick after the threshold is reached: %o after %i s', (options, seconds) => {
    expect(flagger(options).simulate(scripted(10, () => 1))).toEqual({
      outcome: 'rolled-back',
      seconds,
      badRequests: 10 * seconds,
    })
  })

  it('promotes after a passed check at the largest weight', () => {
    const { traffic, shares } = recorded(scripted(10, () => 0))
    expect(flagger(tutorial).simulate(traffic)).toEqual({ outcome: 'promoted', seconds: 300, badRequests: 0 })
    expect([0, 59, 60, 120, 180, 240, 299].map(second => shares[second])).toEqual([0.1, 0.1, 0.2, 0.3, 0.4, 0.5, 0.5])
  })

  it('holds the weight when a check fails, and goes on when the next passes', () => {
    const { traffic, shares } = recorded(scripted(10, second => (second < 120 ? 1 : 0)))
    expect(flagger(tutorial).simulate(traffic)).toMatchObject({ outcome: 'promoted', seconds: 420 })
    expect([0, 60, 120, 180, 240].map(second => shares[second])).toEqual([0.1, 0.1, 0.1, 0.2, 0.3])
  })

  it('never forgets a failed check', () => {
    const everyOther = scripted(10, second => (Math.floor(second / 60) % 2 === 0 ? 1 : 0))
    // Ticks 1, 3, 5, 7 fail, 2, 4, 6, 8 pass; the ninth would be the fifth failure, at 50 %, and the tenth takes back.
    expect(flagger(tutorial).simulate(everyOther)).toMatchObject({ outcome: 'rolled-back', seconds: 600 })
  })

  it('counts no data as failed', () => {
    expect(flagger(tutorial).simulate(scripted(0, () => 0))).toEqual({
      outcome: 'rolled-back',
      seconds: 360,
      badRequests: 0,
    })
  })

  it('passes at exactly 99 %', () => {
    expect(flagger(tutorial).simulate(scripted(100, () => 0.01)).outcome).toBe('promoted')
    expect(flagger(tutorial).simulate(scripted(100, () => 0.02)).outcome).toBe('rolled-back')
  })

  it('gives all traffic to the new version after the last step', () => {
    const { shareAt } = flagger(tutorial)
    expect([0, 60, 240, 299, 300, 9_999].map(shareAt)).toEqual([0.1, 0.2, 0.5, 0.5, 1, 1])
  })

  it('races as documented twice, and tuned once', () => {
    expect(FLAGGERS.map(({ name, tuned }) => [name, tuned])).toEqual([
      ['Flagger 5/10/50, 60 s', false],
      ['Flagger 10/2/50, 60 s', false],
      ['Flagger 5/10/50, 10 s', true],
    ])
  })
})
