import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ofOne } from './evaluation.fixture.ts'

const π = Math.PI

/** Of 2.5, 2, −2.5, −2, 0, −0, ∞, −∞ and NaN. */
const VALUES = [2.5, 2, -2.5, -2, 0, -0, Infinity, -Infinity, NaN]

it.each([
  ['abs', [2.5, 2, 2.5, 2, 0, 0, Infinity, Infinity, NaN]],
  ['ceil', [3, 2, -2, -2, 0, -0, Infinity, -Infinity, NaN]],
  ['floor', [2, 2, -3, -2, 0, -0, Infinity, -Infinity, NaN]],
  ['round', [3, 2, -2, -2, 0, 0, Infinity, -Infinity, NaN]],
  ['sgn', [1, 1, -1, -1, 0, -0, 1, -1, NaN]],
  ['sqrt', [Math.sqrt(2.5), Math.SQRT2, NaN, NaN, 0, -0, Infinity, NaN, NaN]],
  ['exp', [Math.exp(2.5), Math.exp(2), Math.exp(-2.5), Math.exp(-2), 1, 1, Infinity, 0, NaN]],
  ['ln', [Math.log(2.5), Math.LN2, NaN, NaN, -Infinity, -Infinity, Infinity, NaN, NaN]],
  ['log2', [Math.log2(2.5), 1, NaN, NaN, -Infinity, -Infinity, Infinity, NaN, NaN]],
  ['log10', [0.3979400086720376, 0.3010299956639812, NaN, NaN, -Infinity, -Infinity, Infinity, NaN, NaN]],
  ['sin', [Math.sin(2.5), Math.sin(2), -Math.sin(2.5), -Math.sin(2), 0, -0, NaN, NaN, NaN]],
  ['cos', [Math.cos(2.5), Math.cos(2), Math.cos(2.5), Math.cos(2), 1, 1, NaN, NaN, NaN]],
  ['tan', [Math.tan(2.5), Math.tan(2), -Math.tan(2.5), -Math.tan(2), 0, -0, NaN, NaN, NaN]],
  ['asin', [NaN, NaN, NaN, NaN, 0, -0, NaN, NaN, NaN]],
  ['acos', [NaN, NaN, NaN, NaN, π / 2, π / 2, NaN, NaN, NaN]],
  ['atan', [Math.atan(2.5), Math.atan(2), -Math.atan(2.5), -Math.atan(2), 0, -0, π / 2, -π / 2, NaN]],
  ['sinh', [Math.sinh(2.5), Math.sinh(2), -Math.sinh(2.5), -Math.sinh(2), 0, -0, Infinity, -Infinity, NaN]],
  ['cosh', [Math.cosh(2.5), Math.cosh(2), Math.cosh(2.5), Math.cosh(2), 1, 1, Infinity, Infinity, NaN]],
  ['tanh', [Math.tanh(2.5), Math.tanh(2), -Math.tanh(2.5), -Math.tanh(2), 0, -0, 1, -1, NaN]],
  ['asinh', [Math.asinh(2.5), Math.asinh(2), -Math.asinh(2.5), -Math.asinh(2), 0, -0, Infinity, -Infinity, NaN]],
  ['acosh', [Math.acosh(2.5), Math.acosh(2), NaN, NaN, NaN, NaN, Infinity, NaN, NaN]],
  ['atanh', [NaN, NaN, NaN, NaN, 0, -0, NaN, NaN, NaN]],
  [
    'deg',
    [143.2394487827058, 114.59155902616465, -143.2394487827058, -114.59155902616465, 0, -0, Infinity, -Infinity, NaN],
  ],
  [
    'rad',
    [
      0.04363323129985824,
      0.03490658503988659,
      -0.04363323129985824,
      -0.03490658503988659,
      0,
      -0,
      Infinity,
      -Infinity,
      NaN,
    ],
  ],
])('%s of special values', (name, expected) => {
  expect(VALUES.map(value => ofOne(`${name}(v)`, value))).toEqual(expected)
})

describe('round', () => {
  it.each([
    [2.5, '1', 3],
    [-2.5, '1', -2],
    [7, '5', 5],
    [8, '5', 10],
    [0.15, '0.1', 0.2],
    [1.25, '0.5', 1.5],
    [3, '0', NaN],
  ])('%d to the nearest %s is %d, ties going up', (value, nearest, expected) => {
    expect(ofOne(`round(v, ${nearest})`, value)).toBe(expected)
  })
})

describe('clamp', () => {
  it.each([
    ['clamp(v, -25, 75)', -50, -25],
    ['clamp(v, -25, 75)', 0, 0],
    ['clamp(v, -25, 75)', 100, 75],
    ['clamp(v, -25, 75)', NaN, NaN],
    ['clamp(v, 0, NaN)', 5, NaN],
    ['clamp(v, NaN, 0)', 5, NaN],
    ['clamp(v, 5, -5)', 0, undefined],
    ['clamp_min(v, -25)', -50, -25],
    ['clamp_min(v, Inf)', NaN, Infinity],
    ['clamp_max(v, 75)', 100, 75],
    ['clamp_max(v, -Inf)', NaN, -Infinity],
    ['clamp_max(v, NaN)', 1, NaN],
  ])('%s of %d is %d', (query, value, expected) => {
    expect(ofOne(query, value)).toBe(expected)
  })

  it('lies between its limits', () => {
    const number = fc.double({ noNaN: true })
    fc.assert(
      fc.property(number, fc.integer({ min: -99, max: 0 }), fc.nat(99), (value, min, max) => {
        const clamped = ofOne(`clamp(v, ${min}, ${max})`, value) as number
        expect(clamped).toBeGreaterThanOrEqual(min)
        expect(clamped).toBeLessThanOrEqual(max)
      }),
    )
  })
})

it('log10 is exact for powers of ten', () => {
  for (let power = -20; power <= 300; power++) expect(ofOne('log10(v)', Number(`1e${power}`))).toBe(power)
})

it('degrees and radians are each other backwards', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), degrees => {
      expect(ofOne('deg(v)', ofOne('rad(v)', degrees) as number)).toBeCloseTo(degrees, 6)
    }),
  )
})
