import { Labels } from '../../../src/kernel/labels.ts'
import { seededRandom } from '../../../src/kernel/random.ts'
import { MemorySeries, STALE } from '../../../src/watch/promql/index.ts'
import type { Prometheus } from '../prometheus.ts'
import type { SentSeries } from '../remote-write.ts'
import { type Instrument, instrumentsOf, TARGETS } from './instruments.ts'

/** Two hours, which fit into a head that Prometheus does not compact. The same days whenever it runs. */
export const START_MS = 1_700_000_000_000
export const END_MS = START_MS + 7_200_000
const SCRAPE_EVERY_MS = 15_000
const SLICE_MS = 900_000

/**
 * The milliseconds within their second at which nothing is ever scraped: queries are at `QUERY_MS`, the steps of
 * subqueries at 0, and every duration is in whole seconds. So no sample lies on the edge of a range, where
 * Prometheus 2 and 3 differ.
 */
export const QUERY_MS = 217

export interface Sample {
  readonly timeMs: number
  readonly value: number | typeof STALE
}

export interface DataSeries {
  readonly labels: Labels
  readonly samples: Sample[]
}

/**
 * What the targets exposed in two hours: each series once, in the order of labels, in which Prometheus reads them: it
 * decides which of two equal elements is on top, and which error is met first.
 */
export function scrape(seed: number): readonly DataSeries[] {
  const byKey = new Map<string, DataSeries>()
  for (const target of TARGETS) {
    const random = seededRandom(seed * 1_000 + TARGETS.indexOf(target))
    scrapeTarget(target, random, (record, timeMs, value) => {
      const labels = Labels.of(record)
      let series = byKey.get(labels.key)
      if (series === undefined) byKey.set(labels.key, (series = { labels, samples: [] }))
      series.samples.push({ timeMs, value })
    })
  }
  return [...byKey.values()].toSorted((a, b) => Labels.compare(a.labels, b.labels))
}

type Expose = (labels: Readonly<Record<string, string>>, timeMs: number, value: number | typeof STALE) => void

/** A target fails to be scraped now and then, which makes its series stale, and restarts, which resets its counters. */
function scrapeTarget(target: Readonly<Record<string, string>>, random: () => number, expose: Expose): void {
  const offsetMs = Math.floor(random() * SCRAPE_EVERY_MS)
  let instruments: readonly Instrument[] = instrumentsOf(random)
  const shown = new Set<Readonly<Record<string, string>>>()
  let downFor = 0
  for (let atMs = START_MS + offsetMs; atMs < END_MS; atMs += SCRAPE_EVERY_MS) {
    const timeMs = offEdge(atMs + Math.floor((random() - 0.5) * 400))
    if (downFor === 0 && random() < 0.01) {
      downFor = 1 + Math.floor(random() * random() * 60)
      if (random() < 0.6) instruments = restart(instruments, instrumentsOf(random))
    }
    const isDown = downFor > 0
    if (isDown) downFor--
    for (const instrument of instruments) {
      const values = instrument.next()
      const isHidden = isDown || instrument.hides(random)
      for (const [i, labels] of instrument.series.entries()) {
        const full = { ...target, ...labels }
        if (!isHidden) {
          shown.add(labels)
          expose(full, timeMs, values[i] as number)
        } else if (shown.delete(labels)) {
          expose(full, timeMs, STALE)
        }
      }
    }
  }
}

/** The series stay the same, and so do the objects that stand for them; what they count begins anew. */
function restart(before: readonly Instrument[], after: readonly Instrument[]): readonly Instrument[] {
  return before.map((old, i) => ({ ...old, next: (after[i] as Instrument).next }))
}

function offEdge(timeMs: number): number {
  const within = timeMs % 1_000
  return within === 0 || within === QUERY_MS ? timeMs + 1 : timeMs
}

/** Slices of time, because Prometheus takes nothing that is much older than what it has. */
function* slicesOf(data: readonly DataSeries[]): Iterable<readonly DataSeries[]> {
  for (let fromMs = START_MS - SLICE_MS; fromMs <= END_MS; fromMs += SLICE_MS) {
    const slice = data.map(({ labels, samples }) => ({
      labels,
      samples: samples.filter(({ timeMs }) => timeMs >= fromMs && timeMs < fromMs + SLICE_MS),
    }))
    yield slice.filter(({ samples }) => samples.length > 0)
  }
}

export function remember(data: readonly DataSeries[]): MemorySeries {
  const memory = new MemorySeries()
  for (const { labels, samples } of data) {
    for (const { timeMs, value } of samples) memory.append(labels, timeMs, value)
  }
  return memory
}

export async function send(data: readonly DataSeries[], prometheus: Pick<Prometheus, 'write'>): Promise<void> {
  for (const slice of slicesOf(data)) await prometheus.write(slice.map(sent))
}

function sent({ labels, samples }: DataSeries): SentSeries {
  const values = new Float64Array(samples.length)
  const bits = new BigUint64Array(values.buffer)
  for (const [i, { value }] of samples.entries()) {
    if (value === STALE) bits[i] = STALE_BITS
    else values[i] = value
  }
  return { labels, timesMs: samples.map(({ timeMs }) => timeMs), values }
}

/** The NaN by which Prometheus says that a series ends. */
const STALE_BITS = 0x7ff0_0000_0000_0002n
