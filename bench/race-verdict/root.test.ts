import fc from 'fast-check'
import { expect, it } from 'vitest'
import { root } from './root.ts'

it.each<[string, (x: number) => number, number, number, number]>([
  ['a line', x => 2 * x - 3, 0, 10, 1.5],
  ['a cubic', x => x ** 3 - 2 * x - 5, 2, 3, 2.094_551_481_542_327],
  ['cos x − x', x => Math.cos(x) - x, 0, 1, 0.739_085_133_215_160_6],
  ['a flat curve', x => (x - 1) ** 9, -4, 7, 1],
  ['a falling curve', x => Math.exp(-x) - 0.1, 0, 50, Math.log(10)],
])('finds the root of %s', (_, f, low, high, expected) => {
  expect(root(f, low, high, 1e-10)).toBeCloseTo(expected, 1)
  expect(Math.abs(f(root(f, low, high, 1e-10)))).toBeLessThan(1e-8)
})

it('finds the step of a staircase, to its tolerance, from either side', () => {
  const law = fc.property(fc.double({ min: -9, max: 9, noNaN: true }), fc.boolean(), (step, rising) => {
    const f = (x: number) => (x < step === rising ? -1 : 1)
    expect(Math.abs(root(f, -10, 10, 1e-4) - step)).toBeLessThan(2e-4)
  })
  fc.assert(law)
})

it('stops at a root at an end', () => {
  expect(root(x => x, 0, 5, 1e-9)).toBe(0)
})
