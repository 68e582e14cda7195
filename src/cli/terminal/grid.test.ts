import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LOOK } from '../sample.fixture.ts'
import { grid } from './grid.ts'
import { columnsOf } from './width.ts'

const ROWS = [
  ['SERVICE', 'BAD', 'WHY'],
  ['订单', '1,204', 'errors on the new version'],
  ['payment', '3', ''],
]

test('columns stand below each other, also where characters are wide', () => {
  expect(grid(ROWS, LOOK, { right: [1] })).toEqual([
    'SERVICE    BAD  WHY',
    '订单     1,204  errors on the new version',
    'payment      3',
  ])
})

test('an empty column takes no room', () => {
  expect(grid([['a', '', 'c']], LOOK)).toEqual(['a  c'])
})

test('on a narrow terminal the last column gives way', () => {
  expect(grid(ROWS, { ...LOOK, width: 34 })).toEqual([
    'SERVICE  BAD    WHY',
    '订单     1,204  errors on the new…',
    'payment  3',
  ])
})

test('columns that matter less are left out first', () => {
  expect(grid(ROWS, { ...LOOK, width: 20 }, { drops: [2] })).toEqual(['SERVICE  BAD', '订单     1,204', 'payment  3'])
  expect(grid(ROWS, LOOK, { drops: [2] })[0]).toBe('SERVICE  BAD    WHY')
})

test('lines drawn one by one stand below each other from the second on', () => {
  const least: number[] = []
  grid([['release.promoted', 'hub', 'x']], LOOK, { least })
  expect(grid([['hub.started', 'user/li', 'y']], LOOK, { least })).toEqual(['hub.started       user/li  y'])
})

test('no rows are no lines', () => {
  expect(grid([], LOOK)).toEqual([])
})

test('a table of few columns fits any terminal that has room for four letters in each', () => {
  const rows = fc.array(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 3, maxLength: 3 }))
  fc.assert(
    fc.property(rows, fc.integer({ min: 20, max: 120 }), (rows, width) => {
      for (const line of grid(rows, { ...LOOK, width })) expect(columnsOf(line)).toBeLessThanOrEqual(width)
    }),
  )
})
