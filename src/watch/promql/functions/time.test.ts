import { expect, it } from 'vitest'
import { linesOf, vectorOf, whole } from './evaluation.fixture.ts'

const QUERY = { startMs: 100_000, endMs: 130_000, stepMs: 10_000 }

it.each([
  ['time()', [0.001, 3000]],
  ['pi()', [Math.PI, Math.PI]],
  ['start()', [100, 100]],
  ['end()', [130, 130]],
  ['range()', [30, 30]],
  ['step()', [10, 10]],
])('%s is a scalar at each step', async (query, expected) => {
  const answer = await whole(query, [], { atSeconds: [0.001, 3000], query: QUERY })
  expect(answer).toEqual({ type: 'scalar', values: Float64Array.from(expected) })
})

it('timestamp of something calculated is the time of its evaluation, for histograms, too', async () => {
  const vector = vectorOf([
    [{ __name__: 'x', a: '1' }, 5, undefined],
    [{ __name__: 'x', a: '2' }, '{{count:1}}', 3],
  ])
  const answer = await whole('timestamp(x + 0)', [vector], { atSeconds: [15, 30] })
  expect(linesOf(answer)).toEqual(['{a="1"} 15 _', '{a="2"} 15 30'])
})

it('start_timestamp is nothing, since samples have none', async () => {
  expect(linesOf(await whole('start_timestamp(x)', [vectorOf([[{ a: '1' }, 5]])]))).toEqual([])
})
