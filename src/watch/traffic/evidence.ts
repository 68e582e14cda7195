import { type Histogram, type Snapshot, since, sum } from '../../gateway/index.ts'
import type { Observation } from '../../judge/index.ts'
import { type Arrivals, arrivedSince, type Reached, reachedOf } from './arrivals.ts'
import { type Control, controlOf, observeControl } from './control.ts'
import {
  freeze,
  type Latencies,
  type Level,
  latenciesOf,
  latencyOf,
  routesOf,
  type Slowness,
  type Thresholds,
  tallyOf,
} from './counts.ts'
import { grew, type Levels, levelsOf, strataOf } from './strata.ts'

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
  /** The process at the first look: another one has forgotten who came before. */
  readonly firstGateway: string
  readonly thresholds: Thresholds
  readonly candidate: Side
  readonly stable: Side
  readonly reached: Reached | null
  readonly control: Control | null
}

/** A version's counts at the last look, and what they have grown by since the first. */
interface Side {
  readonly levels: Levels
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
  /** The same of the answers since the last look. */
  readonly lately: { readonly candidate: Latencies; readonly stable: Latencies }
  /**
   * Users who came for the first time since the last look, and requests of nobody known. `null` at the first look and
   * where the share changed; and for good once the gateway was restarted: it counts again whom it has counted before.
   */
  readonly arrivals: Arrivals | null
  /** One half of the stable version's instances (as `canary`) beside the other; none where it has one instance. */
  readonly control: readonly Observation[]
}

const FORMAT = 2

const NONE: Level = { requests: 0, bad: 0 }
const NOTHING: Side = { levels: {}, tally: NONE, grown: NONE, latency: [], grownLatency: [] }

/**
 * What two versions did between the last look and this snapshot of the gateway. The first look only
 * remembers where the counts stood.
 */
export function evidenceOf(snapshot: Snapshot, ask: Ask, slowness: readonly Slowness[]): Evidence {
  const before = isCursor(ask.cursor) ? ask.cursor : undefined
  const routes = {
    candidate: routesOf(snapshot, ask.service, ask.candidate),
    stable: routesOf(snapshot, ask.service, ask.stable),
  }
  const known = before?.thresholds ?? {}
  const wanted = slowness.filter(({ signal }) => ask.signals.includes(signal))
  // A threshold that is new at this look has nothing to be compared with yet: it counts from the next one.
  const thresholds = freeze(known, routes.stable, wanted)
  const restarted = before !== undefined && before.gateway !== snapshot.gateway
  const side = (version: 'candidate' | 'stable'): Side & { readonly fresh: Histogram } => {
    const tally = tallyOf(routes[version])
    const latency = latencyOf(routes[version])
    const past = restarted
      ? { ...before[version], tally: NONE, latency: [] }
      : (before?.[version] ?? { ...NOTHING, tally, latency })
    const { requests, bad } = grew(past.tally, tally)
    const fresh = since(past.latency, latency)
    return {
      levels: levelsOf(routes[version], wanted, thresholds),
      tally,
      grown: { requests: past.grown.requests + requests, bad: past.grown.bad + bad },
      latency,
      grownLatency: sum([past.grownLatency, fresh]),
      fresh,
    }
  }
  const { fresh: freshCandidate, ...candidate } = side('candidate')
  const { fresh: freshStable, ...stable } = side('stable')
  const now: Cursor = {
    format: FORMAT,
    gateway: snapshot.gateway,
    firstGateway: before?.firstGateway ?? snapshot.gateway,
    thresholds,
    candidate,
    stable,
    reached: ask.comparable ? reachedOf(snapshot, ask) : null,
    control: controlOf(snapshot, { service: ask.service, version: ask.stable }, wanted, thresholds),
  }
  // Counts of another process began at nothing.
  const standing = restarted ? undefined : before
  return {
    observations: before && ask.comparable ? observationsOf(ask.signals, standing, now, known) : [],
    cursor: now,
    candidate: now.candidate.grown,
    stable: now.stable.grown,
    latency: {
      candidate: latenciesOf(now.candidate.grownLatency),
      stable: latenciesOf(now.stable.grownLatency),
    },
    lately: { candidate: latenciesOf(freshCandidate), stable: latenciesOf(freshStable) },
    arrivals: before && now.gateway === now.firstGateway ? arrivedSince(before.reached, now.reached) : null,
    control: before ? observeControl(ask.signals, standing?.control ?? null, now.control, known) : [],
  }
}

function observationsOf(
  signals: readonly string[],
  before: Cursor | undefined,
  now: Cursor,
  known: Thresholds,
): Observation[] {
  const pair = ({ candidate, stable }: Cursor) => ({ canary: candidate.levels, stable: stable.levels })
  return signals.map(signal => ({ signal, strata: strataOf(signal, before && pair(before), pair(now), known) }))
}

function isCursor(cursor: unknown): cursor is Cursor {
  return typeof cursor === 'object' && cursor !== null && 'format' in cursor && cursor.format === FORMAT
}
