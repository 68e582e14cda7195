import { type Histogram, type Snapshot, since, sum } from '../../gateway/index.ts'
import type { Observation, Stratum } from '../../judge/index.ts'
import {
  errorsOf,
  freeze,
  type Latencies,
  type Level,
  latenciesOf,
  latencyOf,
  routesOf,
  type Slowness,
  slowOf,
  type Thresholds,
  tallyOf,
} from './counts.ts'

export interface Ask {
  readonly service: string
  readonly candidate: string
  readonly stable: string
  readonly signals: readonly string[]
  readonly cursor: unknown
  readonly comparable: boolean
}

/** Where the last look ended. Plain JSON, stored with the release. */
interface Cursor {
  /** A cursor of another format is as good as none. */
  readonly format: typeof FORMAT
  /** The gateway's process: another one began to count anew. */
  readonly gateway: string
  readonly thresholds: Thresholds
  readonly candidate: Side
  readonly stable: Side
}

/** A version's counts at the last look, and what they have grown by since the first. */
interface Side {
  readonly levels: Readonly<Record<string, Readonly<Record<string, Level>>>>
  readonly tally: Level
  readonly grown: Level
  /** The same of all latencies, whatever the route class. */
  readonly latency: Histogram
  readonly grownLatency: Histogram
}

export interface Evidence {
  /** What came since the last look; strata are named by route class. */
  readonly observations: readonly Observation[]
  readonly cursor: unknown
  /** All requests since the first look. */
  readonly candidate: Level
  readonly stable: Level
  /** Of all answers since the first look, for people: of every route class together, so of whatever mix each version had. */
  readonly latency: { readonly candidate: Latencies; readonly stable: Latencies }
  /**
   * Users who were counted for the first time since the last look, by version, and requests of nobody known;
   * `share` is the candidate's chance to get one. `null` where there is nothing to compare.
   */
  readonly arrivals: Arrivals | null
  /** One half of the stable version's instances (as `canary`) beside the other; none where it has one instance. */
  readonly control: readonly Observation[]
}

export interface Arrivals {
  readonly candidate: number
  readonly stable: number
  /** The candidate's share of the weight of both while all of them came: above 0 and below 1. */
  readonly share: number
}

const FORMAT = 2

/** The signal of bad answers; all others are latencies. */
const ERRORS = 'errors'

const NONE: Level = { requests: 0, bad: 0 }
const NOTHING: Side = { levels: {}, tally: NONE, grown: NONE, latency: [], grownLatency: [] }

/**
 * What two versions did between the last look and this snapshot of the gateway. The first look only
 * remembers where the counts stood.
 */
export function evidenceOf(snapshot: Snapshot, ask: Ask, slowness: readonly Slowness[]): Evidence {
  const before = isCursor(ask.cursor) ? ask.cursor : undefined
  const sides = { candidate: ask.candidate, stable: ask.stable }
  const routes = {
    candidate: routesOf(snapshot, ask.service, sides.candidate),
    stable: routesOf(snapshot, ask.service, sides.stable),
  }
  const known = before?.thresholds ?? {}
  const wanted = slowness.filter(({ signal }) => ask.signals.includes(signal))
  const levels = (version: 'candidate' | 'stable', thresholds: Thresholds): Side['levels'] => ({
    [ERRORS]: errorsOf(routes[version]),
    ...Object.fromEntries(wanted.map(({ signal }) => [signal, slowOf(routes[version], signal, thresholds)])),
  })
  // A threshold that is new at this look has nothing to be compared with yet: it counts from the next one.
  const thresholds = freeze(known, routes.stable, wanted)
  const restarted = before !== undefined && before.gateway !== snapshot.gateway
  const side = (version: 'candidate' | 'stable'): Side => {
    const tally = tallyOf(routes[version])
    const latency = latencyOf(routes[version])
    const past = restarted
      ? { ...before[version], tally: NONE, latency: [] }
      : (before?.[version] ?? { ...NOTHING, tally, latency })
    const { requests, bad } = grew(past.tally, tally)
    return {
      levels: levels(version, thresholds),
      tally,
      grown: { requests: past.grown.requests + requests, bad: past.grown.bad + bad },
      latency,
      grownLatency: sum([past.grownLatency, since(past.latency, latency)]),
    }
  }
  const now = { candidate: side('candidate'), stable: side('stable') }
  const cursor: Cursor = { format: FORMAT, gateway: snapshot.gateway, thresholds, ...now }
  const observations =
    before && ask.comparable
      ? ask.signals.map(
          (signal): Observation => ({ signal, strata: strataOf(signal, restarted ? undefined : before, now, known) }),
        )
      : []
  return {
    observations,
    cursor,
    candidate: now.candidate.grown,
    stable: now.stable.grown,
    latency: {
      candidate: latenciesOf(now.candidate.grownLatency),
      stable: latenciesOf(now.stable.grownLatency),
    },
    arrivals: null,
    control: [],
  }
}

function strataOf(
  signal: string,
  before: Cursor | undefined,
  now: { readonly candidate: Side; readonly stable: Side },
  known: Thresholds,
): Stratum[] {
  const routes = new Set([now.candidate, now.stable].flatMap(side => Object.keys(side.levels[signal] ?? {})))
  const delta = (version: 'candidate' | 'stable', route: string): Level =>
    grew(before?.[version].levels[signal]?.[route] ?? NONE, now[version].levels[signal]?.[route] ?? NONE)
  return [...routes]
    .filter(route => signal === ERRORS || known[route] !== undefined)
    .map(route => ({ name: route, canary: delta('candidate', route), stable: delta('stable', route) }))
    .filter(({ canary, stable }) => canary.requests + stable.requests > 0)
}

/** Counters only rise, but an unfinished request may leave one group for another between two looks. */
function grew(before: Level, after: Level): Level {
  const requests = Math.max(0, after.requests - before.requests)
  return { requests, bad: Math.min(requests, Math.max(0, after.bad - before.bad)) }
}

function isCursor(cursor: unknown): cursor is Cursor {
  return typeof cursor === 'object' && cursor !== null && 'format' in cursor && cursor.format === FORMAT
}
