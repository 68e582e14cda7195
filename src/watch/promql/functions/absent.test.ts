import { describe, expect, it } from 'vitest'
import { linesOf, rangesOf, samplesEvery, vectorOf, whole } from './evaluation.fixture.ts'

const NOTHING = vectorOf([])

describe('absent', () => {
  it.each([
    ['absent(x)', '{} 1'],
    ['absent(x{job="a", instance="b", path=~".x"})', '{instance="b", job="a"} 1'],
    ['absent(x{job="a", job="b", foo="bar"})', '{foo="bar"} 1'],
    ['absent(x{job="a", job="b", job="c", foo="bar"})', '{foo="bar"} 1'],
    ['absent(x{job="a", job=~"b", foo="bar"})', '{foo="bar"} 1'],
    ['absent((x{job="a"}))', '{job="a"} 1'],
    ['absent(sum(x{job="a"}))', '{} 1'],
    ['absent(x{job="a"} > 1)', '{} 1'],
    ['absent(x{job=""})', '{} 1'],
  ])('%s has the labels that the selector demands', async (query, expected) => {
    expect(linesOf(await whole(query, [NOTHING]))).toEqual([expected])
  })

  it('is nothing where there is something, be it a histogram', async () => {
    expect(linesOf(await whole('absent(x)', [vectorOf([[{}, NaN]])]))).toEqual([])
    expect(linesOf(await whole('absent(x)', [vectorOf([[{}, '{{count:1}}']])]))).toEqual([])
  })

  it('is told at each step', async () => {
    const vector = vectorOf([
      [{ a: '1' }, 1, undefined, undefined, 1],
      [{ a: '2' }, undefined, undefined, 2, 2],
    ])
    expect(linesOf(await whole('absent(x{b="c"})', [vector], { atSeconds: [0, 1, 2, 3] }))).toEqual(['{b="c"} _ 1 _ _'])
  })
})

describe('absent_over_time', () => {
  it('is 1 for each range without a sample, left-open', async () => {
    const ranges = rangesOf(
      60,
      [0, 60, 119, 120, 240, 300],
      [samplesEvery(60, [1]), samplesEvery(60, [undefined, undefined, undefined, '{{count:1}}'])],
    )
    const answer = await whole('absent_over_time(x{job="a"}[1m])', [ranges], { atSeconds: [0, 60, 119, 120, 240, 300] })
    expect(linesOf(answer)).toEqual(['{job="a"} _ 1 1 1 1 1'])
    const wider = { ...ranges, rangeMs: 61_000 }
    expect(linesOf(await whole('absent_over_time(x[61s])', [wider]))).toEqual(['{} _ _ 1 1 _ 1'])
  })

  it('of a subquery has no labels', async () => {
    const ranges = rangesOf(300, [60], [])
    expect(linesOf(await whole('absent_over_time(x{job="a"}[5m:])', [ranges]))).toEqual(['{} 1'])
  })
})
