import { expect, test } from 'vitest'
import type { Asker, Taken } from './ask.ts'
import { EVALUATIONS, type Evaluation } from './evaluations.ts'
import { race, ratiosOf, timesOf } from './race.ts'

const EVALUATION = EVALUATIONS[0] as Evaluation

function always(ms: number, asked: string[], who: string): Asker {
  return async () => {
    asked.push(who)
    return { ms, evaluationMs: ms / 2 }
  }
}

const took = (...all: readonly number[]): readonly Taken[] => all.map(ms => ({ ms, evaluationMs: ms / 2 }))

test('both are asked in turn, and the round that warms them up does not count', async () => {
  const asked: string[] = []
  const seen = await race(EVALUATION, always(200, asked, 'ours'), always(200, asked, 'theirs'), 2)
  const round = ['ours', 'ours', 'ours', 'theirs', 'theirs', 'theirs']
  expect(asked).toEqual([...round, ...round, ...round])
  expect(seen.ours).toEqual([took(200, 200, 200), took(200, 200, 200)])
})

test('what is fast is asked more often, though not forever', async () => {
  const asked: string[] = []
  await race(EVALUATION, always(0.1, asked, 'ours'), always(50, asked, 'theirs'), 1)
  expect(asked.filter(who => who === 'ours')).toHaveLength(2 * 50)
  expect(asked.filter(who => who === 'theirs')).toHaveLength(2 * 8)
})

test('a ratio is that of the medians of a round', () => {
  const ours = [took(1, 1, 9), took(4, 4, 4), took(3, 3, 3)]
  const theirs = [took(10, 10, 10), took(5, 5, 5), took(6, 6, 60)]
  expect(ratiosOf(ours, theirs)).toEqual({ ratio: 0.5, worstRatio: 0.8 })
})

test('percentiles are of all rounds', () => {
  expect(timesOf([took(1, 2), took(3, 4, 5)])).toEqual({ p50Ms: 3, p95Ms: 5, evaluationP50Ms: 1.5 })
})
