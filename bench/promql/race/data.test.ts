import { describe, expect, it } from 'vitest'
import type { Prometheus } from '../prometheus.ts'
import type { SentSeries } from '../remote-write.ts'
import { END_MS, METRICS, type MetricName, record, remember, send } from './data.ts'

const SMALL: readonly MetricName[] = ['http_request_duration_seconds_bucket', 'memory_used_bytes']

describe('what both sides hold', () => {
  it.each(SMALL)('%s: no sample lies on the edge of a range', name => {
    for (const { timesMs } of record(name)) expect(timesMs.every(timeMs => (END_MS - timeMs) % 15_000 !== 0)).toBe(true)
  })

  it('has so many series as the names of the evaluations say', () => {
    const sizes = Object.values(METRICS).map(({ series }) => [...series()].length)
    expect(sizes).toEqual([10_000, 100_000, 2_000, 1_000, 1_000])
    expect(remember(SMALL).size).toBe(3_000)
  })

  it('has buckets that are cumulative', () => {
    let below: { readonly instance: string; readonly values: Float64Array } | undefined
    for (const { labels, values } of record('http_request_duration_seconds_bucket')) {
      const before = below?.instance === labels.get('instance') ? below.values : new Float64Array(values.length)
      expect(values.every((value, i) => value >= (before[i] as number))).toBe(true)
      below = { instance: labels.get('instance'), values }
    }
  })

  it('is sent whole, and no series goes back in time', async () => {
    const lastMs = new Map<string, number>()
    let samples = 0
    let newestMs = 0
    const write = async (all: Iterable<SentSeries>): Promise<void> => {
      for (const { labels, timesMs } of all) {
        const key = JSON.stringify([...labels])
        const startMs = timesMs[0] as number
        expect(startMs).toBeGreaterThan(lastMs.get(key) ?? 0)
        // An older one would be refused.
        expect(startMs).toBeGreaterThan(newestMs - 3_600_000)
        lastMs.set(key, timesMs[timesMs.length - 1] as number)
        newestMs = Math.max(newestMs, lastMs.get(key) as number)
        samples += timesMs.length
      }
    }
    await send(SMALL, { write } satisfies Pick<Prometheus, 'write'>)
    const held = SMALL.flatMap(name => [...record(name)])
    expect(lastMs.size).toBe(held.length)
    expect(samples).toBe(held.reduce((sum, { timesMs }) => sum + timesMs.length, 0))
  })
})
