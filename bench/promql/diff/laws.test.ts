import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/kernel/random.ts'
import { Engine } from '../../../src/watch/promql/index.ts'
import type { Times } from '../prometheus.ts'
import { type AnswerSeries, type DiffAnswer, ourSide } from './answer.ts'
import { Chance } from './chance.ts'
import { compare } from './compare.ts'
import { remember, START_MS, scrape } from './data.ts'
import { makeQuery } from './make/query.ts'
import { textOf } from './tree.ts'

const COUNT = 300
const data = scrape(1)
const ours = ourSide(new Engine({ experimental: true }), remember(data))
const queries = Array.from({ length: COUNT }, (_, i) => makeQuery(new Chance(seededRandom(1_000 + i)))).map(
  ({ tree, times }) => ({ text: textOf(tree, 'ours'), type: tree.type, times }),
)

/* What must hold of the queries that are asked of a real Prometheus, too, on data as rich. */

describe('our engine', () => {
  it('answers a range query as its instant queries, step by step', async () => {
    let withSeries = 0
    for (const { text, type, times } of queries) {
      // The start and the end of an instant query are others, and a range vector has no range.
      if (times.kind === 'instant' || type === 'matrix' || /@ (start|end)\(/.test(text)) continue
      const whole = await ours(text, times)
      const steps: DiffAnswer[] = []
      for (const timeMs of stepsOf(times)) steps.push(await ours(text, { kind: 'instant', timeMs }))
      const refused = steps.find(({ kind }) => kind === 'error')
      if (whole.kind === 'error' || refused !== undefined) {
        expect([text, whole.kind]).toEqual([text, refused?.kind])
        continue
      }
      const expected: DiffAnswer = { kind: 'series', type: 'matrix', series: joined(steps) }
      expect([text, compare(whole, expected, false)]).toEqual([text, undefined])
      if (whole.kind === 'series' && whole.series.length > 0) withSeries++
    }
    expect(withSeries).toBeGreaterThan(COUNT / 5)
  })

  it('answers the same with series that no query asks for', async () => {
    const among = remember(data)
    for (const job of ['shop', 'api', 'nobody']) {
      for (let i = 0; i < 400; i++) among.append({ __name__: 'unrelated', job }, START_MS + 15_000 * i + 5, i)
    }
    const theirs = ourSide(new Engine({ experimental: true }), among)
    for (const { text, times } of queries) {
      expect([text, compare(await ours(text, times), await theirs(text, times), true)]).toEqual([text, undefined])
    }
  })
})

function stepsOf({ startMs, endMs, stepMs }: Extract<Times, { readonly kind: 'range' }>): readonly number[] {
  return Array.from({ length: Math.floor((endMs - startMs) / stepMs) + 1 }, (_, i) => startMs + i * stepMs)
}

function joined(answers: readonly DiffAnswer[]): readonly AnswerSeries[] {
  const byKey = new Map<string, { readonly labels: AnswerSeries['labels']; readonly points: Map<number, number> }>()
  for (const answer of answers) {
    for (const { labels, points } of answer.kind === 'series' ? answer.series : []) {
      const series = byKey.get(labels.key) ?? { labels, points: new Map() }
      byKey.set(labels.key, series)
      for (const [timeMs, value] of points) series.points.set(timeMs, value)
    }
  }
  return [...byKey.values()]
}
