import { seededRandom } from '../../../src/kernel/random.ts'
import { Engine } from '../../../src/watch/promql/index.ts'
import type { Prometheus } from '../prometheus.ts'
import { type DiffAnswer, ourSide, type Side, theirSide } from './answer.ts'
import { Chance } from './chance.ts'
import { compare, type Difference } from './compare.ts'
import { remember, scrape, send } from './data.ts'
import { explain, type Seen } from './differences.ts'
import { makeQuery, type Query } from './make/query.ts'
import { shrink } from './shrink.ts'
import { textOf } from './tree.ts'

/** What came of one query. */
export interface Outcome {
  readonly query: Query
  /** How the answers came out alike; or the known difference that made them differ; or neither. */
  readonly verdict: 'same-series' | 'same-nothing' | 'same-error' | 'explained' | 'unexplained'
  readonly explanation?: string
  /** Of the smallest query that differs. */
  readonly seen?: Seen
}

export interface Duel {
  /** Asks both one of the random queries. The same number makes the same query. */
  ask(number: number): Promise<Outcome>
  /** Asks both any query, and finds out why they differ where they do. */
  judge(query: Query): Promise<Outcome>
}

/** Our engine and a Prometheus that is still empty, with the same data. */
export async function prepareDuel(seed: number, prometheus: Pick<Prometheus, 'query' | 'write'>): Promise<Duel> {
  const data = scrape(seed)
  await send(data, prometheus)
  return duelOf(ourSide(new Engine({ experimental: true }), remember(data)), theirSide(prometheus), seed)
}

export function duelOf(ours: Side, theirs: Side, seed: number): Duel {
  return {
    ask: number => judge(makeQuery(chanceOf(seed, number)), ours, theirs),
    judge: query => judge(query, ours, theirs),
  }
}

/** Prometheus 2 keeps groups in a map, whose order is another each time, and of equal elements the first wins. */
const UNSTEADY = 'its answer is another each time'

function chanceOf(seed: number, number: number): Chance {
  return new Chance(seededRandom(seed * 1_000_003 + number))
}

async function judge(query: Query, ours: Side, theirs: Side): Promise<Outcome> {
  const first = await look(query, ours, theirs)
  if (first.difference === undefined) return { query, verdict: verdictOf(first.ours) }
  const smallest = await shrink(query, async each => (await look(each, ours, theirs)).difference)
  const seen = await look(smallest, ours, theirs)
  if (seen.difference === undefined) return { query, verdict: 'explained', explanation: UNSTEADY }
  const known = await explain(seen as Seen, { ours, theirs })
  if (known === undefined && (await isUnsteady(smallest, theirs)))
    return { query, verdict: 'explained', explanation: UNSTEADY }
  if (known === undefined) return { query, verdict: 'unexplained', seen: seen as Seen }
  return { query, verdict: 'explained', explanation: known.name, seen: seen as Seen }
}

/** Whether they contradict themselves. */
async function isUnsteady({ tree, times }: Query, theirs: Side): Promise<boolean> {
  const text = textOf(tree, 'theirs')
  const first = await theirs(text, times)
  for (let again = 0; again < 20; again++) {
    if (compare(first, await theirs(text, times), false) !== undefined) return true
  }
  return false
}

type Look = Omit<Seen, 'difference'> & { readonly difference: Difference | undefined }

async function look(query: Query, ours: Side, theirs: Side): Promise<Look> {
  const text = textOf(query.tree, 'ours')
  const [our, their] = await Promise.all([ours(text, query.times), theirs(textOf(query.tree, 'theirs'), query.times)])
  return { query, text, ours: our, theirs: their, difference: compare(our, their, isOrdered(query, text)) }
}

/** Of topk and bottomk, groups come in any order. */
function isOrdered({ times }: Query, text: string): boolean {
  return (
    times.kind === 'instant' &&
    /^(sort|sort_desc|topk|bottomk) ? ?\(/.test(text) &&
    !/\) (by|without) \([^()]*\)$/.test(text)
  )
}

function verdictOf(answer: DiffAnswer): Outcome['verdict'] {
  if (answer.kind === 'error') return 'same-error'
  return answer.kind === 'series' && answer.series.length === 0 ? 'same-nothing' : 'same-series'
}
