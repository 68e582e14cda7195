import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { counting, over, type Sample, samplesEvery } from './evaluation.fixture.ts'

/** Over all of them. */
function all(call: string, samples: readonly Sample[]): number | string | undefined {
  return over(call.replace(/\bv\b/, 'x[1h]'), samplesEvery(10, samples), samples.length * 10).value
}

const NUMBERS = [2, 0, 3]
const SOME_NAN = [2, NaN, 1]
const NAN_FIRST = [NaN, 0, 1]
const ONLY_NAN = [NaN, NaN, NaN]
const HISTOGRAMS = ['{{count:2 sum:1}}', '{{count:3 sum:2}}', '{{count:4 sum:3}}']
const MIXED = [0, 1, '{{count:2 sum:1}}', '{{count:3 sum:2}}']
const MIXED_FIRST = ['{{count:2 sum:1}}', '{{count:3 sum:9}}', 4, 1]

it.each<[string, readonly Sample[], number | string | undefined]>([
  ['min_over_time(v)', NUMBERS, 0],
  ['min_over_time(v)', SOME_NAN, 1],
  ['min_over_time(v)', NAN_FIRST, 0],
  ['min_over_time(v)', ONLY_NAN, NaN],
  ['min_over_time(v)', HISTOGRAMS, undefined],
  ['min_over_time(v)', MIXED_FIRST, 1],
  ['max_over_time(v)', NUMBERS, 3],
  ['max_over_time(v)', SOME_NAN, 2],
  ['max_over_time(v)', NAN_FIRST, 1],
  ['max_over_time(v)', ONLY_NAN, NaN],
  ['max_over_time(v)', HISTOGRAMS, undefined],
  ['max_over_time(v)', MIXED, 1],
  ['last_over_time(v)', NUMBERS, 3],
  ['last_over_time(v)', HISTOGRAMS, '{{count:4 sum:3}}'],
  ['last_over_time(v)', MIXED, '{{count:3 sum:2}}'],
  ['last_over_time(v)', MIXED_FIRST, 1],
  ['first_over_time(v)', NAN_FIRST, NaN],
  ['first_over_time(v)', MIXED, 0],
  ['first_over_time(v)', MIXED_FIRST, '{{count:2 sum:1}}'],
  ['count_over_time(v)', ONLY_NAN, 3],
  ['count_over_time(v)', MIXED, 4],
  ['count_over_time(v)', [undefined, 5, 2, undefined, 4, undefined], 3],
  ['present_over_time(v)', ONLY_NAN, 1],
  ['present_over_time(v)', HISTOGRAMS, 1],
  ['present_over_time(v)', [undefined], undefined],
  ['sum_over_time(v)', NUMBERS, 5],
  ['sum_over_time(v)', SOME_NAN, NaN],
  ['sum_over_time(v)', HISTOGRAMS, '{{count:9 sum:6}}'],
  ['avg_over_time(v)', HISTOGRAMS, '{{count:3 sum:2}}'],
  ['stdvar_over_time(v)', [0, 8, 8, 2, 2], 11.2],
  ['stdvar_over_time(v)', counting(1.5990505637277868, 0, 2), 0],
  ['stdvar_over_time(v)', [1, NaN], NaN],
  ['stdvar_over_time(v)', HISTOGRAMS, undefined],
  ['stddev_over_time(v)', [1, 1, 1, ...HISTOGRAMS], 0],
  ['mad_over_time(v)', [4, 6, 2, 1, 999, 1, 2], 1],
  ['mad_over_time(v)', HISTOGRAMS, undefined],
  ['mad_over_time(v)', MIXED, 0.5],
  ['changes(v)', [1, 2, 3, 0, 1, 0, 0, 1, 2, 0], 8],
  ['changes(v)', [0, NaN, 0], 2],
  ['changes(v)', ONLY_NAN, 0],
  ['changes(v)', [HISTOGRAMS[0], HISTOGRAMS[0], HISTOGRAMS[1]], 1],
  ['changes(v)', [0, 1, HISTOGRAMS[0], HISTOGRAMS[1], 0], 4],
  ['resets(v)', [1, 2, 3, 0, 1, 0, 0, 1, 2, 0], 3],
  ['resets(v)', [5, NaN, 4], 0],
  ['resets(v)', [...HISTOGRAMS, HISTOGRAMS[0]], 1],
  ['resets(v)', [0, 0, HISTOGRAMS[0], 0], 2],
])('%s of %j is %j', (call, samples, expected) => {
  expect(all(call, samples)).toEqual(expected)
})

describe('avg_over_time', () => {
  const HUGE = 9.988465674311579e307
  it.each([
    [[1, 2, 3, 4, 5], 3],
    [[1, 2, 3, 4, Infinity], Infinity],
    [[1, 2, 3, 4, -Infinity], -Infinity],
    [[1, 2, 3, Infinity, -Infinity], NaN],
    [[Infinity, 0, Infinity], Infinity],
    [[Infinity, Infinity, Infinity, -Infinity], NaN],
    [[-Infinity, 0, -Infinity], -Infinity],
    [[1, 2, -Infinity, -Infinity, Infinity], NaN],
    [[HUGE, HUGE], HUGE],
    [[-HUGE, -HUGE, -HUGE], -HUGE],
    [[-HUGE, HUGE], 0],
    [[1, 2, 3, NaN, NaN], NaN],
    [[1, 1e100, 1, -1e100], 0.5],
    [[1e10, 1e-6, 1e-6, 1e-6, 1e-6, 1e-6], 1.6666666666666675e9],
    [[1.78264e50, 0.76342771, 1.9592258, 7.69805412, 458.90154], 3.56528e49],
  ])('of %j is %d, though the sum may be too great for a float', (values, expected) => {
    expect(all('avg_over_time(v)', values)).toEqual(expected)
  })

  it.each([10, 11, 12, 13])('of %d equal samples is that sample, to the bit', n => {
    expect(all('avg_over_time(v)', counting(52, 0, n - 1))).toBe(52)
  })
})

describe('sum_over_time', () => {
  it('keeps what additions round away', () => {
    expect(all('sum_over_time(v)', [1, 1e100, 1, -1e100])).toBe(2)
    expect(all('sum_over_time(v)', Array(10).fill(0.1))).toBe(1)
  })

  it('may become infinite', () => {
    expect(all('sum_over_time(v)', [1e308, 1e308])).toBe(Infinity)
    expect(all('sum_over_time(v)', [-Infinity, 1])).toBe(-Infinity)
  })

  it.each(['sum_over_time', 'avg_over_time'])('%s of floats and histograms is nothing, with a warning', name => {
    const answer = over(`${name}(x[1h])`, samplesEvery(10, MIXED), 60)
    expect(answer).toEqual({
      value: undefined,
      warnings: ['PromQL warning: encountered a mix of histograms and floats for metric name "x" (1:15)'],
      infos: [],
    })
  })

  it('of two ranges is the sum of both', () => {
    const whole = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 50 })
    fc.assert(
      fc.property(whole, fc.nat(), (values, n) => {
        const cut = 1 + (n % (values.length - 1))
        const parts = [values.slice(0, cut), values.slice(cut)]
        const sums = parts.map(part => all('sum_over_time(v)', part) as number)
        expect(all('sum_over_time(v)', values)).toBe((sums[0] as number) + (sums[1] as number))
      }),
    )
  })
})

describe('quantile_over_time', () => {
  it.each([
    [0, [0, 1, 4], 0],
    [0.5, [1, 0], 0.5],
    [0.75, [0, 1, 4], 2.5],
    [0.8, [4, 1, 0], 2.8],
    [1, [0, 1, 4], 4],
    [0.5, [NaN, 1, 2], 1],
    [1, [1, NaN, 2], 2],
  ])('%d of %j lies between the nearest two, and NaN is the least', (phi, values, expected) => {
    expect(all(`quantile_over_time(${phi}, v)`, values)).toBeCloseTo(expected, 12)
  })

  it.each([
    ['-1', -Infinity, '-1'],
    ['2', Infinity, '2'],
    ['1e6', Infinity, '1e+06'],
    ['NaN', NaN, 'NaN'],
  ])('of φ = %s is %d, with a warning', (phi, expected, text) => {
    const answer = over(`quantile_over_time(${phi}, x[1h])`, samplesEvery(10, [1, 2]), 60)
    expect(answer.value).toEqual(expected)
    expect(answer.warnings).toEqual([`PromQL warning: quantile value should be between 0 and 1, got ${text} (1:20)`])
  })

  it('of 0 is NaN where one sample is', () => {
    expect(all('quantile_over_time(0, v)', [1, NaN, 2])).toBeNaN()
  })

  it('leaves the samples in their order', () => {
    const samples = samplesEvery(10, [3, 1, 2])
    over('quantile_over_time(0.5, x[1h])', samples, 60)
    expect([...samples.values]).toEqual([3, 1, 2])
  })
})

describe('ts_of_…_over_time', () => {
  const samples = samplesEvery(10.053, [1, 2, 3, 0, 5, 6, 2, 1, 4])
  it.each([
    ['ts_of_min_over_time', 30.159],
    ['ts_of_max_over_time', 50.265],
    ['ts_of_first_over_time', 0],
    ['ts_of_last_over_time', 80.424],
  ])('%s gives the seconds of its sample', (name, expected) => {
    expect(over(`${name}(x[2m])`, samples, 90).value).toBe(expected)
  })

  it('of several greatest or least samples is that of the last', () => {
    expect(all('ts_of_max_over_time(v)', [7, 7, 1])).toBe(10)
    expect(all('ts_of_min_over_time(v)', [NaN, 1, 1, 2])).toBe(20)
  })

  it('first and last count histograms, least and greatest do not', () => {
    expect(all('ts_of_first_over_time(v)', MIXED_FIRST)).toBe(0)
    expect(all('ts_of_last_over_time(v)', MIXED)).toBe(30)
    expect(all('ts_of_max_over_time(v)', MIXED)).toBe(10)
    expect(all('ts_of_min_over_time(v)', HISTOGRAMS)).toBeUndefined()
  })
})

it.each(['min_over_time(x[1h])', 'stddev_over_time(x[1h])', 'mad_over_time(x[1h])', 'deriv(x[1h])'])(
  '%s tells that it ignored histograms only where there were floats, too',
  query => {
    const text = 'ignored histograms in a range containing both floats and histograms for metric name "x"'
    const position = `(1:${query.indexOf('(') + 2})`
    expect(over(query, samplesEvery(10, MIXED), 60).infos).toEqual([`PromQL info: ${text} ${position}`])
    expect(over(query, samplesEvery(10, HISTOGRAMS), 60)).toEqual({ value: undefined, warnings: [], infos: [] })
  },
)

describe('anchored', () => {
  const sparse = samplesEvery(60, [2, undefined, 1, undefined, undefined, undefined, undefined, undefined, 0])
  const falling = samplesEvery(60, counting(99, -1, 10))
  it.each([
    [sparse, [120, 180, 480], '1m', [1, undefined, 0]],
    [falling, [120, 180, 480], '1m', [1, 1, 1]],
    [sparse, [480], '1m1ms', [1]],
    [falling, [480], '1m1ms', [2]],
  ])(
    'changes and resets count the step into the range, where a sample is in it',
    (samples, seconds, range, expected) => {
      for (const name of ['changes', 'resets']) {
        expect(seconds.map(at => over(`${name}(x[${range}] anchored)`, samples, at).value)).toEqual(expected)
      }
    },
  )
})
