import type { RouteCounts } from '../../gateway/index.ts'
import type { Stratum } from '../../judge/index.ts'
import { errorsOf, type Level, type Slowness, slowOf, type Thresholds } from './counts.ts'

/** The signal of bad answers; all others are latencies. */
const ERRORS = 'errors'

const NONE: Level = { requests: 0, bad: 0 }

/** Monotonic counts by signal and route class. */
export type Levels = Readonly<Record<string, Readonly<Record<string, Level>>>>

/** What is compared with what. */
export interface Pair {
  readonly canary: Levels
  readonly stable: Levels
}

/** Where the counts of every signal stand. */
export function levelsOf(routes: readonly RouteCounts[], wanted: readonly Slowness[], thresholds: Thresholds): Levels {
  return {
    [ERRORS]: errorsOf(routes),
    ...Object.fromEntries(wanted.map(({ signal }) => [signal, slowOf(routes, signal, thresholds)])),
  }
}

/** What one signal counted between two looks, each route class a stratum of its own, named after it. */
export function strataOf(signal: string, before: Pair | undefined, now: Pair, known: Thresholds): Stratum[] {
  const routes = new Set([now.canary, now.stable].flatMap(levels => Object.keys(levels[signal] ?? {})))
  const delta = (side: keyof Pair, route: string): Level =>
    grew(before?.[side][signal]?.[route] ?? NONE, now[side][signal]?.[route] ?? NONE)
  return [...routes]
    .filter(route => signal === ERRORS || known[route] !== undefined)
    .map(route => ({ name: route, canary: delta('canary', route), stable: delta('stable', route) }))
    .filter(({ canary, stable }) => canary.requests + stable.requests > 0)
}

/** Counters only rise, but an unfinished request may leave one group for another between two looks. */
export function grew(before: Level, after: Level): Level {
  const requests = Math.max(0, after.requests - before.requests)
  return { requests, bad: Math.min(requests, Math.max(0, after.bad - before.bad)) }
}
