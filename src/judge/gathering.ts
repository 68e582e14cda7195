import { type Counts, plus } from './counts.ts'

/** Requests that are alike but for the version: one route class, one market, one age of instance. */
export interface Stratum {
  /** Says that strata of one name in several batches are alike, so that thin ones may be gathered. */
  readonly name?: string
  readonly canary: Counts
  readonly stable: Counts
}

/** A stratum of thin traffic that is not compared yet. */
export interface Gathering {
  readonly name: string
  /** The new version's configured share of the traffic, in force for all of it. */
  readonly share: number
  readonly batches: number
  readonly canary: Counts
  readonly stable: Counts
}

/**
 * A comparison waits for this many requests of each version. With fewer, conditioning on who got how many
 * throws much away: at one request every two seconds it costs a third of the time to a verdict.
 */
const ENOUGH_REQUESTS = 4

/** It does not wait for more batches than this, be they ever so thin. */
const ENOUGH_BATCHES = 60

/**
 * Adds one batch to what is gathered, and gives out what is ready to be compared.
 *
 * When a comparison is made depends on the number of requests only, never on how many were bad, so it stays a
 * fair one. And only traffic that was split by one share is ever put together: within it each request fell to
 * the new version with the same chance, whatever happened to the error rate meanwhile; across a change of the
 * share, an incident that both versions have would look like the new version's.
 */
export function gather(
  before: readonly Gathering[],
  share: number | undefined,
  strata: readonly Stratum[],
): { readonly ready: readonly Stratum[]; readonly gathering: readonly Gathering[] } {
  if (share === undefined) return { ready: before, gathering: [] }
  const ready: Stratum[] = []
  const gathering = new Map<string, Gathering>()
  for (const one of before) {
    if (one.share === share) gathering.set(one.name, { ...one, batches: one.batches + 1 })
    else ready.push(one)
  }
  for (const { name = '', canary, stable } of strata) {
    const one = gathering.get(name)
    const all = { canary: plus(one?.canary, canary), stable: plus(one?.stable, stable) }
    gathering.set(name, { name, share, batches: one?.batches ?? 1, ...all })
  }
  for (const one of gathering.values()) {
    const enough = Math.min(one.canary.requests, one.stable.requests) >= ENOUGH_REQUESTS
    if (!enough && one.batches < ENOUGH_BATCHES) continue
    ready.push(one)
    gathering.delete(one.name)
  }
  return { ready, gathering: [...gathering.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)) }
}
