import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { LiveEvent, Point } from '../../src/client/index.ts'
import { EntryView, ReleaseView, ServiceView, type StatusView } from '../../src/client/index.ts'
import { type Clock, toRfc3339 } from '../../src/kernel/index.ts'

export type Instance = ServiceView['instances'][number]

/** What a hub knows, as far as the console can tell. Everything is checked against the contract as it is put in. */
export class World {
  readonly clock: Clock
  readonly services = new Map<string, ServiceView>()
  readonly releases = new Map<string, ReleaseView>()
  readonly points = new Map<string, Point[]>()
  readonly entries: EntryView[] = []
  readonly listeners = new Set<(event: LiveEvent) => void>()
  gatewayReachable = true

  constructor(clock: Clock) {
    this.clock = clock
  }

  now(): string {
    return toRfc3339(this.clock.now())
  }

  ago(seconds: number): string {
    return toRfc3339(this.clock.now() - seconds * 1_000)
  }

  tell(event: LiveEvent): void {
    for (const listener of this.listeners) listener(event)
  }

  addService(name: string, stable: string | null, changed: Partial<ServiceView> = {}): ServiceView {
    const service = checked(ServiceView, {
      name,
      tier: 'core',
      markets: [],
      stable,
      versions: stable === null ? [] : [{ version: stable, weight: 100, instances: 2 }],
      instances: stable === null ? [] : [1, 2].map(n => this.instance(name, stable, n)),
      release: null,
      ...changed,
    })
    this.services.set(name, service)
    return service
  }

  instance(service: string, version: string, n: number, changed: Partial<Instance> = {}): Instance {
    return {
      id: `${service}-${version}-${n}`,
      version,
      url: `http://127.0.0.1:${20_000 + this.services.size * 100 + Number(version.replace(/\D/g, '')) * 10 + n}`,
      state: 'ready',
      readySince: this.ago(5_400),
      restarts: 0,
      ...changed,
    }
  }

  write(kind: string, changed: Partial<EntryView> = {}): EntryView {
    const seq = this.entries.length + 1
    const before = this.entries.at(-1)?.hash ?? ''
    const entry = checked(EntryView, {
      seq,
      id: `ent_${String(seq).padStart(6, '0')}`,
      at: this.now(),
      kind,
      subject: 'hub',
      actor: 'hub',
      data: {},
      hash: createHash('sha256').update(`${before}${seq}${kind}`).digest('hex'),
      ...changed,
    })
    this.entries.push(entry)
    this.tell({ event: 'entry', data: entry })
    return entry
  }

  about(release: Pick<ReleaseView, 'id' | 'service'>): Pick<EntryView, 'subject' | 'service'> {
    return { subject: `release/${release.id}`, service: release.service }
  }

  release(id: string): ReleaseView {
    const found = this.releases.get(id)
    if (!found) throw new Error(`the story has no release ${id}`)
    return found
  }

  /** Stores a release as it is now, moves its service along, and tells of it. */
  put(changed: ReleaseView, point: Point | null = null): ReleaseView {
    const release = checked(ReleaseView, { ...changed, revision: changed.revision + 1 })
    this.releases.set(release.id, release)
    if (point) this.points.set(release.id, [...(this.points.get(release.id) ?? []), point])
    this.#move(release)
    this.tell({ event: 'release', data: { release, point } })
    return release
  }

  #move(release: ReleaseView): void {
    const service = this.services.get(release.service)
    if (!service) return
    const { version, previous, weight, phase, outcome } = release
    const isOver = phase === 'ended'
    const stable = outcome?.kind === 'promoted' ? version : service.stable
    const share = (name: string): number => {
      if (name === version) return weight
      return name === previous ? 100 - weight : 0
    }
    const names = [...new Set([...(previous === null ? [] : [previous]), version])]
    const versions = names
      .map(name => ({ version: name, weight: share(name), instances: share(name) === 0 && isOver ? 0 : 2 }))
      .filter(({ instances }) => instances > 0)
    const instances = versions.flatMap(({ version: name }) => [1, 2].map(n => this.#known(service, name, n)))
    this.services.set(service.name, { ...service, stable, versions, instances, release: isOver ? null : release })
  }

  #known(service: ServiceView, version: string, n: number): Instance {
    const fresh = this.instance(service.name, version, n, { readySince: this.now() })
    return service.instances.find(({ id }) => id === fresh.id) ?? fresh
  }

  status(): StatusView {
    return {
      hub: { version: '0.1.0', startedAt: this.ago(86_400), leading: true, store: 'sqlite .shipwatch/state.db' },
      gateway: {
        address: 'http://127.0.0.1:8080',
        reachable: this.gatewayReachable,
        ...(this.gatewayReachable ? {} : { problem: 'connection refused' }),
      },
      services: [...this.services.values()],
    }
  }
}

/** What the contract makes of a value; throws where a story does not keep to it. */
export function checked<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  return schema.parse(value)
}
