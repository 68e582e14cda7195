import { describe, expect, it } from 'vitest'
import { chanceBelow, grouped, percent, spoken } from './figures.ts'

const UNITS = { hour: 'h', minute: 'min', second: 's' }

describe('figures', () => {
  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.05, '5.0 %'],
    [0.0012, '0.1 %'],
    [0.00042, '0.04 %'],
  ])('write a share of %d as %s', (share, written) => {
    expect(percent(share)).toBe(written)
  })

  it('keep to the digits that are asked for', () => {
    expect(percent(0.618, 0)).toBe('62 %')
  })

  it.each([
    [0.0088, '0.9 %'],
    [0.0101, '2 %'],
    [0.01, '1 %'],
    [3e-9, '0.0001 %'],
  ])('never round a chance of %d down: %s', (chance, written) => {
    expect(chanceBelow(chance)).toBe(written)
  })

  it.each([
    [0, '0'],
    [999, '999'],
    [1_560, '1,560'],
    [1_234_567, '1,234,567'],
  ])('set the thousands of %d apart: %s', (count, written) => {
    expect(grouped(count)).toBe(written)
  })

  it.each([
    [0, '0 s'],
    [4.25, '4.3 s'],
    [9.96, '10 s'],
    [59.7, '1 min'],
    [200, '3 min 20 s'],
    [3_600, '1 h'],
    [3_725, '1 h 2 min'],
    [7_201, '2 h'],
  ])('say %d seconds as %s', (seconds, written) => {
    expect(spoken(seconds, UNITS)).toBe(written)
  })
})
