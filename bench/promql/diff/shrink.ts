import type { Times } from '../prometheus.ts'
import type { Difference } from './compare.ts'
import type { Query } from './make/query.ts'
import { descendants, sizeOf, smallerThan } from './tree.ts'

/** The most queries that are tried to find a smaller one. */
const MOST_TRIES = 400

/** How a query fails; undefined where it does not. */
export type Failure = (query: Query) => Promise<Difference | undefined>

/** The smallest query found, part by part, that still fails in whatever way the first one did. */
export async function shrink(first: Query, failure: Failure): Promise<Query> {
  let [smallest, tries] = [first, 0]
  let difference = await failure(first)
  for (;;) {
    const { found, how } = await firstThatFails(smallerQueries(smallest, difference?.timeMs), async query =>
      tries++ < MOST_TRIES ? failure(query) : undefined,
    )
    if (found === undefined) return smallest
    smallest = found
    difference = how
  }
}

function smallerQueries({ tree, times }: Query, timeMs: number | undefined): readonly Query[] {
  const alone = descendants(tree).filter(({ type }) => type !== 'string')
  const instants = [...instantsOf(times), ...(timeMs === undefined ? [] : [timeMs])]
  return [
    ...instants
      .map((each): Query => ({ tree, times: { kind: 'instant', timeMs: each } }))
      .filter(() => times.kind === 'range'),
    ...alone
      .toSorted((a, b) => sizeOf(a) - sizeOf(b))
      .flatMap(each => instants.map((time): Query => ({ tree: each, times: { kind: 'instant', timeMs: time } }))),
    ...shorter(times).map(each => ({ tree, times: each })),
    ...smallerThan(tree).map(each => ({ tree: each, times })),
  ]
}

/** The steps of a range, of which it mostly takes but one. */
function instantsOf(times: Times): readonly number[] {
  if (times.kind === 'instant') return [times.timeMs]
  const { startMs, endMs, stepMs } = times
  return Array.from({ length: Math.floor((endMs - startMs) / stepMs) + 1 }, (_, i) => startMs + i * stepMs)
}

function shorter(times: Times): readonly Times[] {
  if (times.kind === 'instant') return []
  return instantsOf(times)
    .filter(timeMs => timeMs + times.stepMs <= times.endMs)
    .map(endMs => ({ ...times, endMs }))
}

async function firstThatFails(
  queries: readonly Query[],
  failure: Failure,
): Promise<{ readonly found?: Query; readonly how?: Difference }> {
  for (const query of queries) {
    const how = await failure(query)
    if (how !== undefined) return { found: query, how }
  }
  return {}
}
