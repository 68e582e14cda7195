import { describe, expect, it } from 'vitest'
import { Engine, type Result } from '../engine.ts'
import { parseHistogram } from '../histogram/index.ts'
import { MemorySeries } from '../series/memory-series.ts'

/** A series' labels and its samples, one a minute from 0; a histogram is text. */
type Row = readonly [labels: Readonly<Record<string, string>>, ...samples: (number | string | undefined)[]]

function seriesOf(rows: readonly Row[]): MemorySeries {
  const series = new MemorySeries()
  for (const [labels, ...samples] of rows) {
    for (const [minute, sample] of samples.entries()) {
      if (typeof sample === 'number') series.append(labels, minute * 60_000, sample)
      else if (sample !== undefined) series.appendHistogram(labels, minute * 60_000, parseHistogram(sample))
    }
  }
  return series
}

function bucketsOf(
  name: string,
  others: Readonly<Record<string, string>>,
  counts: Readonly<Record<string, number | number[]>>,
): Row[] {
  return Object.entries(counts).map(([le, samples]) => [{ __name__: name, ...others, le }, ...[samples].flat()])
}

const engine = new Engine({ experimental: true, lookbackMs: 59_000 })
const late = new Engine({ experimental: true, lookbackMs: 59_000, delayedNameRemoval: true })

/** Lines of what a query is worth at one minute, and what is said of it. */
async function at(minute: number, query: string, rows: readonly Row[], with_ = engine): Promise<string[]> {
  return linesOf(await with_.instant(seriesOf(rows), query, minute * 60_000))
}

function linesOf(result: Result): string[] {
  return [...numbersOf(result), ...result.warnings, ...result.infos]
}

/** Each series with its number at each step. */
function numbersOf(result: Result): string[] {
  if (result.type === 'vector') {
    return result.value.map(({ labels, value }) => `${labels.toString()} ${round(value)}`).toSorted()
  }
  if (result.type !== 'matrix') throw new Error(result.type)
  return result.value.map(({ labels, samples }) => `${labels.toString()} ${[...samples.values].map(round).join(' ')}`)
}

function round(value: number | undefined): string {
  return value === undefined ? 'histogram' : String(Number(value.toPrecision(12)))
}

const SHOP = [
  ...bucketsOf('latency_bucket', { job: 'shop' }, { 0.1: 1, 0.2: 3, '1e0': 6, 10: 6, '+Inf': 10 }),
  ...bucketsOf('latency_bucket', { job: 'till' }, { 0.1: 4, 0.2: 4, '1e0': 4, 10: 4, '+Inf': 4 }),
]
const NATIVE = '{{count:12 sum:100 z_bucket:2 z_bucket_w:0.001 buckets:[2 3 0 1 4]}}'
const MIX = 'PromQL warning: vector contains a mix of classic and native histograms'
const REPAIRED =
  'PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)'

describe('functions of native histograms', () => {
  const rows: Row[] = [
    [{ __name__: 'h', a: '1' }, '{{schema:0 sum:5 count:4 buckets:[1 2 1]}}'],
    [{ __name__: 'h', a: '2' }, 7],
  ]

  it.each([
    ['histogram_count(h)', '{a="1"} 4'],
    ['histogram_sum(h)', '{a="1"} 5'],
    ['histogram_avg(h)', '{a="1"} 1.25'],
    ['histogram_stddev(h)', '{a="1"} 0.842629429717'],
    ['histogram_stdvar(h)', '{a="1"} 0.710024355826'],
    ['histogram_fraction(1, 2, h{a="1"})', '{a="1"} 0.5'],
    ['histogram_quantile(0.5, h{a="1"})', '{a="1"} 1.41421356237'],
  ])('%s leaves out floats and drops the name', async (query, line) => {
    expect(await at(0, query, rows)).toEqual([line])
  })

  it('tells of observations of NaN with the name that is still there', async () => {
    const nan: Row[] = [[{ __name__: 'h' }, '{{count:15 sum:NaN buckets:[12]}}']]
    const text = 'PromQL info: input to histogram_quantile has NaN observations, result is NaN'
    expect(await at(0, 'histogram_quantile(0.9, h)', nan)).toEqual(['{} NaN', `${text} (1:20)`])
    expect(await at(0, 'histogram_quantile(0.9, h)', nan, late)).toEqual([
      '{} NaN',
      `${text} for metric name "h" (1:20)`,
    ])
    const excluded =
      'PromQL info: input to histogram_fraction has NaN observations, which are excluded from all fractions'
    expect(await at(0, 'histogram_fraction(-Inf, +Inf, h)', nan)).toEqual(['{} 0.8', `${excluded} (1:20)`])
  })
})

describe('histogram_quantile of classic buckets', () => {
  it.each([
    [0, 0, 0],
    [0.2, 0.15, 0.02],
    [0.45, 0.6, 0.045],
    [0.9, 10, 0.09],
    [1, 10, 0.1],
  ])('%d is %d and %d', async (phi, shop, till) => {
    expect(await at(0, `histogram_quantile(${phi}, latency_bucket)`, SHOP)).toEqual([
      `{job="shop"} ${shop}`,
      `{job="till"} ${till}`,
    ])
  })

  it.each([
    ['-0.5', '-Infinity', '-0.5'],
    ['1.5', 'Infinity', '1.5'],
    ['NaN', 'NaN', 'NaN'],
  ])('φ = %s is %s, with a warning', async (phi, value, got) => {
    const warning = `PromQL warning: quantile value should be between 0 and 1, got ${got} (1:20)`
    expect(await at(0, `histogram_quantile(${phi}, latency_bucket{job="shop"})`, SHOP)).toEqual([
      `{job="shop"} ${value}`,
      warning,
    ])
  })

  it('is NaN without a bucket of +Inf', async () => {
    expect(await at(0, 'histogram_quantile(0.5, latency_bucket{le!="+Inf",job="shop"})', SHOP)).toEqual([
      '{job="shop"} NaN',
    ])
  })

  it('leaves out buckets whose bound is no number, with a warning', async () => {
    const rows = [...bucketsOf('b', {}, { 1: 2, '+Inf': 4, many: 9 }), [{ __name__: 'b' }, 5] as const]
    const warning = 'PromQL warning: bucket label "le" is missing or has a malformed value of'
    expect(await at(0, 'histogram_quantile(0.5, b)', rows)).toEqual([
      '{} 1',
      `${warning} "many" (1:25)`,
      `${warning} "" (1:25)`,
    ])
    expect(await at(0, 'histogram_quantile(0.5, b{le="many"})', rows, late)).toEqual([
      `${warning} "many" for metric name "b" (1:25)`,
    ])
  })

  it('takes bounds that are written differently as one', async () => {
    const rows = bucketsOf('b', {}, { 1: 2, '1.0': 4, '+Inf': 6, inf: 2 })
    expect(await at(0, 'histogram_quantile(0.5, b)', rows)).toEqual(['{} 0.666666666667'])
  })

  it('refuses two histograms that only a name told apart', async () => {
    const rows = [...bucketsOf('a', {}, { 1: 1, '+Inf': 1 }), ...bucketsOf('b', {}, { 1: 1, '+Inf': 1 })]
    await expect(at(0, 'histogram_quantile(0.5, {le!=""})', rows)).rejects.toThrow(
      'vector cannot contain metrics with the same labelset',
    )
  })

  it('repairs counts that go down, and tells once over all steps how far it had to go', async () => {
    const rows = bucketsOf('b', {}, { 1: [2, 2, 9], 2: [1, 4, 8], 5: [1, 5, 4], '+Inf': [4, 6, 10] })
    const result = await engine.range(seriesOf(rows), 'histogram_quantile(0.5, b)', 0, 120_000, 60_000)
    expect(linesOf(result)).toEqual([
      '{} 1 1.5 0.555555555556',
      `${REPAIRED}, from buckets 2 to 5, with a max diff of 5, over 2 samples from 1970-01-01T00:00:00Z to 1970-01-01T00:02:00Z (1:25)`,
    ])
  })

  it('says nothing of rounding', async () => {
    expect(await at(0, 'histogram_quantile(0.5, b)', bucketsOf('b', {}, { 1: 4, 2: 4 - 1e-13, '+Inf': 4 }))).toEqual([
      '{} 0.5',
    ])
  })

  it('uses at each step the buckets that there are', async () => {
    const rows = [
      [{ __name__: 'b', le: '+Inf' }, 4, 4, 4],
      [{ __name__: 'b', le: '1' }, 2, undefined, 2],
      [{ __name__: 'b', le: '3' }, undefined, 4, 4],
    ] as const
    const result = await engine.range(seriesOf(rows), 'histogram_quantile(0.75, b)', 0, 180_000, 60_000)
    expect(linesOf(result)).toEqual(['{} 1 2.25 2'])
  })
})

describe('classic and native histograms of one name and labels', () => {
  const rows: Row[] = [
    ...bucketsOf('x', { a: '1' }, { 1: [2, 2], '+Inf': [2, 2] }),
    [{ __name__: 'x', a: '1' }, NATIVE, undefined, NATIVE],
    [{ __name__: 'x', a: '2' }, NATIVE],
  ]

  it('neither is read where there are both, with a warning', async () => {
    expect(await at(0, 'histogram_quantile(0.1, x)', rows)).toEqual(['{a="2"} 0.0006', `${MIX} (1:25)`])
    expect(await at(0, 'histogram_fraction(0, 1, x{a="1"})', rows, late)).toEqual([`${MIX} for metric name "x" (1:26)`])
  })

  it('each is read at the steps that it has alone', async () => {
    const result = await engine.range(seriesOf(rows), 'histogram_quantile(0.1, x{a="1"})', 0, 120_000, 60_000)
    expect(linesOf(result)).toEqual(['{a="1"} 0.1 0.0006', `${MIX} (1:25)`])
  })
})

describe('histogram_fraction of classic buckets', () => {
  it.each([
    ['0, 0.2', 0.3, 1],
    ['0.15, 0.6', 0.25, 0],
    ['-Inf, +Inf', 1, 1],
    ['5, 2', 0, 0],
  ])('between %s is %d and %d', async (bounds, shop, till) => {
    expect(await at(0, `histogram_fraction(${bounds}, latency_bucket)`, SHOP)).toEqual([
      `{job="shop"} ${shop}`,
      `{job="till"} ${till}`,
    ])
  })
})

describe('histogram_quantiles', () => {
  it('labels each quantile with its φ', async () => {
    const query = 'histogram_quantiles(latency_bucket{job="shop"}, "q", 0.2, 1, 1e-07, -1)'
    expect(await at(0, query, SHOP)).toEqual([
      '{job="shop", q="-1.0"} -Infinity',
      '{job="shop", q="0.2"} 0.15',
      '{job="shop", q="1.0"} 10',
      '{job="shop", q="1e-07"} 1e-7',
      'PromQL warning: quantile value should be between 0 and 1, got -1 (1:69)',
    ])
  })

  it('reads native histograms, too', async () => {
    const rows: Row[] = [[{ __name__: 'h' }, NATIVE]]
    expect(await at(0, 'histogram_quantiles(h, "q", 0.1, NaN)', rows)).toEqual([
      '{q="0.1"} 0.0006',
      '{q="NaN"} NaN',
      'PromQL warning: quantile value should be between 0 and 1, got NaN (1:34)',
    ])
  })

  it('gives a φ that differs from step to step a series for each value', async () => {
    const rows = bucketsOf('b', {}, { 1: [2, 2], '+Inf': [2, 2] })
    const result = await engine.range(seriesOf(rows), 'histogram_quantiles(b, "q", time() / 120)', 0, 60_000, 60_000)
    expect(linesOf(result)).toEqual(['{q="0.0"} 0', '{q="0.5"} 0.5'])
  })
})
