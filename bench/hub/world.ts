import { BUCKETS, bucketOf, type RouteCounts, type Snapshot, sparse } from '../../src/gateway/index.ts'
import { type Clock, seededRandom, sleepOn } from '../../src/kernel/index.ts'
import {
  type CollectEvidence,
  Executor,
  ReleaseSettings,
  ReleaseStore,
  Ship,
  slowSignal,
} from '../../src/ship/index.ts'
import { MemoryRouter, MemoryTarget } from '../../src/ship/world.fixture.ts'
import type { Store } from '../../src/store/index.ts'
import { evidenceOf } from '../../src/watch/index.ts'

export const settings = (): ReleaseSettings =>
  ReleaseSettings.parse({
    tier: 'core',
    owner: 'checkout',
    markets: ['DE', 'NO'],
    instances: 2,
    run: { command: ['node', 'main.js'] },
    strategy: {
      type: 'canary',
      stages: [
        { weight: 10, for: '30s' },
        { weight: 50, until: 'verdict', within: '5m' },
      ],
    },
    warmFor: '1m',
  })

/** The time of a store that is filled: as late as it is told. */
export class SeedClock implements Clock {
  nowMs: number

  constructor(nowMs: number) {
    this.nowMs = nowMs
  }

  now = (): number => this.nowMs
  elapsed = (): number => performance.now()
  after = (delayMs: number, run: () => void): (() => void) => {
    const timer = setTimeout(run, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  }
  sleep = (delayMs: number, signal?: AbortSignal): Promise<void> => sleepOn(this.after, delayMs, signal)
}

const ROUTES = ['checkout', 'cart', 'catalogue', 'search', 'account', 'other']

/**
 * What a gateway counts of versions that answer like a shop: six route classes, latencies of a log-normal shape. A
 * version whose name ends in `x` fails for 5 % of the checkouts.
 */
export class Counters {
  readonly #random = seededRandom(7)
  readonly #counts = new Map<string, { requests: number; bad: number; latency: Float64Array }>()

  /** A second passes. */
  count(service: string, version: string, requests: number): void {
    for (const route of ROUTES) {
      const key = `${service} ${version} ${route}`
      const known = this.#counts.get(key) ?? { requests: 0, bad: 0, latency: new Float64Array(BUCKETS.length) }
      this.#counts.set(key, known)
      for (let i = 0; i < requests; i++) {
        known.requests += 1
        if (version.endsWith('x') && route === 'checkout' && this.#random() < 0.05) known.bad += 1
        const spread = this.#random() + this.#random() + this.#random() + this.#random() - 2
        const bucket = bucketOf(12 * Math.exp(1.1 * spread))
        known.latency[bucket] = (known.latency[bucket] ?? 0) + 1
      }
    }
  }

  snapshot(service: string, versions: readonly string[]): Snapshot {
    return {
      gateway: 'gw_bench',
      startedMs: 0,
      atMs: 0,
      revision: 1,
      draining: false,
      connections: 0,
      refusedConnections: 0,
      malformed: {},
      unrouted: 0,
      services: [
        {
          service,
          excluded: 0,
          retries: 0,
          unserved: 0,
          tooLarge: 0,
          versions: versions.map(version => ({
            version,
            inFlight: 0,
            halves: [],
            routes: this.#routes(service, version),
          })),
          division: null,
        },
      ],
    }
  }

  #routes(service: string, version: string): RouteCounts[] {
    return ROUTES.flatMap(route => {
      const known = this.#counts.get(`${service} ${version} ${route}`)
      if (!known) return []
      const { requests, bad } = known
      return {
        route,
        requests,
        statuses: [0, requests - bad, 0, 0, bad],
        failures: { connect: 0, timeout: 0, reset: 0, protocol: 0, unavailable: 0 },
        bad,
        cells: requests,
        badCells: bad,
        aborts: 0,
        latency: sparse(known.latency),
        warmingLatency: [],
        abortedAge: [],
        inFlightAge: [],
      }
    })
  }
}

/** The rooms of a hub whose instances and gateway are in memory. */
export function makeRooms(
  store: Store,
  clock: Clock,
  services: () => Readonly<Record<string, ReleaseSettings>>,
  collect: CollectEvidence,
) {
  const releases = new ReleaseStore(store)
  const target = new MemoryTarget()
  const complain = (message: string, detail: object): void => console.error(message, detail)
  const executor = new Executor({ clock, target, router: new MemoryRouter(), releases, collect, complain })
  return { releases, target, executor, ship: new Ship({ releases, executor, clock, settings: services }) }
}

/** Evidence as the hub gathers it, of counters in memory. */
export function collector(counters: Counters, requestsASecond: number): CollectEvidence {
  return async ask => {
    for (const version of [ask.candidate, ask.stable]) counters.count(ask.service, version, requestsASecond)
    const snapshot = counters.snapshot(ask.service, [ask.candidate, ask.stable])
    return evidenceOf(snapshot, ask, [{ signal: slowSignal('p99'), quantile: 0.99, toleranceMs: 10 }])
  }
}
