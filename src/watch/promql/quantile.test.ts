import fc from 'fast-check'
import { expect, it } from 'vitest'
import { quantile } from './quantile.ts'

it.each([
  [0.5, [], NaN],
  [NaN, [1], NaN],
  [-0.1, [1], -Infinity],
  [1.1, [1], Infinity],
  [0.3, [7], 7],
  [0.5, [3, 1, 2], 2],
  [0.25, [4, 2], 2.5],
  [0, [NaN, 1], NaN],
  [1, [NaN, 1], 1],
  [1, [NaN, NaN], NaN],
  [0.5, [Infinity, 1, -Infinity], NaN],
  [0.5, [Infinity, 2, 1, -Infinity], 1.5],
])('the %d-quantile of %j is %d', (phi, values, expected) => {
  expect(quantile(phi, Float64Array.from(values))).toBe(expected)
})

it.each([1, 5, 39, 40, 41, 100])('sorts %d samples, NaN first', n => {
  const shuffled = Array.from({ length: n }, (_, i) => ((i * 37) % n === 3 ? NaN : (i * 37) % n))
  const values = Float64Array.from(shuffled)
  quantile(0.5, values)
  const numbers = shuffled.filter(value => !Number.isNaN(value)).toSorted((a, b) => a - b)
  expect([...values]).toEqual([...Array<number>(n - numbers.length).fill(NaN), ...numbers])
})

it('never lies outside the samples and grows with φ', () => {
  const samples = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 })
  const phi = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(samples, phi, phi, (values, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)].map(each => quantile(each, Float64Array.from(values)))
      expect(low).toBeGreaterThanOrEqual(Math.min(...values))
      expect(high).toBeLessThanOrEqual(Math.max(...values))
      expect((low as number) - (high as number)).toBeLessThanOrEqual(1e-9)
    }),
  )
})
