import fc from 'fast-check'
import { expect, it } from 'vitest'
import { shortNumber } from './number-text.ts'

it.each([
  [0, '0'],
  [-0, '-0'],
  [2, '2'],
  [-1.5, '-1.5'],
  [0.1, '0.1'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [123456, '123456'],
  [999999.5, '999999.5'],
  [1e6, '1e+06'],
  [1234567, '1.234567e+06'],
  [-2.5e-7, '-2.5e-07'],
  [1e100, '1e+100'],
  [5e-324, '5e-324'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
  [NaN, 'NaN'],
])('%d is written %s', (value, text) => {
  expect(shortNumber(value)).toBe(text)
})

it('gives the number back', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
      expect(Number(shortNumber(value))).toBe(value)
    }),
  )
})
