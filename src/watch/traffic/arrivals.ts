import type { Snapshot } from '../../gateway/index.ts'

/** Who came to each of two versions, since the last look. */
export interface Arrivals {
  readonly candidate: number
  readonly stable: number
  /** The candidate's share of the weight of both while all of them came: above 0 and below 1. */
  readonly share: number
}

/** Where the arrivals of two versions stood. */
export interface Reached {
  /** Of the division of the traffic that they came under. */
  readonly sinceRevision: number
  readonly candidate: number
  readonly stable: number
  readonly share: number
}

/** The arrivals under the weights in force; `null` where these do not divide traffic between the two versions. */
export function reachedOf(
  snapshot: Snapshot,
  ask: { readonly service: string; readonly candidate: string; readonly stable: string },
): Reached | null {
  const division = snapshot.services.find(({ service }) => service === ask.service)?.division
  const candidate = division?.versions.find(({ version }) => version === ask.candidate)
  const stable = division?.versions.find(({ version }) => version === ask.stable)
  if (!division || !candidate || !stable) return null
  return {
    sinceRevision: division.sinceRevision,
    candidate: candidate.arrivals,
    stable: stable.arrivals,
    share: candidate.weight / (candidate.weight + stable.weight),
  }
}

/** What came between two looks; `null` unless one and the same share was in force at both, and so throughout. */
export function arrivedSince(before: Reached | null, now: Reached | null): Arrivals | null {
  if (!before || !now || before.sinceRevision !== now.sinceRevision) return null
  const { candidate, stable, share } = now
  return { candidate: candidate - before.candidate, stable: stable - before.stable, share }
}
