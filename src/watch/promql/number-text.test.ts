import { describe, expect, it } from 'vitest'
import { roundedNumber, shortNumber } from './number-text.ts'

describe('numbers in annotations', () => {
  it.each([
    [0, '0'],
    [-0, '-0'],
    [0.5, '0.5'],
    [100000, '100000'],
    [1e6, '1e+06'],
    [123456789, '1.23456789e+08'],
    [0.0001, '0.0001'],
    [0.00001234, '1.234e-05'],
    [-1.5e300, '-1.5e+300'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [NaN, 'NaN'],
  ])('%d is %s', (value, text) => {
    expect(shortNumber(value)).toBe(text)
  })

  it.each([
    [0.1234, '0.12'],
    [9.96, '10'],
    [99.6, '1e+02'],
    [123, '1.2e+02'],
    [0.0000123, '1.2e-05'],
    [Infinity, '+Inf'],
  ])('%d to two digits is %s', (value, text) => {
    expect(roundedNumber(value, 2)).toBe(text)
  })
})
