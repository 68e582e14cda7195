import fc from 'fast-check'
import { expect, it } from 'vitest'
import { KahanSum } from './kahan.ts'

function totalOf(values: readonly number[]): number {
  const sum = new KahanSum()
  for (const value of values) sum.add(value)
  return sum.total
}

it('keeps what plain additions round away', () => {
  expect(totalOf([1, 1e100, 1, -1e100])).toBe(2)
  expect(totalOf(Array(10).fill(0.1))).toBe(1)
})

it('becomes infinite and stays so, without what was lost before', () => {
  expect(totalOf([1e308, 1e308, 1])).toBe(Infinity)
  expect(totalOf([-Infinity, 5])).toBe(-Infinity)
  expect(totalOf([Infinity, -Infinity])).toBeNaN()
})

it('starts again', () => {
  const sum = new KahanSum()
  sum.add(5)
  sum.reset(1, 0.5)
  expect(sum.total).toBe(1.5)
  sum.reset()
  expect(sum.total).toBe(0)
})

it('is exact where the sum of integers in any order is', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeInteger()), values => {
      const exact = values.reduce((sum, value) => sum + BigInt(value), 0n)
      expect(Math.abs(totalOf(values) - Number(exact))).toBeLessThanOrEqual(Math.abs(Number(exact)) * 2 ** -51)
    }),
  )
})
