import { ARRIVE_WITHIN_MS, type Arrivals } from './arrivals.ts'
import type { Endpoint } from './endpoint.ts'
import type { UserKey } from './hash.ts'
import type { Running } from './ledger.ts'
import type { Plane } from './plane.ts'
import type { Service, Version } from './service.ts'
import type { Failure, Tally } from './tally.ts'

/** What of a request matters for counting it. */
export interface Counted {
  /** Index of its route class; −1 for a request that is excluded. */
  readonly route: number
  readonly user: UserKey | undefined
  /** Whether its outcome is an arrival at the version. */
  readonly drawn: boolean
}

/** One try of one request at one version: what is in flight, and how it is counted in the end. */
export class Attempt implements Running {
  readonly version: Version
  /** `undefined` where the version had no instance to try. */
  readonly endpoint: Endpoint | undefined
  readonly tally: Tally | undefined
  readonly half: Tally | undefined
  readonly warming: boolean
  /** `elapsed()` when it began: what its latency is measured from. */
  readonly startMs: number
  readonly #plane: Plane
  readonly #user: UserKey | undefined
  readonly #arrivals: Arrivals | undefined
  #open = true

  constructor(
    plane: Plane,
    service: Service,
    { version, endpoint }: { readonly version: Version; readonly endpoint: Endpoint | undefined },
    counted: Counted,
    startMs: number,
  ) {
    this.#plane = plane
    this.version = version
    this.endpoint = endpoint
    this.tally = version.tallies[counted.route]
    this.half = endpoint?.half[counted.route]
    this.#user = counted.user
    this.#arrivals = counted.drawn ? version.arrivals : undefined
    this.startMs = startMs
    version.ledger.inFlight += 1
    if (endpoint) endpoint.inFlight += 1
    this.warming = endpoint?.serve(service.route.warmUp) ?? false
    plane.running.add(this)
  }

  /** Counts the answer, unless the attempt was counted before. */
  answered(status: number, bad: boolean): void {
    if (!this.#plane.running.delete(this)) return
    const ageMs = this.#ageMs
    const asked = this.#asked
    this.tally?.answered(status, bad, ageMs, this.warming, asked)
    this.half?.answered(status, bad, ageMs, this.warming, asked)
    this.#arrived(ageMs)
  }

  /** Counts that there was no answer, unless the attempt was counted before. */
  failed(failure: Failure): void {
    if (!this.#plane.running.delete(this)) return
    const ageMs = this.#ageMs
    const asked = this.#asked
    this.tally?.failed(failure, ageMs, this.warming, asked)
    this.half?.failed(failure, ageMs, this.warming, asked)
    this.#arrived(ageMs)
  }

  /** Counts that the client gave up, unless the attempt was counted before. */
  aborted(): void {
    if (!this.#plane.running.delete(this)) return
    const ageMs = this.#ageMs
    this.tally?.aborted(ageMs, this.warming)
    this.half?.aborted(ageMs, this.warming)
  }

  /** It is in flight no more. Safe to repeat. */
  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#plane.running.delete(this)
    this.version.ledger.inFlight -= 1
    if (this.endpoint) this.endpoint.inFlight -= 1
  }

  #arrived(ageMs: number): void {
    if (this.#arrivals && ageMs <= ARRIVE_WITHIN_MS) this.#arrivals.add(this.startMs)
  }

  get #ageMs(): number {
    return this.#plane.clock.elapsed() - this.startMs
  }

  get #asked(): { user: UserKey | undefined; second: number } {
    return { user: this.#user, second: Math.floor(this.#plane.clock.now() / 1_000) }
  }
}
