import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Vector } from '../evaluate/value.ts'
import { linesOf, vectorOf, whole } from './evaluation.fixture.ts'

async function part(name: string, seconds: number): Promise<number> {
  return ((await whole(`${name}(v)`, [vectorOf([[{}, seconds]])])) as Vector).values[0] as number
}

it.each([
  ['year', 1136239445, 2006],
  ['month', 1136239445, 1],
  ['day_of_month', 1136239445, 2],
  ['day_of_year', 1136239445, 2],
  ['day_of_week', 1136239445, 1],
  ['hour', 1136239445, 22],
  ['minute', 1136239445, 4],
  ['year', 1230767999, 2008],
  ['year', 1230768000, 2009],
  ['month', 1456790399, 2],
  ['day_of_month', 1456790399, 29],
  ['month', 1456790400, 3],
  ['day_of_month', 1456790400, 1],
  ['day_of_year', 1483191420, 366],
  ['day_of_year', 1672493820, 365],
  ['days_in_month', 1454284800, 29],
  ['days_in_month', 1485907200, 28],
  ['days_in_month', 1491004800, 30],
  ['days_in_month', 1483228800, 31],
  ['day_of_week', -1, 3],
  ['hour', -1, 23],
  ['year', -1, 1969],
  ['minute', 59.9, 0],
  ['hour', -0.9, 0],
])('%s of %d is %d', async (name, seconds, expected) => {
  expect(await part(name, seconds)).toBe(expected)
})

it('goes beyond the years that a Date knows', async () => {
  expect(await part('year', 1e15)).toBe(31690708)
  expect(await part('year', -1e13)).toBe(-314918)
})

it.each([NaN, Infinity, -Infinity, 1e300])(
  'of %d, which is no time, is the date that Go makes of it',
  async seconds => {
    expect(await part('year', seconds)).toBe(292277026596)
    expect(await part('month', seconds)).toBe(12)
    expect(await part('day_of_month', seconds)).toBe(4)
    expect(await part('hour', seconds)).toBe(15)
    expect(await part('minute', seconds)).toBe(30)
  },
)

it('is of the evaluation where it has no argument', async () => {
  expect(linesOf(await whole('hour()', [], { atSeconds: [0, 3600.5, 86399] }))).toEqual(['{} 0 1 23'])
})

it('drops names and leaves out histograms', async () => {
  const vector = vectorOf([
    [{ __name__: 'x', a: '1' }, 0, 86400],
    [{ __name__: 'x', a: '2' }, '{{count:1}}', 0],
  ])
  expect(linesOf(await whole('day_of_month(x)', [vector], { atSeconds: [0, 1] }))).toEqual([
    '{a="1"} 1 2',
    '{a="2"} _ 1',
  ])
})

it('agrees with the calendar of the runtime', async () => {
  const day = 86_400
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: -3e9, max: 2e10 }), async seconds => {
      // oxlint-disable-next-line no-restricted-globals -- the other calendar to compare with
      const date = new Date(seconds * 1000)
      const year = date.getUTCFullYear()
      expect(await part('year', seconds)).toBe(year)
      expect(await part('month', seconds)).toBe(date.getUTCMonth() + 1)
      expect(await part('day_of_month', seconds)).toBe(date.getUTCDate())
      expect(await part('day_of_week', seconds)).toBe(date.getUTCDay())
      expect(await part('hour', seconds)).toBe(date.getUTCHours())
      expect(await part('minute', seconds)).toBe(date.getUTCMinutes())
      // oxlint-disable-next-line no-restricted-globals
      expect(await part('day_of_year', seconds)).toBe(Math.floor((seconds - Date.UTC(year, 0, 1) / 1000) / day) + 1)
      // oxlint-disable-next-line no-restricted-globals
      const lastDay = new Date(Date.UTC(year, date.getUTCMonth() + 1, 0))
      expect(await part('days_in_month', seconds)).toBe(lastDay.getUTCDate())
    }),
  )
})
