import { Bell, messageOf, type Turns } from '../../kernel/index.ts'
import type { CollectEvidence } from '../evidence.ts'
import { type Obstacle, obstacleOf } from '../obstacle.ts'
import type { ReleaseStore } from '../store.ts'
import type { Reasoned } from './because.ts'
import { type Carried, carryOut, type World } from './carry-out.ts'
import { keepRouted, wantedSplit } from './keep.ts'
import type { Command, Event, Release } from './release.ts'

/** What entitles one hub, for a time, to decide by itself. */
export interface Mandate {
  /** Aborts when the time is over. */
  readonly signal: AbortSignal
  /** Refuses every change once another hub leads. */
  readonly releases: ReleaseStore
  /** Throws when the time is over, also where a hub that was suspended has not been told yet. */
  readonly check: () => void
}

/** What a hub works with, leading or not. */
export interface Means extends World {
  readonly releases: ReleaseStore
  readonly collect: CollectEvidence
  /** Told of what went wrong without a place in a release's own story. */
  readonly complain: (message: string, detail: Record<string, unknown>) => void
  /** Called at the boundaries between state and effect; tests stop the process there. */
  readonly boundary?: (where: string) => void
}

interface Deps extends Means {
  /** One event of a release, and one author of a service's split, at a time. */
  readonly turns: Turns
  /** Applies an event in the name of the hub that leads. */
  readonly decide: (id: string, event: Event) => Promise<Release>
}

interface Running {
  readonly command: number
  readonly stop: AbortController
  readonly over: Promise<void>
}

const LOOK_EVERY_MS = 1_000
const KEEP_EVERY_LOOKS = 10

/**
 * What a hub does of its own accord while it leads: it looks at every release once a second, carries out the first
 * command of each queue, and decides what follows. All that it decides is refused once another hub leads; then its
 * mandate is over, and it ends without a word.
 */
export class Leading {
  readonly #deps: Deps
  readonly #mandate: Mandate
  readonly #running = new Map<string, Running>()
  readonly #bell = new Bell()
  #looks = 0

  constructor(deps: Deps, mandate: Mandate) {
    this.#deps = deps
    this.#mandate = mandate
  }

  /** Goes on where the hub before stopped. Resolves when the mandate is over and nothing is being carried out any more. */
  async run(): Promise<void> {
    const { clock, complain } = this.#deps
    const { signal } = this.#mandate
    while (!signal.aborted) {
      const since = this.#bell.rings
      try {
        await this.#look()
      } catch (error) {
        if (!signal.aborted) complain('could not look at the releases under way', { error: messageOf(error) })
      }
      await this.#bell.wait({ since, withinMs: LOOK_EVERY_MS, clock, signal })
    }
    await Promise.all([...this.#running.values()].map(running => running.over))
  }

  /** Looks soon: somebody asked for something. */
  nudge(): void {
    this.#bell.ring()
  }

  /** An instance that ends again and again is reason enough; no evidence has to be gathered. */
  async reportCrashLoop(service: string, version: string, { reason, because }: Reasoned<Obstacle>): Promise<void> {
    const { releases, decide, complain } = this.#deps
    try {
      for (const { id, plan } of await releases.active(service)) {
        const who = plan.version === version ? 'candidate' : 'previous'
        await decide(id, { kind: 'crash-loop', who, reason, because })
      }
    } catch (error) {
      if (this.#mandate.signal.aborted) return
      complain('could not report a crash loop', { service, version, error: messageOf(error) })
    }
  }

  /** One look at every active release. */
  async #look(): Promise<void> {
    const { releases, complain } = this.#deps
    const { signal } = this.#mandate
    const active = await releases.active()
    if (this.#looks++ % KEEP_EVERY_LOOKS === 0) {
      const services = await releases.services()
      await Promise.all(services.map(({ service }) => this.#keep(service)))
    }
    await Promise.all(
      active.map(async release => {
        try {
          await this.#lookAt(release.id, active)
        } catch (error) {
          if (!signal.aborted) complain('could not look at a release', { release: release.id, error: messageOf(error) })
        }
      }),
    )
  }

  /**
   * A service keeps its traffic, whatever became of the router meanwhile. Its split has one author at a time, who
   * looks only then at what it should be: a command that comes later wins.
   */
  async #keep(service: string): Promise<void> {
    const { releases, target, router, turns, complain } = this.#deps
    const { signal, check } = this.#mandate
    const key = splitOfService(service)
    if (turns.isTaken(key)) return // it is being changed, which may take long while the router does not answer
    try {
      await turns.take(key, async () => {
        const record = await releases.service(service)
        const underWay = (await releases.active(service)).find(({ state }) => UNDER_WAY.has(state.phase))
        const wanted = record && (await wantedSplit(record, underWay, target))
        if (!wanted) return
        check()
        const { changed, problem } = await keepRouted(wanted, router, signal)
        if (changed) complain('put a service’s traffic back in force', { service })
        if (problem) complain('could not put a service’s traffic back in force', { service, problem })
      })
    } catch (error) {
      if (signal.aborted) throw error
      complain('the router does not answer', { service, error: messageOf(error) })
    }
  }

  async #lookAt(id: string, active: readonly Release[]): Promise<void> {
    const { releases, turns, decide } = this.#deps
    // Read anew, and where no event is being saved: a command must not be ended for what was true before it.
    const release = await turns.take(id, async () => {
      const found = await releases.find(id)
      this.pursue(found)
      return found
    })
    const { plan, state } = release
    const siblings = active.filter(other => other.plan.service === plan.service && other.id !== id)
    if (state.phase === 'waiting') return this.#takeTurn(release, siblings)
    if (state.phase === 'baking' && (await this.#relieved(release))) return
    const counted = state.exposedMs !== null && state.previous !== null && COUNTED.has(state.phase)
    const answered = !counted || (await this.#collect(release, this.#mandate.signal))
    if (answered && UNDER_WATCH.has(state.phase)) await this.#keep(plan.service)
    // While a newer release is under way the warm version stays: it may be wanted again.
    const newer = siblings.some(other => other.id > id && UNDER_WAY.has(other.state.phase))
    if (!newer) await decide(id, { kind: 'tick' })
  }

  /** A newer promoted release relieves this one, whose warm version is not needed any more. */
  async #relieved({ id, plan }: Release): Promise<boolean> {
    const { releases, decide } = this.#deps
    const service = await releases.service(plan.service)
    if (!service || service.stableRelease === id) return false
    await decide(id, { kind: 'superseded', by: 'hub', version: service.stableVersion ?? '' })
    return true
  }

  /** A waiting release begins when no other of its service is under way. */
  async #takeTurn({ id, plan }: Release, siblings: readonly Release[]): Promise<void> {
    const { releases, target, decide } = this.#deps
    const ahead = siblings.filter(
      ({ id: other, state }) => UNDER_WAY.has(state.phase) || (state.phase === 'waiting' && other < id),
    )
    for (const other of ahead) {
      if (other.state.phase === 'waiting' || other.plan.onNewer === 'supersede') {
        await decide(other.id, { kind: 'superseded', by: 'hub', version: plan.version })
      }
    }
    if (ahead.length > 0) return
    for (const other of siblings) {
      if (other.state.phase === 'baking' && other.state.previous?.version === plan.version) {
        await decide(other.id, { kind: 'superseded', by: 'hub', version: plan.version })
      }
    }
    const stable = (await releases.service(plan.service))?.stableVersion ?? null
    const previous = stable === null ? null : ((await releases.workload(plan.service, stable)) ?? null)
    const running = await target.instances(plan.service)
    const standing = running.filter(({ version, state }) => version === plan.version && state !== 'stopping').length
    await decide(id, { kind: 'begin', previous, standing })
  }

  /** Whether the counts were there to be read. */
  async #collect(release: Release, signal: AbortSignal): Promise<boolean> {
    const { decide } = this.#deps
    const { id, plan, state } = release
    const { previous } = state
    if (!previous) return true
    try {
      const evidence = await this.#deps.collect(
        {
          service: plan.service,
          candidate: plan.version,
          stable: previous.version,
          signals: plan.verdict.signals.map(known => known.name),
          cursor: state.seen.cursor,
          comparable: state.share.segments.length === 0,
        },
        signal,
      )
      await decide(id, { kind: 'evidence', evidence, after: state.seen.atMs })
      return true
    } catch (error) {
      if (signal.aborted) throw error
      await decide(id, { kind: 'no-evidence', reason: messageOf(error), because: obstacleOf(error) })
      return false
    }
  }

  #tellHindrance(id: string, command: number, { reason, because }: Reasoned<Obstacle>): void {
    const { decide, complain } = this.#deps
    decide(id, { kind: 'hindered', command, reason, because }).catch((error: unknown) => {
      if (this.#mandate.signal.aborted) return
      complain('could not tell what is in the way of a release', { release: id, error: messageOf(error) })
    })
  }

  /** Sees to it that the first command of the queue, and only that, is being carried out. */
  pursue(release: Release): void {
    const head = release.state.queue[0]
    const running = this.#running.get(release.id)
    if (running?.command === head?.id) return
    running?.stop.abort(new Error('overtaken'))
    this.#running.delete(release.id)
    if (!head || this.#mandate.signal.aborted) return
    const stop = new AbortController()
    const signal = AbortSignal.any([stop.signal, this.#mandate.signal])
    const over = (running?.over ?? Promise.resolve()).then(() => this.#execute(release, head, signal))
    this.#running.set(release.id, { command: head.id, stop, over })
  }

  async #execute(release: Release, command: Command, signal: AbortSignal): Promise<void> {
    const { releases, clock, turns, decide, boundary, complain } = this.#deps
    const { id, plan, state } = release
    try {
      if (state.blocked) await clock.sleep(LOOK_EVERY_MS, signal)
      boundary?.(`before-effect ${command.kind} ${state.phase}`)
      this.#mandate.check()
      signal.throwIfAborted()
      if (command.kind === 'count') await this.#collect(await releases.find(id), signal)
      const hindered = (by: Reasoned<Obstacle>): void => this.#tellHindrance(id, command.id, by)
      const effect = (): Promise<Carried> => carryOut(command, plan, state, this.#deps, signal, hindered)
      const carried = await (command.kind === 'split' ? turns.take(splitOfService(plan.service), effect) : effect())
      signal.throwIfAborted()
      boundary?.(`after-effect ${command.kind} ${state.phase}`)
      if (!carried.ok) {
        const { reason, because, hint } = carried
        await decide(id, { kind: 'failed', command: command.id, reason, because, ...(hint ? { hint } : {}) })
        return
      }
      await decide(id, { kind: 'done', command: command.id })
    } catch (error) {
      if (signal.aborted) return
      complain('a command failed unexpectedly', { release: id, command: command.kind, error: messageOf(error) })
      const told = { reason: messageOf(error), because: obstacleOf(error) }
      await decide(id, { kind: 'failed', command: command.id, ...told }).catch(failure => {
        if (signal.aborted) return
        // The store is gone. The command stays first in the queue, and the next look begins it again.
        complain('could not save the outcome of a command', { release: id, error: messageOf(failure) })
        this.#running.delete(id)
      })
    }
  }
}

/** Phases in which counting goes on: also after the decision, to know what it cost in all. */
const COUNTED: ReadonlySet<string> = new Set(['moving', 'watching', 'held', 'promoting', 'taking-back'])

/** Phases in which a release says how traffic is divided; only one of a service may be in them. */
const UNDER_WAY: ReadonlySet<string> = new Set(['moving', 'watching', 'held', 'promoting', 'taking-back'])

/** Phases in which a release rests, while two versions have traffic: for minutes, or until a person decides. */
const UNDER_WATCH: ReadonlySet<string> = new Set(['watching', 'held'])

const splitOfService = (service: string): string => `split of ${service}`
