import { messageOf } from '../../kernel/index.ts'
import type { CollectEvidence } from '../evidence.ts'
import type { ReleaseStore } from '../store.ts'
import { type Carried, carryOut, type World } from './carry-out.ts'
import { keepRouted, wantedSplit } from './keep.ts'
import type { Command, Event, Release } from './release.ts'
import { step } from './step.ts'

interface Deps extends World {
  readonly releases: ReleaseStore
  readonly collect: CollectEvidence
  /** Told of what went wrong without a place in a release's own story. */
  readonly complain: (message: string, detail: Record<string, unknown>) => void
  /** Called at the boundaries between state and effect; tests stop the process there. */
  readonly boundary?: (where: string) => void
}

interface Running {
  readonly command: number
  readonly stop: AbortController
  readonly over: Promise<void>
}

const LOOK_EVERY_MS = 1_000
const KEEP_EVERY_LOOKS = 10

/**
 * Drives releases: an event is stepped and saved, then the first command of the queue is carried out,
 * and its outcome is the next event. State comes before effect and effects are safe to repeat, so
 * whoever reads the state after a crash goes on where it stood.
 */
export class Executor {
  readonly #deps: Deps
  readonly #running = new Map<string, Running>()
  /** One event of a release, and one author of a service's split, at a time. */
  readonly #turns = new Map<string, Promise<unknown>>()
  #leading: AbortSignal | undefined
  #looks = 0
  #nudge: () => void = () => {}

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /**
   * Applies an event, durably. Rejects with `Conflict` when a person asks for what the state does not allow.
   * Any hub may send; only the one that leads carries out.
   */
  send(id: string, event: Event): Promise<Release> {
    return this.#inTurn(id, () => this.#apply(id, event))
  }

  #inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(key) ?? Promise.resolve()
    const turn = before.then(work)
    const settled = turn
      .catch(() => {})
      .then(() => {
        if (this.#turns.get(key) === settled) this.#turns.delete(key)
      })
    this.#turns.set(key, settled)
    return turn
  }

  async #apply(id: string, event: Event): Promise<Release> {
    const { releases, clock, boundary } = this.#deps
    for (;;) {
      const release = await releases.find(id)
      const { state, entries } = step(release.plan, release.state, event, clock.now())
      if (state === release.state) return release
      boundary?.(`before-save ${event.kind} ${release.state.phase}`)
      const saved = await releases.save(release, state, entries)
      boundary?.(`after-save ${event.kind} ${state.phase}`)
      if (!saved) continue // another hub was faster: look again at what it made of the release
      this.#pursue(saved)
      return saved
    }
  }

  /** Leads until the signal aborts: resumes what was under way, and looks at every release once a second. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, complain } = this.#deps
    this.#leading = signal
    while (!signal.aborted) {
      const nudged = new Promise<void>(resolve => {
        this.#nudge = resolve
      })
      try {
        await this.look(signal)
      } catch (error) {
        if (!signal.aborted) complain('could not look at the releases under way', { error: messageOf(error) })
      }
      const rest = new AbortController()
      const stop = (): void => rest.abort()
      signal.addEventListener('abort', stop, { once: true })
      await Promise.race([nudged, clock.sleep(LOOK_EVERY_MS, rest.signal).catch(stop)])
      stop()
      signal.removeEventListener('abort', stop)
    }
    this.#leading = undefined
    await Promise.all([...this.#running.values()].map(running => running.over))
  }

  /** Looks soon: somebody asked for something. */
  nudge(): void {
    this.#nudge()
  }

  /** One look at every active release. */
  async look(signal: AbortSignal): Promise<void> {
    const { releases, complain } = this.#deps
    const active = await releases.active()
    if (this.#looks++ % KEEP_EVERY_LOOKS === 0) {
      const services = await releases.services()
      await Promise.all(services.map(({ service }) => this.#keep(service, signal)))
    }
    await Promise.all(
      active.map(async release => {
        try {
          await this.#lookAt(release.id, active, signal)
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
  async #keep(service: string, signal: AbortSignal): Promise<void> {
    const { releases, target, router, complain } = this.#deps
    const key = splitOfService(service)
    if (this.#turns.has(key)) return // it is being changed, which may take long while the router does not answer
    try {
      await this.#inTurn(key, async () => {
        const record = await releases.service(service)
        const underWay = (await releases.active(service)).find(({ state }) => UNDER_WAY.has(state.phase))
        const wanted = record && (await wantedSplit(record, underWay, target))
        if (!wanted) return
        const { changed, problem } = await keepRouted(wanted, router, signal)
        if (changed) complain('put a service’s traffic back in force', { service })
        if (problem) complain('could not put a service’s traffic back in force', { service, problem })
      })
    } catch (error) {
      if (signal.aborted) throw error
      complain('the router does not answer', { service, error: messageOf(error) })
    }
  }

  async #lookAt(id: string, active: readonly Release[], signal: AbortSignal): Promise<void> {
    // Read anew, and where no event is being saved: a command must not be ended for what was true before it.
    const release = await this.#inTurn(id, async () => {
      const found = await this.#deps.releases.find(id)
      this.#pursue(found)
      return found
    })
    const { plan, state } = release
    const siblings = active.filter(other => other.plan.service === plan.service && other.id !== id)
    if (state.phase === 'waiting') return this.#takeTurn(release, siblings)
    if (state.phase === 'baking' && (await this.#relieved(release))) return
    const counted = state.exposedMs !== null && state.previous !== null && COUNTED.has(state.phase)
    const answered = !counted || (await this.#collect(release, signal))
    if (answered && UNDER_WATCH.has(state.phase)) await this.#keep(plan.service, signal)
    // While a newer release is under way the warm version stays: it may be wanted again.
    const newer = siblings.some(other => other.id > id && UNDER_WAY.has(other.state.phase))
    if (!newer) await this.send(id, { kind: 'tick' })
  }

  /** A newer promoted release relieves this one, whose warm version is not needed any more. */
  async #relieved({ id, plan }: Release): Promise<boolean> {
    const service = await this.#deps.releases.service(plan.service)
    if (!service || service.stableRelease === id) return false
    await this.send(id, { kind: 'superseded', by: 'hub', version: service.stableVersion ?? '' })
    return true
  }

  /** A waiting release begins when no other of its service is under way. */
  async #takeTurn({ id, plan }: Release, siblings: readonly Release[]): Promise<void> {
    const ahead = siblings.filter(
      ({ id: other, state }) => UNDER_WAY.has(state.phase) || (state.phase === 'waiting' && other < id),
    )
    for (const other of ahead) {
      if (other.state.phase === 'waiting' || other.plan.onNewer === 'supersede') {
        await this.send(other.id, { kind: 'superseded', by: 'hub', version: plan.version })
      }
    }
    if (ahead.length > 0) return
    const { releases } = this.#deps
    for (const other of siblings) {
      if (other.state.phase === 'baking' && other.state.previous?.version === plan.version) {
        await this.send(other.id, { kind: 'superseded', by: 'hub', version: plan.version })
      }
    }
    const stable = (await releases.service(plan.service))?.stableVersion ?? null
    const previous = stable === null ? null : ((await releases.workload(plan.service, stable)) ?? null)
    const running = await this.#deps.target.instances(plan.service)
    const standing = running.filter(({ version, state }) => version === plan.version && state !== 'stopping').length
    await this.send(id, { kind: 'begin', previous, standing })
  }

  /** Whether the counts were there to be read. */
  async #collect(release: Release, signal: AbortSignal): Promise<boolean> {
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
      await this.send(id, { kind: 'evidence', evidence, after: state.seen.atMs })
      return true
    } catch (error) {
      if (signal.aborted) throw error
      await this.send(id, { kind: 'no-evidence', reason: messageOf(error) })
      return false
    }
  }

  /** Sees to it that the first command of the queue, and only that, is being carried out. */
  #pursue(release: Release): void {
    const head = release.state.queue[0]
    const running = this.#running.get(release.id)
    if (running?.command === head?.id) return
    running?.stop.abort(new Error('overtaken'))
    this.#running.delete(release.id)
    if (!head || !this.#leading || this.#leading.aborted) return
    const stop = new AbortController()
    const signal = AbortSignal.any([stop.signal, this.#leading])
    const over = (running?.over ?? Promise.resolve()).then(() => this.#execute(release, head, signal))
    this.#running.set(release.id, { command: head.id, stop, over })
  }

  async #execute(release: Release, command: Command, signal: AbortSignal): Promise<void> {
    const { clock, boundary, complain } = this.#deps
    try {
      if (release.state.blocked) await clock.sleep(LOOK_EVERY_MS, signal)
      signal.throwIfAborted()
      boundary?.(`before-effect ${command.kind} ${release.state.phase}`)
      if (command.kind === 'count') await this.#collect(await this.#deps.releases.find(release.id), signal)
      const effect = (): Promise<Carried> => carryOut(command, release.plan, release.state, this.#deps, signal)
      const carried = await (command.kind === 'split'
        ? this.#inTurn(splitOfService(release.plan.service), effect)
        : effect())
      signal.throwIfAborted()
      boundary?.(`after-effect ${command.kind} ${release.state.phase}`)
      if (!carried.ok) {
        const { reason, hint } = carried
        await this.send(release.id, { kind: 'failed', command: command.id, reason, ...(hint ? { hint } : {}) })
        return
      }
      await this.send(release.id, { kind: 'done', command: command.id })
    } catch (error) {
      if (signal.aborted) return
      complain('a command failed unexpectedly', { release: release.id, command: command.kind, error: messageOf(error) })
      await this.send(release.id, { kind: 'failed', command: command.id, reason: messageOf(error) }).catch(failure => {
        // The store is gone. The command stays first in the queue, and the next look begins it again.
        complain('could not save the outcome of a command', { release: release.id, error: messageOf(failure) })
        this.#running.delete(release.id)
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
