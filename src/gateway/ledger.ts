import type { Clock } from '../kernel/index.ts'
import { Divisions } from './arrivals.ts'
import { BUCKETS, bucketOf, sparse } from './buckets.ts'
import { OTHER } from './classify.ts'
import { Halves } from './halves.ts'
import type { RouteCounts, ServiceCounts } from './protocol.ts'
import { Tallies, type Tally } from './tally.ts'

/** How long the counts of a version that left are kept, so that the hub reads its last ones. */
const KEEP_MS = 3_600_000
/** How many versions that left are kept for one service. */
const KEEP_VERSIONS = 16

/** The counts of one version. They stay when it leaves the configuration, and go on when it returns. */
export class VersionLedger {
  readonly version: string
  inFlight = 0
  /** `elapsed()` when it left the configuration; `undefined` while it is in. */
  leftMs: number | undefined
  readonly tallies = new Tallies()
  /** The same of two halves of its instances, as long as there are two. */
  readonly halves = new Halves()

  constructor(version: string) {
    this.version = version
  }
}

/** The counts of one service. */
export class ServiceLedger {
  readonly service: string
  excluded = 0
  retries = 0
  unserved = 0
  tooLarge = 0
  readonly divisions = new Divisions()
  readonly #versions = new Map<string, VersionLedger>()

  constructor(service: string) {
    this.service = service
  }

  version(name: string): VersionLedger {
    const known = this.#versions.get(name)
    if (known) return known
    const made = new VersionLedger(name)
    this.#versions.set(name, made)
    return made
  }

  /** Notes which versions are in the configuration now, and forgets those that left long ago. */
  keep(versions: ReadonlySet<string>, nowMs: number): void {
    const left: VersionLedger[] = []
    for (const ledger of this.#versions.values()) {
      if (versions.has(ledger.version)) ledger.leftMs = undefined
      else {
        if (ledger.leftMs === undefined) ledger.halves.divide([])
        ledger.leftMs ??= nowMs
        if (ledger.inFlight === 0) left.push(ledger)
      }
    }
    left.sort((a, b) => (b.leftMs ?? 0) - (a.leftMs ?? 0))
    for (const [i, ledger] of left.entries()) {
      if (i >= KEEP_VERSIONS || nowMs - (ledger.leftMs ?? 0) > KEEP_MS) this.#versions.delete(ledger.version)
    }
  }

  get empty(): boolean {
    return this.#versions.size === 0
  }

  read(ages: ReadonlyMap<Tally, Float64Array>, nowMs: number): ServiceCounts {
    return {
      service: this.service,
      excluded: this.excluded,
      retries: this.retries,
      unserved: this.unserved,
      tooLarge: this.tooLarge,
      versions: [...this.#versions.values()].map(ledger => ({
        version: ledger.version,
        inFlight: ledger.inFlight,
        routes: routesOf(ledger.tallies, ages),
        halves: ledger.halves.all().map(({ instances, tallies }) => ({ instances, routes: routesOf(tallies, ages) })),
      })),
      division: this.divisions.read(nowMs),
    }
  }
}

function routesOf(tallies: Tallies, ages: ReadonlyMap<Tally, Float64Array>): RouteCounts[] {
  return [...tallies.all()].map(tally => tally.read(sparse(ages.get(tally) ?? [])))
}

/** A request that is unfinished and not yet counted. */
export interface Running {
  /** Answered by an instance that warms up: its age says nothing of the version. */
  readonly warming: boolean
  /** `undefined` where it is excluded from counting. */
  readonly tally: Tally | undefined
  /** Of the half that its instance belongs to; `undefined` where the version is not counted in halves. */
  readonly half: Tally | undefined
  readonly startMs: number
}

/** All counts of a gateway. They outlive every change of its configuration. */
export class Ledger {
  readonly #clock: Clock
  readonly #services = new Map<string, ServiceLedger>()
  readonly #malformed = new Map<number, number>()
  unrouted = 0
  refusedConnections = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  service(name: string): ServiceLedger {
    const known = this.#services.get(name)
    if (known) return known
    const made = new ServiceLedger(name)
    this.#services.set(name, made)
    return made
  }

  /** Counts a request that the gateway cut with a status of its own. */
  cut(status: number): void {
    this.#malformed.set(status, (this.#malformed.get(status) ?? 0) + 1)
  }

  /** Notes the services and versions in the configuration now. */
  keep(versions: ReadonlyMap<string, ReadonlySet<string>>): void {
    const nowMs = this.#clock.elapsed()
    for (const [name, ledger] of this.#services) {
      ledger.keep(versions.get(name) ?? new Set(), nowMs)
      if (!versions.has(name) && ledger.empty) this.#services.delete(name)
    }
  }

  /** Every count at this moment. */
  read(running: Iterable<Running>): { malformed: Record<string, number>; services: ServiceCounts[] } {
    const nowMs = this.#clock.elapsed()
    const ages = new Map<Tally, Float64Array>()
    for (const { tally, half, startMs, warming } of running) {
      if (warming) continue
      const bucket = bucketOf(nowMs - startMs)
      for (const one of [tally, half]) {
        if (!one) continue
        const counts = ages.get(one) ?? new Float64Array(BUCKETS.length)
        counts[bucket] = (counts[bucket] ?? 0) + 1
        ages.set(one, counts)
      }
    }
    return {
      malformed: Object.fromEntries([...this.#malformed].map(([status, count]) => [String(status), count])),
      services: [...this.#services.values()].map(ledger => ledger.read(ages, nowMs)),
    }
  }
}

/** The names of a service's route classes, `other` last: the order in which its tallies lie. */
export function routeNames(classes: readonly { readonly name: string }[]): string[] {
  return [...classes.map(({ name }) => name), OTHER]
}
