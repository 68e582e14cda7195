import { Labels } from '../../../src/kernel/labels.ts'
import { type Random, seededRandom } from '../../../src/kernel/random.ts'
import { MemorySeries } from '../../../src/watch/promql/index.ts'
import type { Prometheus } from '../prometheus.ts'
import type { SentSeries } from '../remote-write.ts'

/** Fixed, so that every run asks the same; a multiple of the scrape interval. */
export const END_MS = 1_700_000_100_000
const SCRAPE_EVERY_MS = 15_000
const MINUTE_MS = 60_000

/** A series whole, for either side. */
export interface Recorded extends SentSeries {
  readonly labels: Labels
  readonly timesMs: Float64Array
}

/** Metrics of one shape, scraped every 15 s until END_MS. */
export interface Metric {
  readonly minutes: number
  /** The labels of its series. */
  readonly series: () => Iterable<Readonly<Record<string, string>>>
  readonly kind: 'counter' | 'gauge' | 'buckets'
}

/** Until four significant digits, as instrumentation libraries lay them out: 19 bounds and +Inf. */
const BOUNDS = [...[1, 2, 5].flatMap(digit => [1e-3, 1e-2, 1e-1, 1, 10, 100].map(power => digit * power)), 1_000]
const LE = [...BOUNDS.toSorted((a, b) => a - b).map(bound => String(Number(bound.toPrecision(4)))), '+Inf']

export const METRICS = {
  /** 10,000 series of 65 minutes: what a range query of 240 steps of 15 s needs. */
  http_requests_total: { kind: 'counter', minutes: 65, series: () => requests('http_requests_total', 10) },
  /** 100,000 series of 6 minutes. */
  rpc_requests_total: { kind: 'counter', minutes: 6, series: () => requests('rpc_requests_total', 100) },
  /** 100 histograms of 20 buckets. */
  http_request_duration_seconds_bucket: { kind: 'buckets', minutes: 65, series: durationBuckets },
  memory_used_bytes: { kind: 'gauge', minutes: 65, series: () => machines('memory_used_bytes') },
  memory_limit_bytes: { kind: 'gauge', minutes: 65, series: () => machines('memory_limit_bytes') },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof METRICS
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[]

/** 20 jobs of 50 instances, each with so many series. */
function* requests(name: string, each: number): Iterable<Record<string, string>> {
  for (let job = 0; job < 20; job++) {
    for (let instance = 0; instance < 50; instance++) {
      for (let i = 0; i < each; i++) {
        yield {
          __name__: name,
          job: `job-${job}`,
          instance: `10.0.${job}.${instance}:9090`,
          method: i % 2 === 0 ? 'GET' : 'POST',
          path: `/api/v1/thing-${i >> 1}`,
          status: i % 5 === 0 ? '500' : '200',
        }
      }
    }
  }
}

function* durationBuckets(): Iterable<Record<string, string>> {
  for (let i = 0; i < 100; i++) {
    for (const le of LE) {
      yield { __name__: 'http_request_duration_seconds_bucket', job: 'web', instance: `10.1.0.${i}:9090`, le }
    }
  }
}

function* machines(name: string): Iterable<Record<string, string>> {
  for (let i = 0; i < 1_000; i++) {
    yield { __name__: name, job: 'node', instance: `10.2.${i >> 8}.${i & 255}:9100`, zone: `zone-${i % 3}` }
  }
}

/**
 * One metric's series. Each instance is scraped at a moment of its own, never on a multiple of the interval: then no
 * sample lies on the edge of a range, where Prometheus 2 and 3 differ.
 */
export function* record(name: MetricName): Iterable<Recorded> {
  const { kind, minutes, series }: Metric = METRICS[name]
  const random = seededRandom(METRIC_NAMES.indexOf(name) + 1)
  const length = (minutes * MINUTE_MS) / SCRAPE_EVERY_MS
  const offsets = new Map<string, number>()
  let below = new Float64Array(length)
  for (const labels of series()) {
    const instance = labels['instance'] ?? ''
    const offsetMs = offsets.get(instance) ?? 1 + Math.floor(random() * (SCRAPE_EVERY_MS - 2))
    offsets.set(instance, offsetMs)
    const startMs = END_MS - minutes * MINUTE_MS + offsetMs
    const values = kind === 'gauge' ? gauge(length, random) : counter(length, random)
    if (kind === 'buckets') {
      // Cumulative: each bucket counts what the ones below it do, and more.
      if (labels['le'] !== LE[0])
        for (let i = 0; i < length; i++) values[i] = (values[i] as number) + (below[i] as number)
      below = values
    }
    yield { labels: Labels.of(labels), timesMs: values.map((_, i) => startMs + i * SCRAPE_EVERY_MS), values }
  }
}

/** Of whole numbers. Counters restart now and then, but those of buckets, which would have to do so together. */
function counter(length: number, random: Random): Float64Array<ArrayBuffer> {
  const values = new Float64Array(length)
  let value = Math.floor(random() * 1e6)
  const perScrape = 1 + random() * 100
  for (let i = 0; i < length; i++) values[i] = value += Math.floor(random() * perScrape)
  return values
}

function gauge(length: number, random: Random): Float64Array<ArrayBuffer> {
  const values = new Float64Array(length)
  for (let i = 0; i < length; i++) values[i] = Math.floor(1e9 + random() * 1e9)
  return values
}

/** Series in memory, for our side. */
export function remember(names: readonly MetricName[]): MemorySeries {
  const memory = new MemorySeries()
  for (const name of names) {
    for (const { labels, timesMs, values } of record(name)) {
      for (let i = 0; i < timesMs.length; i++) memory.append(labels, timesMs[i] as number, values[i] as number)
    }
  }
  return memory
}

/** So many series a request. */
const BATCH = 2_000

/** The same for Prometheus: what is older than half an hour first, as it takes nothing that comes an hour late. */
export async function send(names: readonly MetricName[], prometheus: Pick<Prometheus, 'write'>): Promise<void> {
  const middleMs = END_MS - 30 * MINUTE_MS
  for (const isOld of [true, false]) {
    let batch: SentSeries[] = []
    for (const name of names) {
      for (const { labels, timesMs, values } of record(name)) {
        const middle = timesMs.filter(timeMs => timeMs < middleMs).length
        const [from, to] = isOld ? [0, middle] : [middle, timesMs.length]
        if (from === to) continue
        batch.push({ labels, timesMs: timesMs.subarray(from, to), values: values.subarray(from, to) })
        if (batch.length < BATCH) continue
        await prometheus.write(batch)
        batch = []
      }
    }
    await prometheus.write(batch)
  }
}
