import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { counting, over, samplesEvery } from './evaluation.fixture.ts'

const RESTARTED = [...counting(0, 10, 4), ...counting(0, 10, 5)]

describe('deriv', () => {
  it('of a straight line is its slope', () => {
    expect(over('deriv(x[50m])', samplesEvery(300, counting(0, 80, 10)), 3000).value).toBeCloseTo(80 / 300, 12)
  })

  it('is that of least squares', () => {
    expect(over('deriv(x[100m])', samplesEvery(300, RESTARTED), 3000).value).toBeCloseTo(0.010606060606060607, 12)
  })

  it('of equal samples is 0 to the bit, and NaN where they are infinite', () => {
    expect(over('deriv(x[10m])', samplesEvery(60, [0.1, 0.1, 0.1]), 120).value).toBe(0)
    expect(over('deriv(x[10m])', samplesEvery(60, [Infinity, Infinity]), 60).value).toBeNaN()
    expect(over('deriv(x[10m])', samplesEvery(60, [-Infinity, 0, 1, Infinity]), 180).value).toBeNaN()
  })

  it('needs two floats, and tells if the others were histograms', () => {
    expect(over('deriv(x[10m])', samplesEvery(60, [1]), 60).value).toBeUndefined()
    const { value, infos } = over('deriv(x[10m])', samplesEvery(60, [1, '{{count:1}}']), 60)
    expect(value).toBeUndefined()
    expect(infos).toHaveLength(1)
  })

  it('recovers the slope of any line', () => {
    const number = fc.integer({ min: -1000, max: 1000 })
    fc.assert(
      fc.property(number, number, fc.integer({ min: 1, max: 40 }), (start, slope, n) => {
        const { value } = over('deriv(x[1h])', samplesEvery(1, counting(start, slope, n)), n)
        expect(value).toBeCloseTo(slope, 6)
      }),
    )
  })
})

describe('predict_linear', () => {
  it.each([
    ['predict_linear(x[50m], 3600)', 3000, 70],
    ['predict_linear(x[55m] @ 3000, 3600)', 3000, 76.81818181818181],
    ['predict_linear(x[55m] @ 3000, 3600)', 600, 51.36363636363637],
    ['predict_linear(x[55m] @ 3000, 3600)', 4200, 89.54545454545455],
  ])('%s at %d s counts from the evaluation', (query, at, expected) => {
    expect(over(query, samplesEvery(300, RESTARTED), at).value).toBeCloseTo(expected, 10)
  })

  it('of equal samples is that sample', () => {
    expect(over('predict_linear(x[10m], 1e9)', samplesEvery(60, [0.1, 0.1]), 60).value).toBe(0.1)
  })
})

describe('double_exponential_smoothing', () => {
  it.each([
    [counting(0, 10, 1000), 8000],
    [counting(0, -20, 1000), -16000],
    [counting(8000, -10, 1000), 0],
  ])('follows a straight line', (values, expected) => {
    const answer = over('double_exponential_smoothing(x[1m], 0.01, 0.1)', samplesEvery(10, values), 8000)
    expect(answer.value).toBeCloseTo(expected, 8)
  })

  it('smooths', () => {
    const samples = samplesEvery(10, [1, 2, 4])
    // 1, then ½·2 + ½·(1 + 1) = 2 with slope 1, then ½·4 + ½·(2 + 1) = 3.5
    expect(over('double_exponential_smoothing(x[1m], 0.5, 0.5)', samples, 20).value).toBe(3.5)
  })

  it.each([
    ['0, 0.1', 'invalid smoothing factor. Expected: 0 < sf < 1, got: 0.000000'],
    ['1.5, 0.1', 'invalid smoothing factor. Expected: 0 < sf < 1, got: 1.500000'],
    ['0.1, 1', 'invalid trend factor. Expected: 0 < tf < 1, got: 1.000000'],
    ['0.1, -0.2', 'invalid trend factor. Expected: 0 < tf < 1, got: -0.200000'],
    ['Inf, 0.2', 'invalid smoothing factor. Expected: 0 < sf < 1, got: +Inf'],
  ])('refuses factors %s', (factors, message) => {
    const query = `double_exponential_smoothing(x[1m], ${factors})`
    expect(() => over(query, samplesEvery(10, [1]), 10)).toThrow(
      expect.objectContaining({ kind: 'execution', message }),
    )
  })
})
