import type { Obstacle } from '../obstacle.ts'

/** Users that always get a version, whatever the weights say. */
export type Segment =
  | { readonly header: string; readonly value: string }
  | { readonly cookie: string; readonly value: string }
  | { readonly market: string }

/** Where a version answers. */
export interface Endpoint {
  readonly id: string
  readonly url: string
  /** When it became ready: until it is warm, its latency is counted apart. */
  readonly readySinceMs: number
}

export interface Share {
  readonly version: string
  /** Percent of the requests that no segment claims; the shares of a split add up to 100. */
  readonly weight: number
  readonly endpoints: readonly Endpoint[]
  readonly segments: readonly Segment[]
}

/** How one service's traffic is divided among its versions. */
export interface Split {
  readonly service: string
  /** The version that steps in where another one fails; it has a share. `null` where no version serves. */
  readonly stable: string | null
  readonly shares: readonly Share[]
}

export type Routed =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: string; readonly because: Obstacle; readonly hint?: string }

/** Divides live traffic among versions: the built-in gateway, HAProxy, an ingress. */
export interface Router {
  readonly type: string
  /** Puts a split in force. When it has answered `ok`, new requests follow it. Safe to repeat. */
  apply(split: Split, signal: AbortSignal): Promise<Routed>
  /** The split in force, or `undefined` when the router knows nothing of the service. */
  current(service: string, signal: AbortSignal): Promise<Split | undefined>
  /** How many requests of a version are unfinished. */
  inFlight(service: string, version: string, signal: AbortSignal): Promise<number>
}
