import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Engine } from '../../../src/watch/promql/index.ts'
import { describeWithPrometheus } from '../prometheus.fixture.ts'
import { type Prometheus, startPrometheus } from '../prometheus.ts'
import { type DiffAnswer, ourSide, type Side } from './answer.ts'
import { remember, scrape } from './data.ts'
import { type Duel, duelOf, type Outcome, prepareDuel } from './duel.ts'
import { textOf, tree } from './tree.ts'

const SEED = 20_260
const COUNT = 300

describeWithPrometheus('our engine and a real Prometheus', () => {
  let prometheus: Prometheus
  let duel: Duel
  beforeAll(async () => {
    prometheus = await startPrometheus()
    duel = await prepareDuel(SEED, prometheus)
  })
  afterAll(() => prometheus.stop())

  it(`answer ${COUNT} random queries alike, but for what is known to differ`, async () => {
    const outcomes: Outcome[] = []
    for (let number = 0; number < COUNT; number++) outcomes.push(await duel.ask(number))
    const unexplained = outcomes.filter(({ verdict }) => verdict === 'unexplained').map(({ seen }) => seen)
    expect(unexplained).toEqual([])
    expect(outcomes.filter(({ verdict }) => verdict === 'same-series').length).toBeGreaterThan(COUNT / 2)
    expect(outcomes.filter(({ verdict }) => verdict === 'explained').length).toBeLessThan(COUNT / 20)
  })
})

describe('a duel', () => {
  const right = ourSide(new Engine(), remember(scrape(1)))
  const query = tree('vector', ['sum(', tree('vector', ['rate(', tree('matrix', ['requests_total[5m]']), ')']), ')'])
  const times = { kind: 'instant', timeMs: 1_700_003_000_217 } as const

  it('finds no fault in what is right', async () => {
    expect(await duelOf(right, right, 1).judge({ tree: query, times })).toMatchObject({ verdict: 'same-series' })
  })

  it.each<[fault: string, wrong: Side, smallest: string]>([
    [
      'a rate that is too high by a thousandth',
      changed(/rate\(/, answer => scaled(answer, 1.001)),
      'rate(requests_total[5m])',
    ],
    [
      'a sum that is nothing',
      changed(/sum\(/, () => ({ kind: 'series', type: 'vector', series: [] })),
      'sum(rate(requests_total[5m]))',
    ],
    [
      'a selector that is refused',
      changed(/requests/, () => ({ kind: 'error', type: 'execution', text: 'no' })),
      'requests_total[5m]',
    ],
  ])('finds %s, and where it is', async (_, wrong, smallest) => {
    const { verdict, seen } = await duelOf(wrong, right, 1).judge({ tree: query, times })
    expect([verdict, seen && textOf(seen.query.tree, 'ours')]).toEqual(['unexplained', smallest])
  })

  it('does not hold against us that they answer anew each time', async () => {
    let asked = 0
    const fickle: Side = async (text, at) => scaled(await right(text, at), asked++ % 3 === 0 ? 2 : 1)
    const outcome = await duelOf(right, fickle, 1).judge({ tree: query, times })
    expect(outcome).toMatchObject({ verdict: 'explained', explanation: 'its answer is another each time' })
  })

  it('asks the same for the same number', async () => {
    const first = await duelOf(right, right, 1).ask(5)
    expect(await duelOf(right, right, 1).ask(5)).toEqual(first)
    expect((await duelOf(right, right, 2).ask(5)).query).not.toEqual(first.query)
  })

  function changed(where: RegExp, change: (answer: DiffAnswer) => DiffAnswer): Side {
    return async (text, at) => {
      const answer = await right(text, at)
      return where.test(text) ? change(answer) : answer
    }
  }
})

function scaled(answer: DiffAnswer, factor: number): DiffAnswer {
  if (answer.kind !== 'series') return answer
  const series = answer.series.map(({ labels, points }) => ({
    labels,
    points: new Map(Array.from(points, ([timeMs, value]) => [timeMs, value * factor])),
  }))
  return { ...answer, series }
}
