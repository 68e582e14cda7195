import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atOddsRatio, logSumExp, sumInAnyOrder, timesLog } from './log-space.ts'

describe('logarithms of sums', () => {
  it('agree with the plain sum where that does not overflow', () => {
    expect(logSumExp([Math.log(2), Math.log(3), Math.log(5)])).toBeCloseTo(Math.log(10), 14)
  })

  it('hold where the plain sum overflows or vanishes', () => {
    expect(logSumExp([3e10, 3e10])).toBe(3e10 + Math.log(2))
    expect(logSumExp([-3e10, -3e10])).toBe(-3e10 + Math.log(2))
    expect(logSumExp([-5000, 0])).toBe(0)
  })

  it('are minus infinity for nothing', () => {
    expect(logSumExp([])).toBe(Number.NEGATIVE_INFINITY)
    expect(logSumExp([Number.NEGATIVE_INFINITY])).toBe(Number.NEGATIVE_INFINITY)
  })

  it('do not overflow a call stack on long lists', () => {
    expect(logSumExp(Array.from({ length: 500_000 }, () => 0))).toBeCloseTo(Math.log(500_000), 10)
  })
})

it('a sum in any order is the same to the last bit', () => {
  const shuffled = fc
    .array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { maxLength: 12 })
    .chain(terms => fc.tuple(fc.constant(terms), fc.shuffledSubarray(terms, { minLength: terms.length })))
  fc.assert(fc.property(shuffled, ([terms, other]) => Object.is(sumInAnyOrder(terms), sumInAnyOrder(other))))
})

it('nothing counted says nothing, even of the impossible', () => {
  expect(timesLog(0, 0)).toBe(0)
  expect(timesLog(2, 3)).toBeCloseTo(Math.log(9), 14)
})

it('an odds ratio moves a rate, and its inverse moves it back', () => {
  expect(atOddsRatio(0.5, 3)).toBe(0.75)
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      fc.double({ min: 0.1, max: 50, noNaN: true }),
      (rate, ratio) => {
        expect(atOddsRatio(atOddsRatio(rate, ratio), 1 / ratio)).toBeCloseTo(rate, 10)
      },
    ),
  )
})
