import { describe, expect, test } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { FakeClock } from '../../kernel/fake-clock.ts'
import { Labels } from '../../kernel/labels.ts'
import type { Matcher } from '../../kernel/matcher.ts'
import { Engine } from './engine.ts'
import type { EngineOptions } from './options.ts'
import { MemorySeries } from './series/memory-series.ts'
import type { Hints, Series, Storage } from './series/storage.ts'
import { parse } from './syntax/parse.ts'

function counters(count: number, samples: number): MemorySeries {
  const series = new MemorySeries()
  for (let s = 0; s < count; s++) {
    const labels = Labels.of({ __name__: 'requests_total', instance: String(s), job: s % 2 === 0 ? 'a' : 'b' })
    for (let i = 0; i < samples; i++) series.append(labels, i * 15_000, i * 15)
  }
  return series
}

/** Remembers what was asked of it. */
class Asked implements Storage {
  readonly asked: { matchers: string; startMs: number; endMs: number; hints: Hints }[] = []
  readonly #inner: MemorySeries

  constructor(inner: MemorySeries) {
    this.#inner = inner
  }

  select(matchers: readonly Matcher[], startMs: number, endMs: number, hints: Hints): Promise<Series[]> {
    const text = matchers.map(({ name, operator, value }) => `${name}${operator}${value}`).join(',')
    this.asked.push({ matchers: text, startMs, endMs, hints })
    return this.#inner.select(matchers, startMs, endMs, hints)
  }
}

describe('an answer', () => {
  const series = counters(2, 41)
  const engine = new Engine()

  test('of an instant vector', async () => {
    expect(await engine.instant(series, 'sum by (job) (requests_total) / 600', 600_000)).toEqual({
      type: 'vector',
      value: [
        { labels: Labels.of({ job: 'a' }), value: 1 },
        { labels: Labels.of({ job: 'b' }), value: 1 },
      ],
      warnings: [],
      infos: [],
    })
  })

  test('of a number and of a text', async () => {
    expect(await engine.instant(series, 'time() + 1', 2_000)).toMatchObject({ type: 'scalar', value: 3 })
    expect(await engine.instant(series, '"a text"', 0)).toMatchObject({ type: 'string', value: 'a text' })
  })

  test('of a range vector: the samples themselves, in the order of labels', async () => {
    const result = await engine.instant(series, 'requests_total[30s]', 600_000)
    expect(result.type).toBe('matrix')
    expect(result.value).toMatchObject([
      { labels: { name: 'requests_total' }, samples: { timesMs: Float64Array.of(585_000, 600_000) } },
      { samples: { values: Float64Array.of(585, 600) } },
    ])
  })

  test('of a range query: series in the order of labels; one without labels for a number', async () => {
    const { value } = await engine.range(series, 'requests_total', 0, 30_000, 15_000)
    expect(value).toMatchObject([{ samples: { values: Float64Array.of(0, 15, 30) } }, {}])
    expect(await engine.range(series, 'time()', 0, 30_000, 15_000)).toMatchObject({
      type: 'matrix',
      value: [{ labels: Labels.EMPTY, samples: { values: Float64Array.of(0, 15, 30) } }],
    })
  })

  test('tells what is likely wrong, and where', async () => {
    const { warnings } = await engine.instant(series, '1 +\n  quantile(2, requests_total)', 0)
    expect(warnings).toEqual(['PromQL warning: quantile value should be between 0 and 1, got 2 (2:12)'])
  })

  test('is the same for a tree as for its text', async () => {
    const query = 'sum(requests_total) / 2'
    expect(await engine.instant(series, parse(query), 600_000)).toEqual(await engine.instant(series, query, 600_000))
  })
})

test.each([
  ['sum(', 'parse', '1:5: parse error: '],
  ['rate(requests_total)', 'parse', 'expected type range vector in call to function "rate", got instant vector'],
  ['requests_total * on(job) requests_total', 'execution', 'found duplicate series for the match group'],
])('%s is refused', async (query, kind, message) => {
  const refusal = new Engine().instant(counters(4, 2), query, 15_000)
  await expect(refusal).rejects.toMatchObject({ name: 'PromQLError', kind, message: expect.stringContaining(message) })
})

test.each([
  ['requests_total[5m]', 'invalid expression type "range vector" for range query, must be Scalar or instant Vector'],
  ['"text"', 'invalid expression type "string" for range query, must be Scalar or instant Vector'],
])('a range query of %s is refused', async (query, message) => {
  await expect(new Engine().range(counters(1, 1), query, 0, 1, 1)).rejects.toMatchObject({ kind: 'parse', message })
})

test('a range query needs a step and an end that is not before its start', async () => {
  const engine = new Engine()
  await expect(engine.range(counters(1, 1), '1', 0, 1, 0)).rejects.toThrow('zero or negative query resolution step')
  await expect(engine.range(counters(1, 1), '1', 1, 0, 1)).rejects.toThrow('end timestamp must not be before start')
})

/** As a request that was read carelessly would have it. */
const NO_TIME: readonly unknown[] = [NaN, Infinity, -Infinity, 9e15, undefined, null, '300', [300]]

test.each(NO_TIME)('%s is no time, and no answer comes of it', async value => {
  const engine = new Engine()
  const times = value as number
  const refusal = (name: string): object => ({
    kind: 'parse',
    message: `invalid parameter ${name}: Unix milliseconds are expected, got ${String(value)}`,
  })
  await expect(engine.instant(counters(1, 1), '1', times)).rejects.toMatchObject(refusal('timeMs'))
  await expect(engine.range(counters(1, 1), '1', times, 1, 1)).rejects.toMatchObject(refusal('startMs'))
  await expect(engine.range(counters(1, 1), '1', 0, times, 1)).rejects.toMatchObject(refusal('endMs'))
})

test.each([NaN, Infinity, undefined, '15'])('%s is neither a step nor a lookback', async value => {
  const engine = new Engine()
  await expect(engine.range(counters(1, 1), '1', 0, 1, value as number)).rejects.toMatchObject({
    kind: 'parse',
    message: `invalid parameter stepMs: milliseconds above 0 are expected, got ${value}`,
  })
  if (value === undefined) return
  await expect(engine.instant(counters(1, 1), '1', 0, { lookbackMs: value as number })).rejects.toMatchObject({
    message: `invalid parameter lookbackMs: milliseconds above 0 are expected, got ${value}`,
  })
})

test.each([undefined, null, 5, true])('%s is no query', async query => {
  await expect(new Engine().instant(counters(1, 1), query as never, 0)).rejects.toMatchObject({
    kind: 'parse',
    message: `a query is a text, not ${String(query)}`,
  })
})

test.each([
  [{ lookbackMs: 0 }, 'lookbackMs is 0'],
  [{ lookbackMs: NaN }, 'lookbackMs is NaN'],
  [{ lookbackMs: '5m' }, 'lookbackMs is 5m'],
  [{ maxSamples: NaN }, 'maxSamples is NaN'],
  [{ maxSamples: -1 }, 'maxSamples is -1'],
  [{ timeoutMs: NaN }, 'timeoutMs is NaN'],
  [{ subqueryStepMs: 0 }, 'subqueryStepMs is 0'],
  [{ subqueryStepMs: Infinity }, 'subqueryStepMs is Infinity'],
])('an engine is not made with %o', (options, message) => {
  const [field] = Object.keys(options)
  expect(() => new Engine(options as EngineOptions)).toThrow(
    expect.objectContaining({ name: 'InvalidInput', field, message }),
  )
})

test('an option that is undefined is one that was not given', async () => {
  const options = { lookbackMs: undefined, maxSamples: undefined, timeoutMs: undefined } as unknown as EngineOptions
  expect(await new Engine(options).instant(counters(1, 1), 'requests_total', 0)).toMatchObject({
    value: [{ value: 0 }],
  })
})

test('experimental functions are known when they are asked for', async () => {
  const series = counters(1, 2)
  await expect(new Engine().instant(series, 'limitk(1, requests_total)', 0)).rejects.toThrow('experimental')
  const { value } = await new Engine({ experimental: true }).instant(series, 'limitk(1, requests_total)', 0)
  expect(value).toHaveLength(1)
})

describe('a storage', () => {
  test('is asked for the whole span at once, and is told what for', async () => {
    const storage = new Asked(counters(1, 41))
    await new Engine().range(storage, 'sum(rate(requests_total[2m] offset 1m))', 300_000, 600_000, 60_000)
    expect(storage.asked).toMatchObject([
      {
        matchers: '__name__=requests_total',
        startMs: 120_000,
        endMs: 540_000,
        hints: { around: 'rate', rangeMs: 120_000, stepMs: 60_000 },
      },
    ])
  })

  test('is asked for an instant selector as far back as the lookback', async () => {
    const storage = new Asked(counters(1, 41))
    await new Engine({ lookbackMs: 60_000 }).instant(storage, 'sum(requests_total @ 300)', 0)
    expect(storage.asked).toMatchObject([{ startMs: 240_000, endMs: 300_000, hints: { around: 'sum', rangeMs: 0 } }])
  })

  test('is asked once for what stands twice in a query', async () => {
    const storage = new Asked(counters(2, 41))
    await new Engine().instant(storage, 'sum(requests_total) / count(requests_total) + max(requests_total)', 0)
    expect(storage.asked).toHaveLength(1)
  })

  test('may come one by one, and at once', async () => {
    const inner = await counters(3, 41).select([])
    const storage: Storage = { select: () => inner.values() }
    expect(await new Engine().instant(storage, 'count(requests_total)', 0)).toMatchObject({ value: [{ value: 3 }] })
  })

  const samples = { timesMs: Float64Array.of(0), values: Float64Array.of(1) }
  test.each([
    [undefined, 'what was selected is not iterable'],
    [[{ labels: { __name__: 'up' }, samples }], 'a series came without labels that Labels.of made'],
    [
      [{ labels: Labels.of({ __name__: 'up' }), samples: { timesMs: [0], values: [1] } }],
      'the samples of up are not in columns, a Float64Array each',
    ],
    [
      [{ labels: Labels.of({ __name__: 'up' }), samples: { ...samples, values: Float64Array.of(1, 2) } }],
      'the samples of up are 1 times and 2 values',
    ],
  ])('that gives what is no series is told so', async (selected, fault) => {
    const storage = { select: () => selected } as unknown as Storage
    for (const query of ['up', 'sum by (job) (rate(up[5m]))']) {
      await expect(new Engine().instant(storage, query, 0)).rejects.toMatchObject({
        kind: 'storage',
        message: `expanding series: ${fault}`,
      })
    }
  })

  test('that fails ends the query with its reason', async () => {
    const cause = new Error('disk on fire')
    const storage: Storage = { select: () => Promise.reject(cause) }
    await expect(new Engine().instant(storage, 'up', 0)).rejects.toMatchObject({
      kind: 'storage',
      message: 'expanding series: disk on fire',
      cause,
    })
  })
})

describe('limits', () => {
  test.each([
    ['of a range query', '1', 50],
    ['of a range query over nothing', 'nothing', 50],
    ['of a subquery', 'max_over_time(nothing[1y:1ms])', 0],
    ['of a subquery with a default step', 'max_over_time(vector(1)[200y:])', 0],
  ])('the steps %s are refused before there is memory for them', async (_, query, endMs) => {
    const engine = new Engine({ maxSamples: 50 })
    const ask = engine.range(counters(1, 1), query, 0, endMs, 1)
    await expect(ask).rejects.toMatchObject({ kind: 'too-many-samples' })
  })

  test('a billion steps are refused, too, by default', async () => {
    const ask = new Engine().range(counters(1, 1), 'requests_total', 0, 1e9, 1)
    await expect(ask).rejects.toMatchObject({ kind: 'too-many-samples' })
  })

  test('a storage that never answers does not hold a query beyond its time', async () => {
    const clock = new FakeClock()
    const storage: Storage = { select: () => new Promise(() => {}) }
    const ask = new Engine({ clock, timeoutMs: 1000 }).instant(storage, 'sum(up)', 0)
    const ended = expect(ask).rejects.toMatchObject({ kind: 'timeout' })
    await clock.advance(1000)
    await ended
  })

  test.each([
    'requests_total',
    'rate(requests_total[5m])',
    'requests_total[1h]',
    'sum(requests_total)',
    'max_over_time(requests_total[10m:15s])',
    'vector(time()) * on() group_right requests_total',
  ])('%s is ended when it would have too many samples in memory', async query => {
    const engine = new Engine({ maxSamples: 50 })
    const ask =
      query === 'requests_total[1h]'
        ? engine.instant(counters(4, 41), query, 600_000)
        : engine.range(counters(4, 41), query, 0, 600_000, 15_000)
    await expect(ask).rejects.toMatchObject({
      kind: 'too-many-samples',
      message: 'query processing would load too many samples into memory in query execution',
    })
  })

  test('what is no longer needed is not counted', async () => {
    const engine = new Engine({ maxSamples: 20 })
    const sums = Array.from({ length: 10 }, () => 'sum(requests_total)').join(' + ')
    expect(await engine.instant(counters(10, 2), sums, 0)).toMatchObject({ value: [{ value: 0 }] })
  })

  test('time', async () => {
    let elapsedMs = 0
    const engine = new Engine({ timeoutMs: 50, clock: { ...systemClock, elapsed: () => (elapsedMs += 20) } })
    await expect(engine.instant(counters(2, 2), 'sum(requests_total)', 0)).rejects.toMatchObject({
      kind: 'timeout',
      message: 'query timed out in expression evaluation',
    })
  })

  test('a query whose signal has aborted does not begin', async () => {
    const storage = new Asked(counters(1, 1))
    const ask = new Engine().instant(storage, 'requests_total', 0, { signal: AbortSignal.abort() })
    await expect(ask).rejects.toMatchObject({ kind: 'canceled' })
    expect(storage.asked).toEqual([])
  })

  test('a query ends in the midst of its work when its signal aborts', async () => {
    const controller = new AbortController()
    const query = Array.from({ length: 50 }, () => 'sum(rate(requests_total[10m]))').join(' + ')
    const ask = new Engine().range(counters(500, 41), query, 0, 600_000, 1_000, { signal: controller.signal })
    setImmediate(() => controller.abort())
    await expect(ask).rejects.toMatchObject({
      kind: 'canceled',
      message: 'query was canceled in expression evaluation',
    })
  })
})
