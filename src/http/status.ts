import { z } from 'zod'
import { type InstanceView, ServiceView, StatusView } from '../client/index.ts'
import { deadline, messageOf, NotFound, toRfc3339 } from '../kernel/index.ts'
import type { Instance, Release, ReleaseSettings, ServiceRecord } from '../ship/index.ts'
import type { Rooms } from './rooms.ts'
import { type Route, route } from './route.ts'
import { viewOf } from './view.ts'

const GATEWAY_WITHIN_MS = 1_000

/** What is known of a service beside its configuration. */
interface Known {
  readonly record: ServiceRecord | undefined
  /** Its releases that are not over, oldest first. */
  readonly active: readonly Release[]
  readonly instances: readonly Instance[]
}

/** Of all services, in as many questions as of one. */
async function lookAtAll({ releases, instances }: Rooms): Promise<(service: string) => Known> {
  const [records, active, running] = await Promise.all([releases.services(), releases.active(), instances()])
  const recordOf = new Map(records.map(record => [record.service, record]))
  const activeOf = Map.groupBy(active, ({ plan }) => plan.service)
  const runningOf = Map.groupBy(running, ({ service }) => service)
  return service => ({
    record: recordOf.get(service),
    active: activeOf.get(service) ?? [],
    instances: runningOf.get(service) ?? [],
  })
}

async function lookAt({ releases, instances }: Rooms, service: string): Promise<Known> {
  const [record, active, running] = await Promise.all([
    releases.service(service),
    releases.active(service),
    instances(service),
  ])
  return { record, active, instances: running }
}

function serviceView(name: string, settings: ReleaseSettings, known: Known, nowMs: number): ServiceView {
  const { record, active, instances } = known
  const release = active.at(-1)
  const { tier, owner, markets } = settings
  return {
    name,
    tier,
    ...(owner === undefined ? {} : { owner }),
    markets,
    stable: record?.stableVersion ?? null,
    versions: [...(record?.fleet.versions ?? [])],
    instances: instances.map(instanceView),
    release: release ? viewOf(release, nowMs) : null,
  }
}

function instanceView({ id, version, url, state, readySinceMs, restarts }: Instance): InstanceView {
  const readySince = readySinceMs === undefined ? {} : { readySince: toRfc3339(readySinceMs) }
  return { id, version, url, state, restarts, ...readySince }
}

export const statusRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/status',
    summary: 'The hub, its gateway and every service.',
    scope: 'read',
    passive: true,
    reply: StatusView,
    async handle(rooms, { signal }) {
      const { hub, gateway, store, clock } = rooms
      const within = deadline(clock, GATEWAY_WITHIN_MS, signal)
      const [known, problem] = await Promise.all([
        lookAtAll(rooms),
        gateway.check(within.signal).then(
          () => undefined,
          (error: unknown) => messageOf(error),
        ),
      ])
      within.done()
      const nowMs = clock.now()
      return {
        hub: { version: hub.version, startedAt: toRfc3339(hub.startedMs), leading: hub.leading(), store: store.where },
        gateway: { address: gateway.address, reachable: problem === undefined, ...(problem ? { problem } : {}) },
        services: Object.entries(rooms.settings()).map(([name, settings]) =>
          serviceView(name, settings, known(name), nowMs),
        ),
      }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/services/:service',
    summary: 'One service.',
    scope: 'read',
    params: z.strictObject({ service: z.string() }),
    reply: ServiceView,
    async handle(rooms, { params }) {
      const known = rooms.settings()
      const settings = Object.hasOwn(known, params.service) ? known[params.service] : undefined // `constructor` is none
      if (settings) return serviceView(params.service, settings, await lookAt(rooms, params.service), rooms.clock.now())
      throw new NotFound(`no service ${params.service}`, {
        field: 'service',
        hint: 'shipwatch status lists the services.',
      })
    },
  }),
]
