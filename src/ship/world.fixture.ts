import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakeClock } from '../kernel/fake-clock.ts'
import { type Entry, read } from '../logbook/index.ts'
import { lead, openStore, type Store, type Term } from '../store/index.ts'
import type { Ask } from './evidence.ts'
import { Executor } from './release/executor.ts'
import { reported } from './release/release.fixture.ts'
import type { Evidence, Release } from './release/release.ts'
import type { Routed, Router, Split } from './routers/router.ts'
import { ReleaseSettings } from './service.ts'
import { Ship } from './ship.ts'
import { ReleaseStore } from './store.ts'
import type { Instance, InstanceEvent, Scaled, Target, Workload } from './targets/target.ts'

/** A target that runs nothing: instances appear and vanish at once, unless a test says otherwise. */
export class MemoryTarget implements Target {
  readonly type = 'memory'
  readonly running = new Map<string, Instance[]>()
  readonly #watchers = new Set<(event: InstanceEvent) => void>()
  /** What `scale` answers instead, by version. */
  readonly refusals = new Map<string, Scaled>()
  #made = 0

  async scale({ service, version }: Workload, count: number, signal: AbortSignal): Promise<Scaled> {
    signal.throwIfAborted()
    const refusal = count > 0 ? this.refusals.get(version) : undefined
    if (refusal) return refusal
    const present = this.running.get(version) ?? []
    while (present.length < count) {
      const id = `ins_${++this.#made}`
      present.push({
        id,
        service,
        version,
        url: `http://127.0.0.1:${20_000 + this.#made}`,
        state: 'ready',
        readySinceMs: 1,
        restarts: 0,
      })
    }
    present.splice(count)
    this.running.set(version, present)
    return { ok: true, instances: present }
  }

  async instances(service?: string): Promise<readonly Instance[]> {
    return [...this.running.values()].flat().filter(instance => service === undefined || instance.service === service)
  }

  watch(onEvent: (event: InstanceEvent) => void): () => void {
    this.#watchers.add(onEvent)
    return () => this.#watchers.delete(onEvent)
  }

  async run(signal: AbortSignal): Promise<void> {
    await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
  }
}

/** A router that remembers every split. */
export class MemoryRouter implements Router {
  readonly type = 'memory'
  readonly splits: Split[] = []
  /** Set: nobody answers. */
  down: string | undefined
  /** Set: whoever asks for the split in force waits for it. */
  slow: Promise<void> | undefined

  async apply(split: Split): Promise<Routed> {
    if (this.down !== undefined) return { ok: false, ...reported(this.down) }
    this.splits.push(split)
    return { ok: true }
  }

  async current(service: string): Promise<Split | undefined> {
    await this.slow
    if (this.down !== undefined) throw new Error(this.down)
    return this.splits.findLast(split => split.service === service)
  }

  async inFlight(): Promise<number> {
    return 0
  }

  /** `v1 90, v2 10`: the split in force. */
  get weights(): string {
    const shares = this.splits.at(-1)?.shares ?? []
    return shares.map(({ version, weight }) => `${version} ${weight}`).join(', ')
  }
}

/** Ship on a real store in a temporary folder, a world in memory, and a clock that a test moves. */
export class Harbour {
  readonly clock = new FakeClock()
  readonly target = new MemoryTarget()
  readonly router = new MemoryRouter()
  readonly complaints: string[] = []
  /** Called at each boundary between state and effect. */
  boundary: (where: string) => void = () => {}
  readonly releases: ReleaseStore
  readonly ship: Ship
  readonly executor: Executor
  readonly store: Store
  /** What the versions answer in each second of evidence. */
  traffic: Record<string, { requests: number; bad: number }> = {}
  /** What else each look sees. */
  sights: Partial<Evidence> = {}
  settings: Record<string, ReleaseSettings>
  readonly #folder: string
  readonly #stop = new AbortController()
  readonly #leading: Promise<void>[] = []

  private constructor(store: Store, folder: string, settings: Record<string, ReleaseSettings>) {
    this.store = store
    this.#folder = folder
    this.settings = settings
    this.releases = new ReleaseStore(store)
    const { clock, releases } = this
    this.executor = this.#newExecutor()
    this.ship = new Ship({ releases, executor: this.executor, clock, settings: () => this.settings })
  }

  /** `url`: of an empty database on a server, instead of a file of its own. */
  static async open(changed: Record<string, unknown> = {}, url?: string): Promise<Harbour> {
    const folder = await mkdtemp(join(tmpdir(), 'shipwatch-ship-'))
    const place = url === undefined ? { path: join(folder, 'test.db') } : { url }
    const store = await openStore({ ...place, clock: new FakeClock() })
    return new Harbour(store, folder, { order: settingsOf(changed) })
  }

  #newExecutor(): Executor {
    const { clock, target, router, releases } = this
    return new Executor({
      clock,
      target,
      router,
      releases,
      collect: async ask => this.#count(ask),
      complain: (message, detail) => this.complaints.push(`${message} ${JSON.stringify(detail)}`),
      boundary: where => this.boundary(where),
    })
  }

  /** Begins to lead; once the duty was lost it is not contended for within the time of a test. */
  lead(executor = this.executor, begin: (term: Term) => Promise<void> = async () => {}): this {
    const duty = { name: 'releases', holder: 'harbour', ttlMs: 86_400_000, clock: this.clock }
    this.#leading.push(
      lead(this.store, duty, this.#stop.signal, async term => {
        const { signal, store, check } = term
        await begin(term)
        await executor.run({ signal, check, releases: new ReleaseStore(store) })
      }),
    )
    return this
  }

  /**
   * The duty passes to another hub, as it does when the first one was suspended for too long. That one has taken it
   * when this resolves, and begins when it is told to.
   */
  async passOn(): Promise<{ readonly begin: () => void }> {
    const taken = Promise.withResolvers<void>()
    const told = Promise.withResolvers<void>()
    this.#stop.signal.addEventListener('abort', () => told.resolve(), { once: true })
    this.lead(this.#newExecutor(), () => {
      taken.resolve()
      return told.promise
    })
    await taken.promise
    return { begin: told.resolve }
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.clock.advance(10_000)
    await Promise.all(this.#leading)
    await this.store.close()
    await rm(this.#folder, { recursive: true })
  }

  deploy(version: string, more: Partial<Parameters<Ship['deploy']>[0]> = {}): Promise<Release> {
    return this.ship.deploy({ service: 'order', version, by: 'user/li', ...more })
  }

  /** Moves time on, a second at a time, until the release is in a phase. */
  async until(id: string, ...phases: Release['state']['phase'][]): Promise<Release> {
    for (let second = 0; second < 4_000; second++) {
      const release = await this.releases.find(id)
      if (phases.includes(release.state.phase)) return release
      await this.clock.advance(1_000)
    }
    throw new Error(`the release never was ${phases.join(' or ')}: ${(await this.releases.find(id)).state.phase}`)
  }

  /** A version in service, so that the next has something beside it. */
  async inService(version: string): Promise<Release> {
    const { id } = await this.deploy(version)
    return this.until(id, 'ended', 'baking')
  }

  /** What was written down about a release, in order. */
  entries(id: string): Promise<readonly Entry[]> {
    return read(this.store, { subject: `release/${id}`, limit: 1_000 })
  }

  async kinds(id: string): Promise<string[]> {
    return (await this.entries(id)).map(({ kind }) => kind)
  }

  /** The cursor is how much each version has answered in all, so nothing is counted twice. */
  #count({ candidate, stable, cursor }: Ask): Evidence {
    const none = { requests: 0, bad: 0 }
    const last = (cursor ?? { candidate: none, stable: none }) as Record<'candidate' | 'stable', typeof none>
    const now = { candidate: this.traffic[candidate] ?? none, stable: this.traffic[stable] ?? none }
    const sum = (side: 'candidate' | 'stable') => ({
      requests: last[side].requests + (cursor === null ? 0 : now[side].requests),
      bad: last[side].bad + (cursor === null ? 0 : now[side].bad),
    })
    const totals = { candidate: sum('candidate'), stable: sum('stable') }
    return {
      observations: cursor === null ? [] : [{ signal: 'errors', canary: now.candidate, stable: now.stable }],
      cursor: totals,
      ...totals,
      ...(cursor === null ? {} : this.sights),
    }
  }
}

export function settingsOf(changed: Record<string, unknown> = {}): ReleaseSettings {
  return ReleaseSettings.parse({
    instances: 2,
    run: { command: 'true' },
    strategy: {
      type: 'canary',
      stages: [
        { weight: 10, for: '30s' },
        { weight: 50, until: 'verdict', within: '5m' },
      ],
    },
    verdict: { latency: [] },
    warmFor: '1m',
    ...changed,
  })
}
