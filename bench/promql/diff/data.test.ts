import { describe, expect, it } from 'vitest'
import { STALE } from '../../../src/watch/promql/index.ts'
import { END_MS, QUERY_MS, remember, type Sample, START_MS, scrape } from './data.ts'
import { FAMILIES } from './instruments.ts'

const data = scrape(1)
const named = (name: string) => data.filter(({ labels }) => labels.name === name)
const numbers = (samples: readonly Sample[]) => samples.flatMap(({ value }) => (value === STALE ? [] : [value]))

describe('the data of the differential test', () => {
  it('is the same for the same seed, and other for another', () => {
    expect(scrape(1)).toEqual(data)
    expect(scrape(2)).not.toEqual(data)
  })

  it('has samples in order of time, none on an edge that queries may touch', () => {
    const isWrong = ({ timeMs }: Sample, beforeMs: number): boolean =>
      timeMs <= beforeMs || timeMs > END_MS + 1_000 || [0, QUERY_MS].includes(timeMs % 1_000)
    for (const { samples } of data) {
      expect(samples.filter((sample, i) => isWrong(sample, samples[i - 1]?.timeMs ?? START_MS - 1_000))).toEqual([])
    }
  })

  it('has series in the order of their labels, each once', () => {
    const names = data.map(({ labels }) => labels.key)
    expect(new Set(names).size).toBe(names.length)
    expect(remember(data).size).toBe(data.length)
  })

  it.each(FAMILIES)('has $name with its labels', ({ name, labels }) => {
    const series = named(name)
    expect(series.length).toBeGreaterThan(5)
    for (const one of series) expect(Object.keys(one.labels.nameless.toJSON()).toSorted()).toEqual(labels.toSorted())
  })

  it('has series that end, for a while or for good, and begin again', () => {
    const ends = data.map(({ samples }) => samples.filter(({ value }) => value === STALE).length)
    expect(Math.max(...ends)).toBeGreaterThan(5)
    for (const { samples } of data) {
      // Nothing ends twice, and nothing begins with its end.
      for (const [i, { value }] of samples.entries())
        if (value === STALE) expect(samples[i - 1]?.value).toBeTypeOf('number')
    }
  })

  it('has counters that fall back, mostly to 0, and else rise', () => {
    const values = named('requests_total').map(({ samples }) => numbers(samples))
    const resets = values.flatMap(each => each.filter((value, i) => value < (each[i - 1] ?? value)))
    expect(resets.length).toBeGreaterThan(10)
    expect(resets).toContain(0)
    // Restarted while nobody looked.
    expect(resets.some(value => value > 0)).toBe(true)
    expect(resets.length).toBeLessThan(0.02 * values.flat().length)
  })

  it('has floats of every kind', () => {
    const odd = named('odd').flatMap(({ samples }) => numbers(samples))
    for (const value of [NaN, Infinity, -Infinity, 0, -0, -3.5])
      expect(odd.some(each => Object.is(each, value))).toBe(true)
  })

  it('has buckets that ascend, and buckets that do not', () => {
    const last = (name: string, le: string) =>
      named(name)
        .filter(({ labels }) => labels.get('le') === le)
        .map(({ samples }) => numbers(samples).at(-1) as number)
    const ascends = (name: string, low: string, high: string) =>
      last(name, low).every((count, i) => count <= (last(name, high)[i] as number))
    expect(ascends('latency_seconds_bucket', '0.5', '1')).toBe(true)
    expect(
      ascends('broken_bucket', '1.0', '5') &&
        ascends('broken_bucket', '0.1', '1') &&
        ascends('broken_bucket', 'none', '5'),
    ).toBe(false)
  })
})
