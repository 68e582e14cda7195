import {
  Confirmation,
  ServiceRoute,
  type ServiceRouteInput,
  type ServiceSettingsInput,
  Snapshot,
} from '../../../gateway/index.ts'
import { type Clock, NotFound } from '../../../kernel/index.ts'
import type { Routed, Router, Split } from '../router.ts'
import { type AdminAddress, AdminClient, inWords } from './admin-client.ts'

export interface GatewayRouterOptions extends AdminAddress {
  /** What does not change with a service's releases; read anew for each split. */
  readonly settings: (service: string) => ServiceSettingsInput
}

/** The built-in gateway as a router, and as the source of what was counted. */
export interface GatewayRouter extends Router {
  /** Every count of the gateway at one moment. Throws `Unavailable` where it does not answer. */
  readSnapshot(signal: AbortSignal): Promise<Snapshot>
  /** Takes a service out of the gateway. Safe to repeat. */
  remove(service: string, signal: AbortSignal): Promise<Routed>
  close(): Promise<void>
}

/** Drives a gateway process over its admin interface. */
export function gatewayRouter({ settings, ...where }: GatewayRouterOptions, clock: Clock): GatewayRouter {
  const client = new AdminClient(where, clock)
  const pathOf = (service: string): string => `/v1/services/${encodeURIComponent(service)}`

  /** What the gateway refuses, or does not answer, is an outcome; that we were told to stop is not. */
  async function routed(signal: AbortSignal, send: () => Promise<unknown>): Promise<Routed> {
    try {
      await send()
      return { ok: true }
    } catch (error) {
      if (signal.aborted) throw error
      return { ok: false, ...inWords(error, where.admin) }
    }
  }

  const readSnapshot = (signal: AbortSignal): Promise<Snapshot> =>
    client.call({ method: 'GET', path: '/v1/snapshot' }, Snapshot, signal)

  return {
    type: 'gateway',
    readSnapshot,
    apply: (split, signal) =>
      routed(signal, () => {
        const body = JSON.stringify(routeOf(split, settings(split.service)))
        return client.call({ method: 'PUT', path: pathOf(split.service), body }, Confirmation, signal)
      }),
    remove: (service, signal) =>
      routed(signal, () => client.call({ method: 'DELETE', path: pathOf(service) }, Confirmation, signal)),
    async current(service, signal) {
      try {
        const route = await client.call({ method: 'GET', path: pathOf(service) }, ServiceRoute, signal)
        return { service, stable: route.stable ?? null, shares: route.shares }
      } catch (error) {
        if (error instanceof NotFound) return undefined
        throw error
      }
    },
    async inFlight(service, version, signal) {
      const { services } = await readSnapshot(signal)
      const counted = services.find(counts => counts.service === service)
      return counted?.versions.find(counts => counts.version === version)?.inFlight ?? 0
    },
    close: () => client.close(),
  }
}

/** One split in the words of the gateway. */
export function routeOf({ service, stable, shares }: Split, settings: ServiceSettingsInput): ServiceRouteInput {
  return {
    ...settings,
    service,
    shares: shares.map(({ version, weight, endpoints, segments }) => ({
      version,
      weight,
      endpoints: endpoints.map(({ id, url, readySinceMs }) => ({ id, url, readySinceMs })),
      segments: [...segments],
    })),
    ...(stable === null ? {} : { stable }),
  }
}
