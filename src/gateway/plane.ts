import { randomBytes } from 'node:crypto'
import type { Clock } from '../kernel/index.ts'
import { Endpoint } from './endpoint.ts'
import { Ledger, type Running } from './ledger.ts'
import type { ServiceRoute, Snapshot } from './protocol.ts'
import { traceparents, userIds } from './random-ids.ts'
import { type RouteTable, routeTable } from './route-table.ts'
import type { GatewayLimits } from './schema.ts'
import { compileService, type Service } from './service.ts'

const READ_BYTES = 65_536

/** What all connections of one gateway share: the configuration in force, the counts, the limits. */
export class Plane {
  readonly clock: Clock
  readonly limits: GatewayLimits
  readonly ledger: Ledger
  /** Attempts that are not counted yet. */
  readonly running = new Set<Running>()
  /** `elapsed()` as of the last look at the deadlines: exact enough to set one. */
  coarseMs: number
  draining = false
  connections = 0
  revision = 0
  readonly traceparent = traceparents()
  readonly newUserId = userIds()
  readonly random: () => number
  #table: RouteTable<Service> = routeTable([])
  #endpoints = new Map<string, Endpoint>()
  #versions = new Map<string, ReadonlySet<string>>()
  readonly #id = randomBytes(8).toString('hex')
  readonly #startedMs: number
  readonly #readBuffer: () => Buffer

  constructor(clock: Clock, limits: GatewayLimits, random: () => number = Math.random) {
    this.clock = clock
    this.limits = limits
    this.ledger = new Ledger(clock)
    this.coarseMs = clock.elapsed()
    this.random = random
    this.#startedMs = clock.now()
    // Reads are made when there is something to read, straight into this buffer, and handled before the
    // next one; on Windows they are made beforehand, so each connection needs a buffer of its own.
    const shared = Buffer.allocUnsafeSlow(READ_BYTES)
    this.#readBuffer = process.platform === 'win32' ? () => Buffer.allocUnsafeSlow(READ_BYTES) : () => shared
  }

  /** Puts a configuration in force for all requests that begin from now on. */
  apply(routes: readonly ServiceRoute[], revision: number): void {
    const before = this.#endpoints
    const endpoints = new Map<string, Endpoint>()
    const services: [ServiceRoute, Service][] = []
    for (const route of routes) {
      const ledger = this.ledger.service(route.service)
      const endpointOf = (told: ServiceRoute['shares'][number]['endpoints'][number]): Endpoint => {
        const key = `${route.service}\n${told.id}\n${told.url}`
        const endpoint = before.get(key) ?? new Endpoint(told, { clock: this.clock, readBuffer: this.#readBuffer })
        endpoint.ready(told.readySinceMs)
        endpoints.set(key, endpoint)
        return endpoint
      }
      services.push([route, compileService(route, ledger, endpointOf, revision)])
    }
    this.#table = routeTable(services)
    this.#endpoints = endpoints
    this.revision = revision
    for (const [key, endpoint] of before) {
      if (!endpoints.has(key)) endpoint.retire()
    }
    this.#versions = new Map(routes.map(route => [route.service, new Set(route.shares.map(share => share.version))]))
    this.ledger.keep(this.#versions)
  }

  find(host: string, path: string): Service | undefined {
    return this.#table.find(host, path)
  }

  /**
   * Whose turn it is among equals: drawn anew by each call. By a number that rises, clients that ask for this and that by
   * turns would find each always at the same instance, and instances would differ by what they are asked for.
   */
  turn(): number {
    return Math.floor(this.random() * 0x40000000)
  }

  /** Closes connections to instances that have been idle for too long, and forgets counts of long ago. */
  tidy(): void {
    const nowMs = this.clock.elapsed()
    this.ledger.keep(this.#versions)
    for (const endpoint of this.#endpoints.values()) endpoint.tidy(nowMs)
  }

  /** Closes all idle connections to instances. */
  close(): void {
    for (const endpoint of this.#endpoints.values()) endpoint.retire()
  }

  snapshot(): Snapshot {
    return {
      gateway: this.#id,
      startedMs: this.#startedMs,
      atMs: this.clock.now(),
      revision: this.revision,
      draining: this.draining,
      connections: this.connections,
      refusedConnections: this.ledger.refusedConnections,
      unrouted: this.ledger.unrouted,
      ...this.ledger.read(this.running),
    }
  }
}
