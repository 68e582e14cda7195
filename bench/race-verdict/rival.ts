import type { Traffic } from './traffic.ts'

/** How one simulated release ended. */
export interface Outcome {
  readonly outcome: 'rolled-back' | 'promoted' | 'undecided'
  /** From the first request to the new version until then. */
  readonly seconds: number
  /** Bad requests that the new version served until then. */
  readonly badRequests: number
}

/** A way to decide on a release: its configuration, and its semantics in a simulation second by second. */
export interface Rival {
  readonly name: string
  /** Whether this is a configuration made to be fast, not one out of the documentation. */
  readonly tuned: boolean
  /** The new version's share of the traffic if nothing goes wrong, at a second since first exposure. */
  readonly shareAt: (second: number) => number
  readonly simulate: (traffic: Traffic) => Outcome
}

/** The race ends three hours after first exposure; who has promoted a bad version by then serves it to everybody. */
export const HORIZON_SECONDS = 3 * 3_600
