import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidInput } from '../../../kernel/errors.ts'
import { Labels } from '../../../kernel/labels.ts'
import { type MatcherOperator, matcher, matchesAll } from '../../../kernel/matcher.ts'
import { nativeHistogram } from '../histogram/index.ts'
import { MemorySeries } from './memory-series.ts'
import { isStale, STALE } from './samples.ts'

const ALL = [matcher('__name__', '=~', '.+')]

async function only(series: MemorySeries) {
  const [first, ...others] = await series.select(ALL)
  if (first === undefined || others.length > 0) throw new Error('expected one series')
  return first
}

test('samples come back in order, however many there are', async () => {
  const series = new MemorySeries()
  for (let i = 0; i < 1000; i++) series.append({ __name__: 'up', job: 'a' }, i * 15_000, i / 2)
  const { labels, samples } = await only(series)
  expect(labels.toString()).toBe('up{job="a"}')
  expect([...samples.timesMs]).toEqual(Array.from({ length: 1000 }, (_, i) => i * 15_000))
  expect([...samples.values]).toEqual(Array.from({ length: 1000 }, (_, i) => i / 2))
  expect(samples.histograms).toBeUndefined()
})

test('equal labels are one series, whether as a record or as Labels, and an empty label is none', async () => {
  const series = new MemorySeries()
  series.append({ job: 'a', __name__: 'up' }, 1, 1)
  series.append(Labels.of({ __name__: 'up', job: 'a', zone: '' }), 2, 2)
  expect(series.size).toBe(1)
  expect([...(await only(series)).samples.values]).toEqual([1, 2])
})

test('a stale marker is told from any NaN, and stays one when the columns grow', async () => {
  const series = new MemorySeries()
  series.append({ __name__: 'up' }, 0, STALE)
  for (let i = 1; i < 40; i++) series.append({ __name__: 'up' }, i, NaN)
  const { values } = (await only(series)).samples
  expect(isStale(values, 0)).toBe(true)
  expect(isStale(values, 1)).toBe(false)
})

test('histograms stand beside floats in one series', async () => {
  const series = new MemorySeries()
  const histogram = nativeHistogram({ count: 1, sum: 2 })
  series.append({ __name__: 'h' }, 0, 5)
  series.appendHistogram({ __name__: 'h' }, 1, histogram)
  series.append({ __name__: 'h' }, 2, 6)
  const { samples } = await only(series)
  expect(samples.histograms).toEqual([undefined, histogram, undefined])
  expect(samples.values[2]).toBe(6)
})

test('what was selected does not change when more is appended', async () => {
  const series = new MemorySeries()
  series.append({ __name__: 'up' }, 0, 1)
  const { samples } = await only(series)
  series.append({ __name__: 'up' }, 1, 2)
  expect(samples.timesMs).toHaveLength(1)
  expect((await only(series)).samples.timesMs).toHaveLength(2)
})

describe('refuses', () => {
  test.each([
    ['a time before the last one', 5, 'a sample of up{job="a"} at 5 ms is not after its last one, at 10'],
    ['the time of the last one', 10, 'a sample of up{job="a"} at 10 ms is not after its last one, at 10'],
    ['a time that is no whole millisecond', 10.5, 'a sample of up{job="a"} at 10.5 ms is not a whole millisecond'],
    ['a time that is none', NaN, 'a sample of up{job="a"} at NaN ms is not a whole millisecond'],
  ])('%s', async (_, timeMs, message) => {
    const series = new MemorySeries()
    series.append({ __name__: 'up', job: 'a' }, 10, 1)
    const hint = 'Append the samples of a series in order of time, in Unix milliseconds, one at a time.'
    const refusal = new InvalidInput(message, { field: 'timeMs', hint })
    expect(() => series.append({ __name__: 'up', job: 'a' }, timeMs, 2)).toThrow(refusal)
    expect([...(await only(series)).samples.values]).toEqual([1])
  })
})

describe('refuses, as a type checker would,', () => {
  /** What plain JavaScript can hand over. */
  const append = (labels: unknown, value: unknown): void => {
    const series = new MemorySeries()
    const append: (...args: never[]) => void = series.append.bind(series)
    append(...([labels, 1, value] as never[]))
  }

  test.each([
    ['a label that is a number', { code: 200 }, 1, { field: 'labels.code', message: 'the label code is 200' }],
    ['a label that is nothing', { code: null }, 1, { field: 'labels.code', message: 'the label code is null' }],
    ['a label without a name', { '': 'x' }, 1, { field: 'labels', message: '"" names no label' }],
    ['a label whose name is no UTF-8', { '\ud800': 'x' }, 1, { field: 'labels' }],
    ['a value that is a text', { a: 'b' }, '1', { field: 'value', message: 'a value is a number or STALE, not "1"' }],
    ['a value that is nothing', { a: 'b' }, undefined, { field: 'value' }],
  ])('%s', (_, labels, value, refusal) => {
    expect(() => append(labels, value)).toThrow(expect.objectContaining({ name: 'InvalidInput', ...refusal }))
  })
})

test('refuses a histogram that is none, and keeps nothing of it', async () => {
  const series = new MemorySeries()
  series.append({ __name__: 'h' }, 0, 1)
  expect(() => series.appendHistogram({ __name__: 'h' }, 1, nativeHistogram({ schema: 99 }))).toThrow(
    expect.objectContaining({
      name: 'InvalidInput',
      field: 'histogram',
      message: expect.stringContaining('schema 99'),
    }),
  )
  expect((await only(series)).samples.timesMs).toHaveLength(1)
})

const LABEL = fc.constantFrom('', 'a', 'ab', 'b')
const LABELS = fc.record({ __name__: fc.constantFrom('m', 'n'), x: LABEL, y: LABEL })
const MATCHER = fc
  .record({
    name: fc.constantFrom('__name__', 'x', 'y', 'z'),
    operator: fc.constantFrom<MatcherOperator>('=', '!=', '=~', '!~'),
    value: fc.constantFrom('', 'a', 'a.*', 'a|b', 'm', '.+', '.*'),
  })
  .map(({ name, operator, value }) => matcher(name, operator, value))

test('the index finds what trying every series finds, in the order of their first samples', () => {
  return fc.assert(
    fc.asyncProperty(fc.array(LABELS), fc.array(MATCHER, { maxLength: 3 }), async (all, matchers) => {
      const series = new MemorySeries()
      for (const [i, labels] of all.entries()) series.append(labels, i, i)
      const byHand = new Map(all.map(record => Labels.of(record)).map(labels => [labels.key, labels]))
      const expected = [...byHand.values()].filter(labels => matchesAll(matchers, labels))
      const selected = await series.select(matchers)
      expect(selected.map(({ labels }) => labels.key)).toEqual(expected.map(({ key }) => key))
    }),
  )
})
