import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Engine, type Result } from '../engine.ts'
import { PromQLError } from '../error.ts'
import { MemorySeries } from '../series/memory-series.ts'
import { STALE } from '../series/samples.ts'

/* What must hold whatever the query is. */

const SAMPLE = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -20, max: 20 }) },
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom<number | typeof STALE>(STALE, NaN, Infinity) },
)
const LABELS = fc.record({
  __name__: fc.constantFrom('m', 'n'),
  job: fc.constantFrom('a', 'b'),
  i: fc.constantFrom('', '0', '1'),
})
const DATA = fc.array(fc.record({ labels: LABELS, samples: fc.array(SAMPLE, { minLength: 1, maxLength: 30 }) }), {
  maxLength: 8,
})

const SELECTOR = fc.constantFrom('m', 'n', 'm{job="a"}', '{__name__=~"m|n"}', 'm offset 40s', 'n @ 120', 'm{i=""}')
const RANGE = fc.constantFrom('[1m]', '[45s]', '[3m:20s]', '[2m:30s] offset 10s', '[1m] @ 100')
const BINARY = fc.constantFrom('+', '/', '>', '<= bool', 'and', 'or', 'unless', '== on(job)', '* on(job) group_left')
const AGGREGATION = fc.constantFrom('sum', 'avg by (job)', 'max without (i)', 'count', 'stddev by (i)', 'group')
const FUNCTION = fc.constantFrom('abs', '-', 'timestamp', 'sort', 'absent', 'scalar')
const OVER_TIME = fc.constantFrom('rate', 'sum_over_time', 'last_over_time', 'changes', 'absent_over_time')

const { query: QUERY } = fc.letrec<{ query: string }>(tie => ({
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    SELECTOR,
    fc.tuple(OVER_TIME, SELECTOR, RANGE).map(([name, of, range]) => `${name}(${rangeOf(of, range)})`),
    fc.tuple(AGGREGATION, tie('query')).map(([name, of]) => `${name}(${of})`),
    fc.tuple(fc.constantFrom('topk', 'bottomk', 'quantile'), tie('query')).map(([name, of]) => `${name}(1, ${of})`),
    fc
      .tuple(FUNCTION, tie('query'))
      .map(([name, of]) => (name === 'scalar' ? `vector(scalar(${of}))` : `${name}(${of})`)),
    fc.tuple(tie('query'), BINARY, tie('query')).map(([a, operator, b]) => `(${a}) ${operator} (${b})`),
    fc.tuple(tie('query'), fc.constantFrom('*', '>', '== bool')).map(([a, operator]) => `(${a}) ${operator} 2`),
    tie('query').map(of => `max_over_time((${of})[2m:30s])`),
  ),
}))

/** A selector with a range instead of its offset. */
function rangeOf(selector: string, range: string): string {
  return `${selector.replace(/ .*/, '')}${range}`
}

type Data = typeof DATA extends fc.Arbitrary<infer Value> ? Value : never

function storageOf(data: Data): MemorySeries {
  const series = new MemorySeries()
  const seen = new Set<string>()
  for (const { labels, samples } of data) {
    const key = JSON.stringify(labels)
    if (seen.has(key)) continue
    seen.add(key)
    for (const [i, value] of samples.entries()) if (value !== undefined) series.append(labels, i * 15_000, value)
  }
  return series
}

async function orRefused(ask: Promise<Result>): Promise<Result | PromQLError> {
  try {
    return await ask
  } catch (error) {
    if (error instanceof PromQLError) return error
    throw error
  }
}

const [START_MS, END_MS, STEP_MS] = [30_000, 450_000, 35_000]

/** Values by labels, step by step. */
function stepsOf(result: Result): Map<string, number>[] {
  const steps = Array.from({ length: (END_MS - START_MS) / STEP_MS + 1 }, () => new Map<string, number>())
  if (result.type !== 'matrix') throw new Error(`a ${result.type}`)
  for (const { labels, samples } of result.value) {
    for (const [i, timeMs] of samples.timesMs.entries()) {
      steps[(timeMs - START_MS) / STEP_MS]?.set(labels.toString(), samples.values[i] as number)
    }
  }
  return steps
}

function valuesOf(result: Result): Map<string, number> {
  if (result.type !== 'vector') throw new Error(`a ${result.type}`)
  return new Map(result.value.map(({ labels, value }) => [labels.toString(), value as number]))
}

test('a range query is its instant queries, step by step', async () => {
  const engine = new Engine()
  await fc.assert(
    fc.asyncProperty(DATA, QUERY, async (data, query) => {
      const storage = storageOf(data)
      const range = await orRefused(engine.range(storage, query, START_MS, END_MS, STEP_MS))
      const instants: (Result | PromQLError)[] = []
      for (let timeMs = START_MS; timeMs <= END_MS; timeMs += STEP_MS) {
        instants.push(await orRefused(engine.instant(storage, query, timeMs)))
      }
      if (range instanceof PromQLError) {
        // Functions over ranges also refuse series that only together, over all steps, cannot be told apart.
        if (!range.message.includes('same labelset'))
          expect(instants.some(each => each instanceof PromQLError)).toBe(true)
        return
      }
      for (const [i, step] of stepsOf(range).entries()) {
        const instant = instants[i] as Result | PromQLError
        if (instant instanceof PromQLError) throw instant
        expect(step).toEqual(valuesOf(instant))
      }
    }),
    { numRuns: 300 },
  )
})

test('a series that no selector matches changes nothing', async () => {
  const engine = new Engine()
  await fc.assert(
    fc.asyncProperty(DATA, QUERY, async (data, query) => {
      const [plain, crowded] = [storageOf(data), storageOf(data)]
      for (let i = 0; i < 40; i++) crowded.append({ __name__: 'stranger', job: 'a' }, i * 10_000, i)
      const expected = await orRefused(engine.range(plain, query, START_MS, END_MS, STEP_MS))
      expect(await orRefused(engine.range(crowded, query, START_MS, END_MS, STEP_MS))).toEqual(expected)
    }),
  )
})

test('a query asked twice has one answer, and leaves the storage as it was', async () => {
  const engine = new Engine()
  await fc.assert(
    fc.asyncProperty(DATA, QUERY, async (data, query) => {
      const storage = storageOf(data)
      const first = await orRefused(engine.range(storage, query, START_MS, END_MS, STEP_MS))
      expect(await orRefused(engine.range(storage, query, START_MS, END_MS, STEP_MS))).toEqual(first)
    }),
  )
})
