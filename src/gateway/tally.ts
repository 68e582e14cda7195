import { BUCKETS, bucketOf, type Histogram, sparse } from './buckets.ts'
import type { UserKey } from './hash.ts'
import type { RouteCounts } from './protocol.ts'

export type Failure = keyof RouteCounts['failures']

/** Counts by bucket, made when the first one comes: most route classes of most versions never see a request. */
class Counts {
  #buckets: Float64Array | undefined

  add(ms: number): void {
    this.#buckets ??= new Float64Array(BUCKETS.length)
    const bucket = bucketOf(ms)
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1
  }

  read(): number[] {
    return this.#buckets ? sparse(this.#buckets) : []
  }
}

/** Route classes of one service, `other` included: small enough to share a number with a user's key. */
const MAX_CLASSES = 64
/** Users kept apart in one second. Whoever comes after them is counted as if unknown. */
const MAX_USERS = 100_000

/**
 * Tells which requests of one version open a new pair of user and second. One unlucky user's retries
 * would otherwise look like many failures.
 */
export class Cells {
  #second = -1
  readonly #seen = new Set<number>()
  readonly #bad = new Set<UserKey>()

  /** Whether this user is new to the route class in this second. */
  isNew(user: UserKey, second: number, route: number): boolean {
    this.#turn(second)
    return addTo(this.#seen, user * MAX_CLASSES + route)
  }

  /** Whether this is the user's first bad request in this second, in any route class. */
  isNewBad(user: UserKey, second: number): boolean {
    this.#turn(second)
    return addTo(this.#bad, user)
  }

  #turn(second: number): void {
    if (second === this.#second) return
    this.#second = second
    if (this.#seen.size > 0) this.#seen.clear()
    if (this.#bad.size > 0) this.#bad.clear()
  }
}

function addTo(set: Set<number>, key: number): boolean {
  const before = set.size
  if (before >= MAX_USERS) return !set.has(key)
  set.add(key)
  return set.size > before
}

/** Who asked when, as far as counting is concerned. */
export interface Asked {
  /** `undefined` where nobody known asked. */
  readonly user: UserKey | undefined
  /** UTC, in whole seconds: the batch in which the request is counted. */
  readonly second: number
}

/** The counts of one route class of one version. Runs for every request (`npm run bench:gateway`). */
export class Tally {
  readonly route: string
  readonly #index: number
  readonly #cells: Cells
  #requests = 0
  #bad = 0
  #newCells = 0
  #badCells = 0
  #aborts = 0
  readonly #statuses: [number, number, number, number, number] = [0, 0, 0, 0, 0]
  readonly #failures: Record<Failure, number> = { connect: 0, timeout: 0, reset: 0, protocol: 0, unavailable: 0 }
  readonly #latency = new Counts()
  readonly #warmingLatency = new Counts()
  readonly #abortedAge = new Counts()

  /** `index` tells this route class from the others that share `cells`. */
  constructor(route: string, index: number, cells: Cells) {
    this.route = route
    this.#index = index % MAX_CLASSES
    this.#cells = cells
  }

  /** Counts a request that was answered. */
  answered(status: number, bad: boolean, latencyMs: number, warming: boolean, asked: Asked): void {
    const group = Math.floor(status / 100) - 1
    this.#statuses[group] = (this.#statuses[group] ?? 0) + 1
    if (warming) this.#warmingLatency.add(latencyMs)
    else this.#latency.add(latencyMs)
    this.#count(bad, asked)
  }

  /** Counts an attempt without an answer: always bad. What ran into a timeout also took at least that long. */
  failed(failure: Failure, latencyMs: number, warming: boolean, asked: Asked): void {
    this.#failures[failure] += 1
    if (failure === 'timeout') {
      if (warming) this.#warmingLatency.add(latencyMs)
      else this.#latency.add(latencyMs)
    }
    this.#count(true, asked)
  }

  /** Counts a request that its client gave up. */
  aborted(ageMs: number, warming: boolean): void {
    this.#aborts += 1
    if (!warming) this.#abortedAge.add(ageMs)
  }

  #count(bad: boolean, { user, second }: Asked): void {
    this.#requests += 1
    if (bad) this.#bad += 1
    if (user === undefined) {
      this.#newCells += 1
      if (bad) this.#badCells += 1
      return
    }
    // A user's first bad request of a second opens a pair in its route class even when good ones of
    // another class came before, so that there are never more bad pairs than pairs.
    const fresh = this.#cells.isNew(user, second, this.#index)
    if (fresh) this.#newCells += 1
    if (bad && this.#cells.isNewBad(user, second)) this.#badCells += 1
  }

  read(inFlightAge: Histogram): RouteCounts {
    return {
      route: this.route,
      requests: this.#requests,
      statuses: [...this.#statuses],
      failures: { ...this.#failures },
      bad: this.#bad,
      cells: this.#newCells,
      badCells: this.#badCells,
      aborts: this.#aborts,
      latency: this.#latency.read(),
      warmingLatency: this.#warmingLatency.read(),
      abortedAge: this.#abortedAge.read(),
      inFlightAge,
    }
  }
}

/** The tallies of one version, or of a half of one, by route class. */
export class Tallies {
  readonly #cells = new Cells()
  readonly #tallies = new Map<string, Tally>()

  of(route: string): Tally {
    const known = this.#tallies.get(route)
    if (known) return known
    const made = new Tally(route, this.#tallies.size, this.#cells)
    this.#tallies.set(route, made)
    return made
  }

  all(): Iterable<Tally> {
    return this.#tallies.values()
  }
}
