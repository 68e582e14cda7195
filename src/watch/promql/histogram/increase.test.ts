import { describe, expect, it } from 'vitest'
import { fieldsOf, h } from './histogram.fixture.ts'
import { increaseBetween, increaseOver } from './increase.ts'

const NOT_COUNTER = 'this native histogram metric is not a counter: "m"'
const NOT_GAUGE = 'this native histogram metric is not a gauge: "m"'
const MIXED = 'vector contains a mix of histograms with exponential and custom buckets schemas for metric name "m"'
const SUBTRACTED = 'mismatched custom buckets were reconciled during subtraction'
const ADDED = 'mismatched custom buckets were reconciled during addition'

describe('the increase of a counter over a range', () => {
  it.each<[string, string[], string | undefined, string[]]>([
    [
      'is last − first',
      ['count:4 sum:4 buckets:[1 2 1]', 'count:5 sum:6 buckets:[1 3 1]', 'count:6 sum:8 buckets:[1 4 1]'],
      'count:2 sum:4 offset:1 buckets:[2]',
      [],
    ],
    [
      'adds what was there before a reset',
      [
        'count:4 sum:4 buckets:[4]',
        'count:6 sum:6 buckets:[6]',
        'count:1 sum:1 buckets:[1]',
        'count:3 sum:3 buckets:[3]',
      ],
      'count:5 sum:5 buckets:[5]',
      [],
    ],
    [
      'believes a hint of a reset',
      ['count:4 buckets:[4]', 'count:5 counter_reset_hint:reset buckets:[5]'],
      'count:5 buckets:[5]',
      [],
    ],
    [
      'is in the coarsest schema of the range',
      [
        'schema:2 count:1 buckets:[1]',
        'schema:0 count:2 buckets:[2]',
        'schema:1 count:3 counter_reset_hint:not_reset buckets:[3]',
      ],
      'count:2 buckets:[2]',
      [],
    ],
    [
      'does not look at the layout of what a reset ended',
      ['schema:-53 count:4 custom_values:[1] buckets:[4]', 'count:5 buckets:[5]', 'count:6 buckets:[6]'],
      'count:6 buckets:[6]',
      [],
    ],
    [
      'is none of exponential and custom buckets',
      ['count:4 buckets:[4]', 'count:5 buckets:[5]', 'schema:-53 count:6 custom_values:[1] buckets:[6]'],
      undefined,
      [MIXED],
    ],
    [
      'is none where custom buckets are in between',
      [
        'count:4 buckets:[4]',
        'count:5 buckets:[5]',
        'schema:-53 count:6 custom_values:[1] buckets:[6]',
        'count:7 counter_reset_hint:reset buckets:[7]',
      ],
      undefined,
      [MIXED],
    ],
    [
      'doubts a gauge',
      ['count:4 buckets:[4]', 'count:5 counter_reset_hint:gauge buckets:[5]', 'count:6 buckets:[6]'],
      'count:2 buckets:[2]',
      [NOT_COUNTER],
    ],
    [
      'reconciles custom bounds',
      ['schema:-53 count:1 custom_values:[5] buckets:[1]', 'schema:-53 count:3 custom_values:[5 10] buckets:[3]'],
      'schema:-53 count:2 custom_values:[5] buckets:[2]',
      [SUBTRACTED],
    ],
    [
      'reconciles the custom bounds of what a reset ended',
      [
        'schema:-53 count:1 custom_values:[5 9] buckets:[1]',
        'schema:-53 count:3 custom_values:[5] buckets:[3]',
        'schema:-53 count:1 custom_values:[5 9] buckets:[1]',
      ],
      'schema:-53 count:3 custom_values:[5] buckets:[3]',
      [ADDED],
    ],
  ])('%s', (_, range, expected, texts) => {
    const { histogram, notes } = increaseOver(range.map(h), true, 'm')
    expect(notes.map(note => note.text)).toEqual(texts)
    expect(fieldsOf(histogram)).toBe(expected && fieldsOf({ ...h(expected), counterReset: 'gauge' }))
  })
})

describe('the difference of a gauge over a range', () => {
  it('is last − first, whatever is between', () => {
    const range = [
      'count:4 counter_reset_hint:gauge buckets:[4]',
      'count:9 buckets:[9]',
      'count:1 counter_reset_hint:gauge buckets:[0 1]',
    ]
    const { histogram, notes } = increaseOver(range.map(h), false, 'm')
    expect([fieldsOf(histogram), notes]).toEqual(['count:-3 counter_reset_hint:gauge buckets:[-4 1]', []])
  })

  it.each([
    ['', 'counter_reset_hint:gauge'],
    ['counter_reset_hint:gauge', ''],
    ['', ''],
  ])('doubts a counter (%#)', (first, last) => {
    const { notes } = increaseOver([h(`count:1 ${first}`), h(`count:2 ${last}`)], false, 'm')
    expect(notes).toEqual([{ level: 'warning', text: NOT_GAUGE }])
  })

  it('is none of exponential and custom buckets', () => {
    const { histogram, notes } = increaseOver([h('count:1'), h('schema:-53 custom_values:[1]')], false, 'm')
    expect([histogram, notes]).toEqual([undefined, [{ level: 'warning', text: MIXED }]])
  })
})

describe('the increase between two', () => {
  it.each<[string, boolean, string, string, string | undefined, string[]]>([
    ['is their difference', true, 'count:1 buckets:[1]', 'count:3 buckets:[2 1]', 'count:2 buckets:[1 1]', []],
    ['is the last after a reset', true, 'count:9 buckets:[9]', 'count:3 buckets:[2 1]', 'count:3 buckets:[2 1]', []],
    [
      'of a gauge may be negative',
      false,
      'count:3 counter_reset_hint:gauge buckets:[3]',
      'count:1 counter_reset_hint:gauge buckets:[1]',
      'count:-2 buckets:[-2]',
      [],
    ],
    [
      'doubts a gauge under irate',
      true,
      'count:1 counter_reset_hint:gauge buckets:[1]',
      'count:1 buckets:[1]',
      '',
      [NOT_COUNTER],
    ],
    [
      'doubts a counter under idelta',
      false,
      'count:1 counter_reset_hint:gauge buckets:[1]',
      'count:1 buckets:[1]',
      '',
      [NOT_GAUGE],
    ],
    [
      'is none of exponential and custom buckets',
      false,
      'count:1 buckets:[1]',
      'schema:-53 count:1 custom_values:[1] buckets:[1]',
      undefined,
      [NOT_GAUGE, MIXED],
    ],
    [
      'reconciles custom bounds',
      true,
      'schema:-53 count:1 custom_values:[5] buckets:[1]',
      'schema:-53 count:3 custom_values:[5 10] buckets:[3]',
      'schema:-53 count:2 custom_values:[5] buckets:[2]',
      [SUBTRACTED],
    ],
  ])('%s', (_, isCounter, previous, last, expected, texts) => {
    const { histogram, notes } = increaseBetween(h(previous), h(last), isCounter, 'm')
    expect(notes.map(note => note.text)).toEqual(texts)
    expect(fieldsOf(histogram)).toBe(
      expected === undefined ? undefined : fieldsOf({ ...h(expected), counterReset: 'gauge' }),
    )
  })
})
