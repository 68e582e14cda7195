import { describe, expect, it } from 'vitest'
import type { ScalarValue } from '../evaluate/value.ts'
import { linesOf, vectorOf, whole } from './evaluation.fixture.ts'

function scalar(...values: number[]): ScalarValue {
  return { type: 'scalar', values: Float64Array.from(values) }
}

it('vector gives a series without labels', async () => {
  expect(linesOf(await whole('vector(time())', [scalar(1, NaN)], { atSeconds: [0, 1] }))).toEqual(['{} 1 NaN'])
})

describe('scalar', () => {
  it.each([
    ['one float', [[{ a: '1' }, 7]], 7],
    [
      'two floats',
      [
        [{ a: '1' }, 7],
        [{ a: '2' }, 7],
      ],
      NaN,
    ],
    ['nothing', [], NaN],
    ['a histogram', [[{ a: '1' }, '{{count:1}}']], NaN],
    [
      'a float and a histogram',
      [
        [{ a: '1' }, '{{count:1}}'],
        [{ a: '2' }, 3],
      ],
      3,
    ],
  ] as const)('of %s', async (_, series, expected) => {
    expect(await whole('scalar(v)', [vectorOf(series)])).toEqual(scalar(expected))
  })

  it('is taken at each step', async () => {
    const vector = vectorOf([
      [{ a: '1' }, 1, 2, undefined],
      [{ a: '2' }, undefined, 3, 4],
    ])
    expect(await whole('scalar(v)', [vector], { atSeconds: [0, 1, 2] })).toEqual(scalar(1, NaN, 4))
  })
})
