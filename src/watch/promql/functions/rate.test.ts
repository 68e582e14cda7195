import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { counting, over, type Sample, samplesEvery } from './evaluation.fixture.ts'

const MINUTES = 60

describe('increase', () => {
  it.each([
    ['a counter that starts at 0', counting(0, 10, 10), 50, 100],
    ['a counter with a reset', [...counting(0, 18, 5), ...counting(0, 18, 5)], 50, 160],
    ['a range longer than the series, from 0: nothing before the first sample', counting(0, 10, 10), 100, 100],
    ['a range longer than the series: half an interval before the first sample', counting(10, 10, 10), 100, 105],
    ['a range longer than the series: no further back than where it was 0', counting(1, 10, 10), 100, 101],
  ])('of %s is extrapolated to the whole range', (_, values, minutes, expected) => {
    const answer = over(`increase(x_total[${minutes}m])`, samplesEvery(5 * MINUTES, values), 50 * MINUTES)
    expect(answer.value).toBeCloseTo(expected, 10)
  })

  it('takes a value below the one before for a counter that started again at 0', () => {
    const samples = samplesEvery(5 * MINUTES, [0, 1, 2, 3, 2, 3, 4])
    expect(over('increase(x_total[30m])', samples, 30 * MINUTES).value).toBeCloseTo(7, 10)
  })

  it('leaves out a sample that lies exactly at the start of the range', () => {
    const samples = samplesEvery(60, [100, 0, 1])
    expect(over('increase(x_total[2m])', samples, 120).value).toBeCloseTo(1, 10)
  })
})

describe('rate', () => {
  it.each([
    ['a counter with a reset in the middle', [...counting(0, 27, 4), ...counting(0, 27, 5)], 0.08],
    ['a steady counter', counting(0, 80, 10), 0.26666666666666666],
  ])('of %s is per second', (_, values, expected) => {
    expect(over('rate(x_total[50m])', samplesEvery(300, values), 3000).value).toBeCloseTo(expected, 12)
  })

  it('of the two samples after a reset at the end is 0 where the second equals what was lost', () => {
    const samples = samplesEvery(300, [...counting(0, 10, 9), 0, 10])
    expect(over('rate(x_total[5m])', samples, 3000).value).toBeUndefined()
    expect(over('rate(x_total[6m])', samples, 3000).value).toBe(0)
  })

  it('of an offset range looks at that range', () => {
    const samples = samplesEvery(300, counting(0, 10, 10))
    expect(over('rate(x_total[10m] offset 5m)', samples, 3000).value).toBeCloseTo(10 / 300, 12)
  })

  it.each([
    [0, 0.5],
    [60, 0.55],
    [120, 0.6],
    [180, 0.6],
    [300, 0.6],
  ])('goes back to where a counter at %d would have been 0, at most half an interval', (start, expected) => {
    const samples = samplesEvery(240, counting(start, 240, 10))
    expect(over('rate(x_total[20m])', samples, 600).value).toBeCloseTo(expected, 12)
    expect(over('rate(x_total[20m])', samples, 3000).value).toBeCloseTo(0.6, 12)
  })

  it('needs two samples', () => {
    const samples = samplesEvery(60, [1, 2, 3])
    expect(over('rate(x_total[1m])', samples, 120).value).toBeUndefined()
    expect(over('rate(x_total[10m])', samplesEvery(60, []), 120).value).toBeUndefined()
  })

  it('is NaN where the first or the last sample is', () => {
    expect(over('rate(x_total[10m])', samplesEvery(60, [NaN, 1, 2]), 120).value).toBeNaN()
    expect(over('rate(x_total[10m])', samplesEvery(60, [1, 2, NaN]), 120).value).toBeNaN()
  })

  it.each(['x_total', 'x_sum', 'x_count', 'x_bucket'])('does not doubt that %s is a counter', name => {
    expect(over(`rate(${name}[5m])`, samplesEvery(60, [1, 2]), 60).infos).toEqual([])
  })

  it.each(['rate', 'increase'])('%s doubts a counter with another name, where something came of it', name => {
    const text =
      'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "x" (1:' +
      `${name.length + 2})`
    expect(over(`${name}(x[5m])`, samplesEvery(60, [1, 2]), 60).infos).toEqual([text])
    expect(over(`${name}(x[5m])`, samplesEvery(60, [1]), 60).infos).toEqual([])
    expect(over(`${name}({a="b"}[5m])`, samplesEvery(60, [1, 2]), 60).infos).toEqual([])
  })

  it('of floats and histograms at once is nothing, with a warning', () => {
    const answer = over('rate(x_total[5m])', samplesEvery(60, [1, '{{count:1}}', '{{count:2}}']), 120)
    expect(answer).toEqual({
      value: undefined,
      warnings: ['PromQL warning: encountered a mix of histograms and floats for metric name "x_total" (1:6)'],
      infos: [],
    })
  })

  it('of histograms is a histogram, a gauge, extrapolated by its count as a float would be', () => {
    const samples = samplesEvery(60, ['{{count:30 sum:15 buckets:[30]}}', '{{count:90 sum:45 buckets:[90]}}'])
    expect(over('rate(x[2m])', samples, 60)).toEqual({
      value: '{{count:0.75 sum:0.375 counter_reset_hint:gauge buckets:[0.75]}}',
      warnings: [],
      infos: [],
    })
  })
})

describe('delta', () => {
  it.each([
    [[0, 50, 100, 150, 200], 200],
    [[200, 150, 100, 50, 0], -200],
  ])('of the gauge %j is what it moved by', (values, expected) => {
    expect(over('delta(x[20m])', samplesEvery(300, values), 1200).value).toBeCloseTo(expected, 10)
  })

  it('warns of histograms that are counters', () => {
    const samples = samplesEvery(60, ['{{count:1 sum:1 buckets:[1]}}', '{{count:2 sum:2 buckets:[2]}}'])
    expect(over('delta(x[2m])', samples, 60).warnings).toEqual([
      'PromQL warning: this native histogram metric is not a gauge: "x" (1:7)',
    ])
  })
})

describe('anchored', () => {
  const dense = samplesEvery(15, [...counting(1, 1, 4), ...counting(9, 1, 4)])
  const gappy = samplesEvery(15, [1, 2, 3, undefined, undefined, ...counting(9, 1, 4)])
  it.each([
    [dense, [0, 1, 2, 3, 4, 7, 7, 7, 7]],
    [gappy, [0, 1, 2, 2, 2, 7, 7, 8, 9]],
  ])('increases count from the last sample before the range', (samples, expected) => {
    const seconds = counting(5, 15, 8)
    expect(seconds.map(at => over('increase(x_total[1m] anchored)', samples, at).value)).toEqual(expected)
  })

  it('is nothing without a sample in the range', () => {
    expect(over('increase(x_total[1m] anchored)', samplesEvery(60, [1, 2, undefined, 4]), 120).value).toBeUndefined()
  })

  it('gives differences and rates, too', () => {
    const samples = samplesEvery(60, [5, 8, 11, 3, 6])
    expect(over('delta(x[1m] anchored)', samples, 180).value).toBe(-8)
    expect(over('increase(x_total[1m] anchored)', samples, 180).value).toBe(3)
    expect(over('rate(x_total[1m] anchored)', samples, 180).value).toBe(0.05)
  })
})

describe('smoothed', () => {
  const dense = samplesEvery(15, [...counting(1, 1, 4), ...counting(9, 1, 4)])
  const gappy = samplesEvery(15, [1, 2, 3, undefined, undefined, ...counting(9, 1, 4)])
  it.each([
    [dense, [1, 4, 7, 10, 15, 21, 21, 21, 18]],
    [gappy, [1, 4, 8, 14, 19, 21, 20, 17, 14]],
  ])('increases are between the points on the line at both ends', (samples, thirds) => {
    const answers = counting(5, 15, 8).map(at => over('increase(x_total[1m] smoothed)', samples, at).value)
    expect(answers).toEqual(thirds.map(third => expect.closeTo(third / 3, 10)))
  })

  it('lets a counter that was reset between two samples start at 0', () => {
    expect(over('increase(x_total[2m] smoothed)', samplesEvery(60, [9, 8, 5, 4]), 135).value).toBe(12)
  })

  it.each([
    [[11, -1, 100, 0], 330, -5],
    [[0, 0, 100, 0, 0, 11, -1], 330, 5],
    [[0, 0, 100, 0, 0, 11, -1], 345, 2],
  ])('differences of %j at %d s are on the lines', (values, at, expected) => {
    expect(over('delta(x[5m] smoothed)', samplesEvery(60, values), at).value).toBe(expected)
  })

  it('is nothing where the range ends before the first sample', () => {
    const samples = samplesEvery(60, [undefined, undefined, undefined, 1, 2])
    expect(over('increase(x_total[1m] smoothed)', samples, 120).value).toBeUndefined()
  })

  it('interpolates histograms', () => {
    const samples = samplesEvery(60, [
      '{{count:0 sum:0}}',
      '{{count:4 sum:4 buckets:[4]}}',
      '{{count:8 sum:8 buckets:[8]}}',
    ])
    const answer = over('increase(x[1m] smoothed)', samples, 90)
    expect(answer).toEqual({
      value: '{{count:4 sum:4 counter_reset_hint:gauge buckets:[4]}}',
      warnings: [],
      infos: [],
    })
  })

  it('adds what a histogram lost by a reset within the range, once', () => {
    const histograms: Sample[] = [10, 20, 4, 8].map(n => `{{count:${n} sum:${n} buckets:[${n}]}}`)
    const samples = samplesEvery(60, histograms)
    expect(over('increase(x[3m] anchored)', samples, 180).value).toContain('count:18')
    expect(over('increase(x[2m] smoothed)', samples, 150).value).toContain('count:11')
    expect(over('increase(x[1m] smoothed)', samples, 150).value).toContain('count:4')
  })
})

describe('extended histograms', () => {
  const count = (n: number, rest = ''): string => `{{count:${n} sum:${n} buckets:[${n}]${rest}}}`

  it.each(['anchored', 'smoothed'])('%s: exponential and custom buckets cannot be compared', extension => {
    const custom = '{{schema:-53 count:3 sum:3 custom_values:[5] buckets:[3]}}'
    const answer = over(`rate(x[2m] ${extension})`, samplesEvery(60, [count(1), custom]), 60)
    expect(answer.value).toBeUndefined()
    expect(answer.warnings[0]).toContain('mix of histograms with exponential and custom buckets schemas')
  })

  it('warn of gauges under increase and of counters under delta', () => {
    const gauges = samplesEvery(
      60,
      [1, 2, 3].map(n => count(n, ' counter_reset_hint:gauge')),
    )
    const counters = samplesEvery(60, [count(1), count(2), count(3)])
    const notCounter = 'PromQL warning: this native histogram metric is not a counter: "x" (1:10)'
    expect(over('increase(x[2m] anchored)', gauges, 120).warnings).toEqual([notCounter])
    expect(over('delta(x[2m] anchored)', gauges, 120).warnings).toEqual([])
    expect(over('delta(x[2m] anchored)', counters, 120).warnings[0]).toContain('is not a gauge')
  })

  it('with floats among them are nothing, with a warning', () => {
    const answer = over('rate(x[2m] anchored)', samplesEvery(60, [count(1), 2]), 60)
    expect(answer.value).toBeUndefined()
    expect(answer.warnings[0]).toContain('encountered a mix of histograms and floats')
  })

  it('agree with floats, whatever they count', () => {
    const counters = fc.array(fc.nat(50), { minLength: 1, maxLength: 12 })
    const extensions = fc.constantFrom('anchored', 'smoothed')
    fc.assert(
      fc.property(counters, extensions, fc.integer({ min: 0, max: 240 }), (values, extension, at) => {
        const floats = over(`increase(x_total[1m] ${extension})`, samplesEvery(20, values), at).value
        const texts = values.map(n => (n === 0 ? '{{}}' : count(n)))
        const histogram = over(`increase(x_total[1m] ${extension})`, samplesEvery(20, texts), at).value
        if (floats === undefined) expect(histogram).toBeUndefined()
        else expect(Number(/count:([\d.e-]+)/.exec(String(histogram))?.[1] ?? 0)).toBeCloseTo(floats as number, 6)
      }),
    )
  })
})

describe('laws', () => {
  const counters = fc.array(fc.nat(1000), { minLength: 0, maxLength: 30 })
  const rangeSeconds = fc.integer({ min: 1, max: 600 })

  it('the rate of a counter is never negative', () => {
    fc.assert(
      fc.property(counters, rangeSeconds, (values, range) => {
        for (const extension of ['', ' anchored', ' smoothed']) {
          const { value = 0 } = over(`rate(x_total[${range}s]${extension})`, samplesEvery(15, values), 300)
          expect(value).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  it('an increase is the rate times the seconds of the range', () => {
    fc.assert(
      fc.property(counters, rangeSeconds, (values, range) => {
        const samples = samplesEvery(15, values)
        const rate = over(`rate(x_total[${range}s])`, samples, 300).value
        const increase = over(`increase(x_total[${range}s])`, samples, 300).value
        if (typeof rate !== 'number') expect(increase).toBeUndefined()
        else expect(increase).toBeCloseTo(rate * range, 6)
      }),
    )
  })

  it('a delta changes its sign with the gauge', () => {
    fc.assert(
      fc.property(counters, values => {
        const up = over('delta(x[5m])', samplesEvery(15, values), 300).value
        const down = over(
          'delta(x[5m])',
          samplesEvery(
            15,
            values.map(value => -value),
          ),
          300,
        ).value
        expect(down ?? 0).toBeCloseTo(-((up as number) ?? 0), 8)
      }),
    )
  })
})
