import type { Clock } from '../kernel/index.ts'
import type { ServiceRoute } from './protocol.ts'
import type { Tally } from './tally.ts'
import { type Home, Upstream } from './upstream.ts'

/** How long an idle connection is kept where the instance does not say: shorter than any common server's patience. */
const IDLE_MS = 4_000
/** An instance may close just as we send: its own limit less this is ours. */
const IDLE_MARGIN_MS = 1_000
const FIRST_EJECTION_MS = 250
const LONGEST_EJECTION_MS = 10_000

/** What endpoints of one gateway share. */
export interface Ground {
  readonly clock: Clock
  /** Gives the memory that a new connection reads into. */
  readonly readBuffer: () => Buffer
}

/** One instance of a version: its connections, its health as connections show it, and how warm it is. */
export class Endpoint implements Home {
  readonly id: string
  readonly url: string
  readonly host: string
  readonly port: number
  inFlight = 0
  /** Open connections, idle ones included. */
  connections = 0
  /** Where the half of its version that it belongs to is counted, by index of route class; none without halves. */
  half: readonly Tally[] = []
  /** Requests handed to it since it became ready. */
  #served = 0
  #readySinceMs: number
  #retired = false
  #failures = 0
  #ejectedUntilMs = 0
  readonly #idle: Upstream[] = []
  readonly #ground: Ground

  constructor({ id, url, readySinceMs }: { id: string; url: string; readySinceMs: number }, ground: Ground) {
    const { hostname, port } = new URL(url)
    this.id = id
    this.url = url
    this.host = hostname.replace(/^\[|\]$/g, '')
    this.port = port === '' ? 80 : Number(port)
    this.#readySinceMs = readySinceMs
    this.#ground = ground
  }

  /** Notes since when the instance is ready. A new moment means that it began anew, and cold. */
  ready(sinceMs: number): void {
    if (sinceMs === this.#readySinceMs) return
    this.#readySinceMs = sinceMs
    this.#served = 0
    this.#failures = 0
    this.#ejectedUntilMs = 0
  }

  /** Counts a request handed to it; returns whether it was still warming up. */
  serve(warmUp: ServiceRoute['warmUp']): boolean {
    const warming = this.#served < warmUp.requests && this.#ground.clock.now() - this.#readySinceMs < warmUp.forMs
    this.#served += 1
    return warming
  }

  /** Whether connects failed so recently that others are to be preferred. */
  ejected(nowMs: number): boolean {
    return this.#ejectedUntilMs > nowMs
  }

  /** Whether another request would need a connection over `limit`. */
  full(limit: number): boolean {
    return this.#idle.length === 0 && this.connections >= limit
  }

  /** An idle connection that rested for `restMs` at most, or `undefined`. */
  take(nowMs: number, restMs: number): Upstream | undefined {
    for (;;) {
      const upstream = this.#idle.at(-1)
      if (!upstream || nowMs - upstream.idleSinceMs > restMs) return undefined
      this.#idle.pop()
      if (upstream.idleUntilMs > nowMs && !upstream.socket.destroyed) return upstream
      upstream.abandon()
    }
  }

  open(): Upstream {
    this.connections += 1
    return new Upstream(this, this.#ground.readBuffer())
  }

  /** The instance left the configuration: idle connections close, the others when their answer ends. */
  retire(): void {
    this.#retired = true
    for (const upstream of this.#idle.splice(0)) upstream.abandon()
  }

  /** Closes the connections that have been idle for too long. */
  tidy(nowMs: number): void {
    // The longest idle ones lie at the bottom.
    while (this.#idle.length > 0 && (this.#idle[0]?.idleUntilMs ?? 0) <= nowMs) this.#idle.shift()?.abandon()
  }

  connected(): void {
    this.#failures = 0
    this.#ejectedUntilMs = 0
  }

  connectFailed(): void {
    const ejectionMs = Math.min(LONGEST_EJECTION_MS, FIRST_EJECTION_MS * 2 ** this.#failures)
    this.#failures += 1
    this.#ejectedUntilMs = this.#ground.clock.elapsed() + ejectionMs
  }

  release(upstream: Upstream, idleMs: number | undefined): void {
    const restMs = idleMs === undefined ? IDLE_MS : idleMs - IDLE_MARGIN_MS
    if (this.#retired || restMs <= 0) {
      upstream.abandon()
      return
    }
    const nowMs = this.#ground.clock.elapsed()
    upstream.idleSinceMs = nowMs
    upstream.idleUntilMs = nowMs + restMs
    this.#idle.push(upstream)
  }

  closed(upstream: Upstream): void {
    this.connections -= 1
    const at = this.#idle.indexOf(upstream)
    if (at >= 0) this.#idle.splice(at, 1)
  }
}

/**
 * Picks the instance with the fewest requests in flight; `turn` decides among equals. Ejected ones only where
 * `lastResort` says that nothing else is left, and `avoid` never.
 */
export function pick(
  endpoints: readonly Endpoint[],
  turn: number,
  nowMs: number,
  limit: number,
  { avoid, lastResort }: { readonly avoid: Endpoint | undefined; readonly lastResort: boolean },
): Endpoint | undefined {
  let best: Endpoint | undefined
  let spare: Endpoint | undefined
  for (let i = 0; i < endpoints.length; i++) {
    const endpoint = endpoints[(turn + i) % endpoints.length]
    if (!endpoint || endpoint === avoid || endpoint.full(limit)) continue
    if (endpoint.ejected(nowMs)) spare ??= endpoint
    else if (!best || endpoint.inFlight < best.inFlight) best = endpoint
  }
  return best ?? (lastResort ? spare : undefined)
}
