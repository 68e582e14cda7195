import { describe, expect, it } from 'vitest'
import { recorded, scripted } from '../scripted.fixture.ts'
import { CODE_DEPLOY } from './code-deploy.ts'

describe('AWS CodeDeploy', () => {
  it('switches over after five minutes, and ends five minutes later', () => {
    const { traffic, shares } = recorded(scripted(100, () => 0.01))
    expect(CODE_DEPLOY.simulate(traffic)).toEqual({ outcome: 'promoted', seconds: 600, badRequests: 600 })
    expect([0, 299, 300, 599].map(second => shares[second])).toEqual([0.1, 0.1, 1, 1])
  })

  it('takes back after two minutes in a row over the alarm', () => {
    expect(CODE_DEPLOY.simulate(scripted(100, () => 0.05))).toMatchObject({ outcome: 'rolled-back', seconds: 120 })
  })

  it('forgets a single bad minute', () => {
    const everyOther = scripted(100, second => (Math.floor(second / 60) % 2 === 0 ? 0.5 : 0))
    expect(CODE_DEPLOY.simulate(everyOther).outcome).toBe('promoted')
  })

  it('still takes back after the switch', () => {
    expect(CODE_DEPLOY.simulate(scripted(100, second => (second < 300 ? 0 : 0.5)))).toMatchObject({
      outcome: 'rolled-back',
      seconds: 420,
    })
  })

  it('takes missing data for fine', () => {
    expect(CODE_DEPLOY.simulate(scripted(0, () => 0)).outcome).toBe('promoted')
  })
})
