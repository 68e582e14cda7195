import { describe, expect, it } from 'vitest'
import { seededRandom } from './random.ts'

describe('seeded random numbers', () => {
  it('are the same for the same seed and different for the next', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed))
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
  })

  it('fill [0, 1) evenly: no tenth is off by more than 5 standard deviations', () => {
    const random = seededRandom(1)
    const counts = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 100_000; i++) {
      const tenth = Math.floor(random() * 10)
      counts[tenth] = (counts[tenth] ?? 0) + 1
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(9_000))
  })
})
