/* What the imagined targets measure. Families are also the vocabulary of the queries. */

export interface Family {
  readonly name: string
  readonly kind: 'counter' | 'gauge' | 'bucket'
  /** The labels that tell its series apart. */
  readonly labels: readonly string[]
}

/** Something that yields values for one or more series at each scrape. */
export interface Instrument {
  readonly series: readonly Readonly<Record<string, string>>[]
  /** The next values, one a series. */
  readonly next: () => readonly number[]
  /** Whether it is absent from this scrape. */
  readonly hides: (random: () => number) => boolean
}

export const TARGETS: readonly Readonly<Record<string, string>>[] = [
  { job: 'shop', instance: 'shop-1:80' },
  { job: 'shop', instance: 'shop-2:80' },
  { job: 'shop', instance: 'shop-3:80' },
  { job: 'api', instance: 'api-1:80' },
  { job: 'api', instance: 'api-2:80' },
  { job: 'zürich/東京', instance: 'é-1' },
]

const PATHS = ['/', '/cart\n2', '/ü.x']
const METHODS = ['GET', 'POST']
const BOUNDS = ['0.1', '0.5', '1', '2.5', '+Inf']

const FAMILIES_BY_LABELS: Readonly<Record<string, readonly [Family['kind'], readonly string[]]>> = {
  requests_total: ['counter', ['method', 'path']],
  errors_total: ['counter', ['method']],
  bytes_total: ['counter', []],
  temperature: ['gauge', ['sensor']],
  queue_length: ['gauge', []],
  workers: ['gauge', []],
  tiny: ['gauge', []],
  huge: ['gauge', []],
  odd: ['gauge', ['kind']],
  build_info: ['gauge', ['version']],
  sparse: ['gauge', []],
  latency_seconds_bucket: ['bucket', ['le']],
  latency_seconds_sum: ['counter', []],
  latency_seconds_count: ['counter', []],
  broken_bucket: ['bucket', ['le']],
  open_bucket: ['bucket', ['le']],
}

export const FAMILIES: readonly Family[] = Object.entries(FAMILIES_BY_LABELS).map(([name, [kind, labels]]) => ({
  name,
  kind,
  labels: ['job', 'instance', ...labels],
}))

/** The values that labels have, for matchers; some that none has. */
export const LABEL_VALUES: Readonly<Record<string, readonly string[]>> = {
  job: ['shop', 'api', 'zürich/東京', 'nobody'],
  instance: TARGETS.map(({ instance }) => instance ?? ''),
  method: METHODS,
  path: PATHS,
  sensor: ['in', 'out'],
  kind: ['nan', 'inf', 'zero', 'mixed'],
  version: ['1.0', '1.1'],
  le: [...BOUNDS, '1.0'],
  absent: ['', 'x'],
}

/** One target's instruments as after its start: counters at 0. */
export function instrumentsOf(random: () => number): readonly Instrument[] {
  const whole = (below: number): number => Math.floor(random() * below)
  const around = (middle: number, spread: number): number => middle + (random() - 0.5) * spread
  return [
    ...PATHS.flatMap(path =>
      METHODS.map(method =>
        single(
          { __name__: 'requests_total', method, path },
          counter(random, () => whole(40)),
          0.004,
        ),
      ),
    ),
    ...METHODS.map(method =>
      single(
        { __name__: 'errors_total', method },
        counter(random, () => (random() < 0.2 ? whole(4) : 0)),
        0.004,
      ),
    ),
    single(
      { __name__: 'bytes_total' },
      counter(random, () => random() * 1e9, random() * 1e9),
    ),
    ...['in', 'out'].map(sensor =>
      single({ __name__: 'temperature', sensor }, () => Math.round(around(-2, 60) * 10) / 10),
    ),
    single({ __name__: 'queue_length' }, () => whole(4)),
    single({ __name__: 'workers' }, () => 1 + whole(8)),
    single({ __name__: 'tiny' }, () => random() * 1e-9),
    single({ __name__: 'huge' }, () => (1 + random()) * 1e15),
    single({ __name__: 'odd', kind: 'nan' }, () => (random() < 0.5 ? NaN : whole(5))),
    single({ __name__: 'odd', kind: 'inf' }, () => [Infinity, -Infinity, 1, -1][whole(4)] as number),
    single({ __name__: 'odd', kind: 'zero' }, () => [0, -0][whole(2)] as number),
    single({ __name__: 'odd', kind: 'mixed' }, () => [NaN, Infinity, -Infinity, 0, -0, 1, -3.5][whole(7)] as number),
    single({ __name__: 'build_info', version: random() < 0.5 ? '1.0' : '1.1' }, () => 1),
    single({ __name__: 'sparse' }, () => whole(100), 0.95),
    histogram(random),
    brokenHistogram(random, 'broken_bucket', ['0.1', '1', '1.0', '5', 'none', '+Inf']),
    brokenHistogram(random, 'open_bucket', ['1', '2']),
  ]
}

function single(labels: Readonly<Record<string, string>>, next: () => number, hidden = 0): Instrument {
  return { series: [labels], next: () => [next()], hides: random => random() < hidden }
}

/** Now and then it falls back to 0 without a restart. */
function counter(random: () => number, increase: () => number, first = 0): () => number {
  let value = first
  return () => {
    const now = value
    value = random() < 0.005 ? 0 : value + increase()
    return now
  }
}

function histogram(random: () => number): Instrument {
  const counts = BOUNDS.map(() => 0)
  let sum = 0
  return {
    series: [
      ...BOUNDS.map(le => ({ __name__: 'latency_seconds_bucket', le })),
      { __name__: 'latency_seconds_sum' },
      { __name__: 'latency_seconds_count' },
    ],
    next: () => {
      for (let observed = Math.floor(random() * 12); observed > 0; observed--) {
        const seconds = random() * random() * 4
        sum += seconds
        for (const [i, bound] of BOUNDS.entries()) {
          if (seconds <= Number(bound.replace('Inf', 'Infinity'))) counts[i] = (counts[i] as number) + 1
        }
      }
      return [...counts, sum, counts.at(-1) as number]
    },
    hides: () => false,
  }
}

/** Buckets that do not ascend; one is there twice, one is none. */
function brokenHistogram(random: () => number, name: string, bounds: readonly string[]): Instrument {
  const counts = bounds.map(() => 0)
  return {
    series: bounds.map(le => ({ __name__: name, le })),
    next: () => counts.map((_, i) => (counts[i] = (counts[i] as number) + Math.floor(random() * (3 + i)))),
    hides: () => false,
  }
}
