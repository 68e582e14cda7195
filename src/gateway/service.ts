import type { Acquaintance, Arrivals } from './arrivals.ts'
import { badStatuses, classifier, excluder } from './classify.ts'
import type { Endpoint } from './endpoint.ts'
import { routeNames, type ServiceLedger, type VersionLedger } from './ledger.ts'
import type { ServiceRoute } from './protocol.ts'
import { type Division, divide, segmentMatcher, type Traits } from './split.ts'
import type { Tally } from './tally.ts'

/** One version of a service, ready to be sent requests. */
export interface Version {
  readonly name: string
  readonly endpoints: readonly Endpoint[]
  readonly ledger: VersionLedger
  /** By index of route class. */
  readonly tallies: readonly Tally[]
  /** Where requests that were drawn for it are counted; `undefined` while traffic is not divided, or it has no weight. */
  readonly arrivals: Arrivals | undefined
}

/** One service's configuration, compiled for the data plane. Never changed: a change makes a new one. */
export interface Service {
  readonly route: ServiceRoute
  readonly ledger: ServiceLedger
  readonly versions: readonly Version[]
  /** The version that steps in for a failed one. */
  readonly stable: Version | undefined
  readonly division: Division
  /** The users seen since traffic began to be divided; `undefined` while it is not. */
  readonly users: Acquaintance | undefined
  readonly segmentOf: (traits: Traits) => number
  readonly classOf: (method: string, path: string) => number
  readonly isExcluded: (path: string, userAgent: string) => boolean
  /** By status: 1 where it counts as bad. */
  readonly bad: Uint8Array
}

/** Compiles a service's configuration of a revision; `endpointOf` finds or makes the state of an instance. */
export function compileService(
  route: ServiceRoute,
  ledger: ServiceLedger,
  endpointOf: (endpoint: ServiceRoute['shares'][number]['endpoints'][number]) => Endpoint,
  revision: number,
): Service {
  const routes = routeNames(route.routeClasses)
  const division = ledger.divisions.divide(route.shares, revision)
  const versions = route.shares.map((share): Version => {
    const own = ledger.version(share.version)
    own.halves.divide(share.endpoints.map(({ id }) => id))
    const endpoints = share.endpoints.map(endpointOf)
    for (const endpoint of endpoints) {
      const half = own.halves.of(endpoint.id)
      endpoint.half = half ? routes.map(name => half.tallies.of(name)) : []
    }
    return {
      name: share.version,
      endpoints,
      ledger: own,
      tallies: routes.map(name => own.tallies.of(name)),
      arrivals: division?.arrivals.get(share.version),
    }
  })
  return {
    route,
    ledger,
    versions,
    stable: versions.find(({ name }) => name === route.stable) ?? versions[0],
    division: divide(route.service, route.shares),
    users: division?.users,
    segmentOf: segmentMatcher(route),
    classOf: classifier(route.routeClasses),
    isExcluded: excluder(route.excluded),
    bad: badStatuses(route.bad),
  }
}
