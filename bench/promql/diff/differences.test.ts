import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWithPrometheus } from '../prometheus.fixture.ts'
import { type Prometheus, startPrometheus, type Times } from '../prometheus.ts'
import { theirSide } from './answer.ts'
import { compare } from './compare.ts'
import { END_MS, QUERY_MS, START_MS } from './data.ts'
import { KNOWN_DIFFERENCES } from './differences.ts'
import { type Duel, prepareDuel } from './duel.ts'
import { type Tree, tree } from './tree.ts'

const at = (seconds: number): Times => ({ kind: 'instant', timeMs: START_MS + seconds * 1_000 + QUERY_MS })
const range = (fromSeconds: number, steps: number): Times => {
  const startMs = START_MS + fromSeconds * 1_000 + QUERY_MS
  return { kind: 'range', startMs, endMs: startMs + steps * 60_000, stepMs: 60_000 }
}
const vector = (...parts: Tree['parts']): Tree => tree('vector', parts)
const matrix = (...parts: Tree['parts']): Tree => tree('matrix', parts)
const FIXED = `@ ${(START_MS + 3_000_000 + QUERY_MS) / 1_000}`

/** One query for each, which shows that there still is such a difference, and that it is known by its own name. */
const EXAMPLES: readonly (readonly [name: string, query: Tree, times: Times])[] = [
  ['rate near zero', vector('rate(', matrix('tiny[1h]'), ')'), at(7_478)],
  ['rate near zero', vector('rate(', matrix('tiny[1h] @ start()'), ')'), at(7_478)],
  ['UTF-8 label names', vector('count_values("1-", ', vector('workers'), ')'), at(1_000)],
  ['UTF-8 label names', vector('label_replace(', vector('workers'), ', "1-", "b", "c", "d")'), at(1_000)],
  ['name after atan2', vector(vector('workers'), ' atan2 ', tree('scalar', ['2'])), at(1_000)],
  ['deviation of one that is not finite', vector('stddev by (job, instance, kind) (', vector('odd'), ')'), at(1_000)],
  ['fixed range that moved', vector('predict_linear(', matrix(`workers[5m] ${FIXED}`), ', 10)'), range(1_000, 3)],
  [
    'fixed parameter that moved',
    vector('topk(', tree('scalar', [`scalar(sum(workers ${FIXED}))`]), ', tiny)'),
    range(2_900, 9),
  ],
  [
    'timestamp of what is fixed and offset',
    vector('timestamp(', vector(`workers ${FIXED} offset 10m`), ')'),
    at(1_000),
  ],
  ['subquery without a step', matrix('(', vector(`workers ${FIXED}`), ')[7s:5m]'), at(1_100)],
  ['equals on top', vector('bottomk(1, ', vector('clamp_max(', vector('temperature'), ', NaN)'), ')'), at(1_000)],
  ['how many beyond whole numbers', vector('topk(', tree('scalar', ['-Inf']), ', ', vector('workers'), ')'), at(1_000)],
  ['numbers as durations', vector(vector('workers'), ' offset 5'), at(1_000)],
  [
    'several matches that are filtered',
    vector(vector('huge'), ' < on (absent) ', vector('sum(', vector('tiny'), ')')),
    at(1_000),
  ],
  [
    'fraction of classic histograms',
    vector('histogram_fraction(0, 1, ', vector('latency_seconds_bucket'), ')'),
    at(1_000),
  ],
  [
    'label forgotten by count_values',
    vector('count_values by (job, instance, sensor) ("job", ', vector('temperature'), ')'),
    range(1_000, 3),
  ],
  ["Go's mathematics", vector('cosh(', vector('vector(-710)'), ')'), at(1_000)],
  ["Go's mathematics", vector('sinh(', vector('vector(-710)'), ')'), at(1_000)],
  ["Go's mathematics", vector('log2(', vector('vector(1.0000000000000002)'), ')'), at(1_000)],
  ['last bits in labels', vector('count_values("value", ', vector('avg(', vector('temperature'), ')'), ')'), at(1_000)],
  ['words of errors', vector(vector('workers'), ' offset'), at(1_000)],
]

describeWithPrometheus('the differences between Prometheus 2 and 3', () => {
  let prometheus: Prometheus
  let duel: Duel
  beforeAll(async () => {
    prometheus = await startPrometheus()
    duel = await prepareDuel(1, prometheus)
  })
  afterAll(() => prometheus.stop())

  it.each(EXAMPLES)('%s', async (name, query, times) => {
    const { verdict, explanation, seen } = await duel.judge({ tree: query, times })
    expect([verdict, explanation, seen?.difference]).toEqual(['explained', name, expect.anything()])
  })

  it('are all shown by an example, but those that take long to find', () => {
    const shown = new Set(EXAMPLES.map(([name]) => name))
    const others = KNOWN_DIFFERENCES.filter(({ name }) => !shown.has(name)).map(({ name }) => name)
    expect(others).toEqual(['buckets equal but for rounding', 'last bits that decide'])
    expect(new Set(KNOWN_DIFFERENCES.map(({ name }) => name)).size).toBe(KNOWN_DIFFERENCES.length)
  })

  it.each([
    [
      'does not match newlines with a dot',
      'count(requests_total{path=~"/cart.2"})',
      'count(requests_total{path=~"(?s:/cart.2)"})',
    ],
    [
      'has another name for double_exponential_smoothing',
      'double_exponential_smoothing(workers[5m], 0.5, 0.5)',
      'holt_winters(workers[5m], 0.5, 0.5)',
    ],
  ])('are told away where the same can be asked: 2.42 %s', async (_, words, otherWords) => {
    const theirs = theirSide(prometheus)
    expect(compare(await theirs(words, at(3_000)), await theirs(otherWords, at(3_000)), false)).toBeDefined()
    const said = vector({ ours: words, theirs: otherWords })
    expect((await duel.judge({ tree: said, times: at(3_000) })).verdict).toBe('same-series')
  })

  it('are kept away from where nothing else can be done: 2.42 takes what is on the left edge of a range', async () => {
    const count = vector('count_over_time(', matrix('(', vector('vector(1)'), ')[2m:1m]'), ')')
    const onTheGrid = { kind: 'instant', timeMs: Math.ceil(END_MS / 60_000) * 60_000 } as const
    expect((await duel.judge({ tree: count, times: onTheGrid })).verdict).toBe('unexplained')
    expect((await duel.judge({ tree: count, times: at(7_000) })).verdict).toBe('same-series')
  })
})
