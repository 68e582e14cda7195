import type { UserKey } from './hash.ts'
import type { DivisionCounts } from './protocol.ts'

/**
 * How long after its first byte a request may be counted and still have arrived. Both versions' requests are given
 * the same time, so that a slower one is not short of those which are still under way.
 */
export const ARRIVE_WITHIN_MS = 10_000
/** Seconds that are told apart: more than a request that still arrives can be old. */
const SECONDS = 16

/** Counts the requests that arrived at one version under one division of the traffic. */
export class Arrivals {
  #earlier = 0
  readonly #seconds = new Float64Array(SECONDS).fill(-1)
  readonly #counts = new Float64Array(SECONDS)

  /** Counts a request that began at `startMs` (`elapsed()`), `ARRIVE_WITHIN_MS` ago at most. */
  add(startMs: number): void {
    const second = Math.floor(startMs / 1_000)
    const at = second % SECONDS
    if (this.#seconds[at] !== second) {
      this.#earlier += this.#counts[at] ?? 0
      this.#seconds[at] = second
      this.#counts[at] = 0
    }
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
  }

  /** Those of the seconds for which no more can come: it only rises. */
  read(nowMs: number): number {
    let count = this.#earlier
    for (let at = 0; at < SECONDS; at++) {
      const endMs = ((this.#seconds[at] ?? 0) + 1) * 1_000
      if (endMs + ARRIVE_WITHIN_MS <= nowMs) count += this.#counts[at] ?? 0
    }
    return count
  }
}

/** Bits of the memory of users: half a mebibyte. A power of two. */
const BITS = 4_194_304

/**
 * Who has been seen, a bit for each user. Users who share a bit with an earlier one pass for seen, whichever version
 * they are on: with more users fewer are counted, on all versions alike, and none is ever counted twice.
 */
export class Acquaintance {
  /** The versions that users are drawn for. */
  readonly versions: ReadonlySet<string>
  readonly #bits = new Uint32Array(BITS / 32)

  constructor(versions: Iterable<string>) {
    this.versions = new Set(versions)
  }

  /** Whether this user is met for the first time. */
  meet(user: UserKey): boolean {
    const bit = user & (BITS - 1)
    const word = bit >>> 5
    const mask = 1 << (bit & 31)
    const before = this.#bits[word] ?? 0
    if ((before & mask) !== 0) return false
    this.#bits[word] = before | mask
    return true
  }
}

/** Weights above 0, in percent, by version. */
type Weights = ReadonlyMap<string, number>

/** The traffic as it is divided from one change of the weights to the next, and what arrived meanwhile. */
export interface Division {
  /** The configuration's revision that brought these weights. */
  readonly sinceRevision: number
  readonly weights: Weights
  readonly arrivals: ReadonlyMap<string, Arrivals>
  readonly users: Acquaintance
}

/** Follows the weights of one service. */
export class Divisions {
  #now: Division | undefined
  #users: Acquaintance | undefined

  get now(): Division | undefined {
    return this.#now
  }

  /**
   * The division by the weights of a revision; `undefined` where fewer than two versions have any. The same weights go
   * on counting. Users are remembered whatever the weights, and while there is nothing to divide, until a version
   * comes that nobody was drawn for yet: a draw never changes, so whoever was counted once has nothing new to say.
   */
  divide(
    shares: readonly { readonly version: string; readonly weight: number }[],
    revision: number,
  ): Division | undefined {
    const weights = new Map(shares.filter(({ weight }) => weight > 0).map(({ version, weight }) => [version, weight]))
    if (weights.size < 2) this.#now = undefined
    else if (!this.#now || !same(this.#now.weights, weights)) {
      const versions = [...weights.keys()]
      const known = this.#users
      const users = known && versions.every(one => known.versions.has(one)) ? known : new Acquaintance(versions)
      this.#users = users
      const arrivals = new Map(versions.map(version => [version, new Arrivals()]))
      this.#now = { sinceRevision: revision, weights, arrivals, users }
    }
    return this.#now
  }

  read(nowMs: number): DivisionCounts | null {
    if (!this.#now) return null
    const { sinceRevision, weights, arrivals } = this.#now
    const versions = [...weights].map(([version, weight]) => ({
      version,
      weight,
      arrivals: arrivals.get(version)?.read(nowMs) ?? 0,
    }))
    return { sinceRevision, versions }
  }
}

function same(one: Weights, other: Weights): boolean {
  return one.size === other.size && [...one].every(([version, weight]) => other.get(version) === weight)
}
