import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exponential, seededRandom } from './random.ts'
import { planSession, requestsPerSession, type SessionOptions } from './session.ts'

const OPTIONS: SessionOptions = { seed: 1, users: 100, markets: ['eu', 'us', 'apac'], buyers: 0.9, thinkMs: 300 }

describe('chance', () => {
  it('is the same for the same seed and stream, and another for any other', () => {
    const draw = (seed: number, stream?: number) => Array.from({ length: 4 }, seededRandom(seed, stream))
    expect(draw(1, 2)).toEqual(draw(1, 2))
    const different = [draw(1), draw(2), draw(1, 1), draw(2, 1), draw(1, 2), draw(1, -1)].map(String)
    expect(new Set(different).size).toBe(different.length)
  })

  it('is even, also across streams', () => {
    const across = Array.from({ length: 20_000 }, (_, i) => seededRandom(1, i)())
    const random = seededRandom(1)
    const along = Array.from({ length: 20_000 }, () => random())
    for (const draws of [across, along]) {
      for (let tenth = 0; tenth < 10; tenth++) {
        const count = draws.filter(draw => Math.floor(draw * 10) === tenth).length
        expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(1800))
      }
    }
  })

  it('waits exponentially: as long as the mean on average, longer than it in 1/e of the cases', () => {
    const random = seededRandom(3)
    const waits = Array.from({ length: 20_000 }, () => exponential(random, 250))
    const mean = waits.reduce((a, b) => a + b, 0) / waits.length
    expect(Math.abs(mean - 250)).toBeLessThan(5 * (250 / Math.sqrt(20_000)))
    const longer = waits.filter(wait => wait > 250).length / waits.length
    expect(Math.abs(longer - Math.exp(-1))).toBeLessThan(5 * Math.sqrt((Math.exp(-1) * (1 - Math.exp(-1))) / 20_000))
  })
})

describe('a session', () => {
  it('is planned by its number alone', () => {
    expect(planSession(OPTIONS, 7)).toEqual(planSession(OPTIONS, 7))
    expect(planSession(OPTIONS, 7)).not.toEqual(planSession(OPTIONS, 8))
    expect(planSession(OPTIONS, 7)).not.toEqual(planSession({ ...OPTIONS, seed: 2 }, 7))
  })

  it('lists, perhaps views, fills a cart, and pays only then', () => {
    const shape = /^(list )(view )*(put )+(pay (look-back )?)?$/
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: 1, max: 50 }), (number, users) => {
        const { user, market, steps } = planSession({ ...OPTIONS, users }, number)
        expect(`${steps.map(({ act }) => act.kind).join(' ')} `).toMatch(shape)
        expect(user).toBeGreaterThanOrEqual(0)
        expect(user).toBeLessThan(users)
        expect(market).toBe(OPTIONS.markets[user % 3])
        expect(steps[0]?.thinkMs).toBe(0)
        for (const { thinkMs, act } of steps) {
          expect(thinkMs).toBeLessThanOrEqual(3000)
          if ('pick' in act) expect(act.pick >= 0 && act.pick < 1).toBe(true)
        }
      }),
    )
  })

  it.each([0, 0.5, 1])('makes as many requests on average as is said, with %d of them buyers', buyers => {
    const counts = Array.from({ length: 20_000 }, (_, i) => planSession({ ...OPTIONS, buyers }, i).steps.length)
    const mean = counts.reduce((a, b) => a + b, 0) / counts.length
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length
    expect(Math.abs(mean - requestsPerSession({ buyers }))).toBeLessThan(5 * Math.sqrt(variance / counts.length))
  })
})
