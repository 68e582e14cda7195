import type { InstanceView, ReleaseView, ServiceView, StatusView } from '../client/index.ts'
import { toRfc3339 } from '../kernel/index.ts'
import type { Instance, Release, ReleaseSettings, ServiceRecord } from '../ship/index.ts'
import { Reachability } from './reachability.ts'
import type { Rooms } from './rooms.ts'
import { UnderWay } from './under-way.ts'
import { Kept, Written } from './written.ts'

/** What is known of a service beside its configuration. */
export interface Known {
  readonly record: ServiceRecord | undefined
  /** The newest that is not over. */
  readonly release: ReleaseView | null
  readonly instances: readonly Instance[]
}

/**
 * The status of the hub, its gateway and all services, for everybody who asks. Each answer is of its moment: what it
 * is made of is read anew, but what has not changed since is neither shown nor written again.
 */
export class Overview {
  readonly #rooms: Rooms
  readonly #underWay: UnderWay
  readonly #gateway: Reachability
  /** By the settings, so that a service that is configured no more is forgotten. */
  readonly #services = new WeakMap<ReleaseSettings, Kept<string>>()
  readonly #whole = new Kept<Written>()

  constructor(rooms: Rooms) {
    const { clock, releases, gateway } = rooms
    this.#rooms = rooms
    this.#underWay = new UnderWay(releases)
    this.#gateway = new Reachability({ clock, check: gateway.check })
  }

  /** A release that was read, as the API shows it. */
  viewOf(release: Release): ReleaseView {
    return this.#underWay.viewOf(release)
  }

  async read(): Promise<Written> {
    const [known, gateway] = await Promise.all([this.#lookAtAll(), this.#lookAtGateway()])
    const services = Object.entries(this.#rooms.settings()).map(([name, settings]) =>
      this.#service(name, settings, known(name)),
    )
    const hub = JSON.stringify(this.#hub())
    return this.#whole.get(
      [hub, gateway, ...services],
      () => new Written(`{"hub":${hub},"gateway":${gateway},"services":[${services.join(',')}]}`),
    )
  }

  #hub(): StatusView['hub'] {
    const { hub, store } = this.#rooms
    return { version: hub.version, startedAt: toRfc3339(hub.startedMs), leading: hub.leading(), store: store.where }
  }

  async #lookAtGateway(): Promise<string> {
    const problem = await this.#gateway.problem()
    const reachable = problem === undefined
    const { address } = this.#rooms.gateway
    return JSON.stringify({ address, reachable, ...(problem ? { problem } : {}) } satisfies StatusView['gateway'])
  }

  /** All services, in as many questions as one. */
  async #lookAtAll(): Promise<(service: string) => Known> {
    const { releases, instances } = this.#rooms
    const [records, underWay, running] = await Promise.all([releases.services(), this.#underWay.views(), instances()])
    const recordOf = new Map(records.map(record => [record.service, record]))
    const releaseOf = new Map(underWay.map(release => [release.service, release])) // the newest, as they come in order
    const runningOf = Map.groupBy(running, ({ service }) => service)
    return service => ({
      record: recordOf.get(service),
      release: releaseOf.get(service) ?? null,
      instances: runningOf.get(service) ?? [],
    })
  }

  #service(name: string, settings: ReleaseSettings, known: Known): string {
    const kept = this.#services.get(settings) ?? new Kept<string>()
    this.#services.set(settings, kept)
    const { record, release, instances } = known
    return kept.get([name, record, release, ...instances.flatMap(shownOf)], () =>
      JSON.stringify(serviceView(name, settings, known)),
    )
  }
}

export function serviceView(name: string, settings: ReleaseSettings, known: Known): ServiceView {
  const { record, release, instances } = known
  const { tier, owner, markets } = settings
  return {
    name,
    tier,
    ...(owner === undefined ? {} : { owner }),
    markets,
    stable: record?.stableVersion ?? null,
    versions: [...(record?.fleet.versions ?? [])],
    instances: instances.map(instanceView),
    release,
  }
}

/** All of an instance that is shown. */
function shownOf({ id, version, url, state, readySinceMs, restarts }: Instance): readonly unknown[] {
  return [id, version, url, state, readySinceMs, restarts]
}

function instanceView(instance: Instance): InstanceView {
  const { id, version, url, state, readySinceMs, restarts } = instance
  const readySince = readySinceMs === undefined ? {} : { readySince: toRfc3339(readySinceMs) }
  return { id, version, url, state, restarts, ...readySince }
}
