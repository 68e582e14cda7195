import { expect, test } from 'vitest'
import { percentile } from './percentile.ts'

test.each([
  [0.5, 3],
  [0.95, 5],
  [0.2, 1],
  [0.21, 2],
  [0, 1],
  [1, 5],
])('the %f part of five values', (share, expected) => {
  expect(percentile([5, 1, 3, 2, 4], share)).toBe(expected)
})

test('of nothing is no number', () => {
  expect(percentile([], 0.5)).toBeNaN()
})
