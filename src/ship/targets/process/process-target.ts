import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  type Clock,
  idMaker,
  messageOf,
  type NewId,
  pause,
  type Random,
  ShipwatchError,
  Unavailable,
} from '../../../kernel/index.ts'
import type { Instance, InstanceEvent, Scaled, Target, Workload } from '../target.ts'
import { adopt } from './adopt.ts'
import { type Hierarchies, placeGroups, readHierarchies } from './cgroup.ts'
import { type Kill, systemKill } from './group.ts'
import { Keeper } from './keeper.ts'
import { prune } from './logs.ts'
import { own } from './owner.ts'
import type { Plan } from './plan.ts'
import { DEFAULT_PORTS, type PortRange, Ports } from './ports.ts'
import { Records } from './records.ts'
import { NO_PAST } from './restarts.ts'
import type { Failure, Step, Surroundings } from './surroundings.ts'
import { Turns } from './turns.ts'
import { planWorkload, refusal } from './workload.ts'

export interface ProcessTargetOptions {
  /** Where records and logs are kept; for one hub at a time. */
  readonly stateDir: string
  readonly clock: Clock
  readonly newId?: NewId
  readonly random?: Random
  /** What a relative `cwd` starts in. Default: the working folder. */
  readonly root?: string
  /** The environment of which instances inherit the harmless part. Default: our own. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly ports?: PortRange
  /** Where control groups for limits are made. Default: within those that this program is in. */
  readonly cgroups?: Hierarchies
  /** How often a ready instance is asked whether it still is. Default 1 s. */
  readonly probeEveryMs?: number
  /** Of how many ended instances of a service the logs are kept. Default 20. */
  readonly keepEndedLogs?: number
  readonly kill?: Kill
  /** Called right after each effect; a test ends the hub there. */
  readonly onStep?: (step: Step, instanceId: string) => void
}

export interface ProcessTarget extends Target {
  readonly type: 'process'
  /** Stops every instance, also of versions that a call to `scale` is just starting: that call fails. Rejects when one cannot be stopped, or with the signal's reason. */
  stopAll(signal: AbortSignal): Promise<void>
}

/** Runs workloads as processes of this machine that outlive the hub. Needs Linux. */
export function processTarget(options: ProcessTargetOptions): ProcessTarget {
  if (!existsSync('/proc/self/stat'))
    throw new Unavailable('services can be run as processes on Linux only', {
      hint: 'Run Shipwatch on Linux, in a virtual machine or in a container.',
    })
  return new Processes(options)
}

/** What is known between the moment when the state folder was read and the end of `run`. */
interface Session {
  readonly around: Surroundings
  readonly keepers: Map<string, Keeper>
  readonly release: () => Promise<void>
}

const A_DAY_MS = 86_400_000

class Processes implements ProcessTarget {
  readonly type = 'process'
  readonly #options: ProcessTargetOptions
  readonly #newId: NewId
  readonly #watchers = new Set<(event: InstanceEvent) => void>()
  readonly #turns = new Turns()
  readonly #scaling = new Set<AbortController>()
  #session: Promise<Session> | undefined
  #closing: Promise<void> = Promise.resolve()

  constructor(options: ProcessTargetOptions) {
    this.#options = options
    this.#newId = options.newId ?? idMaker(options.clock)
  }

  async scale(workload: Workload, count: number, signal: AbortSignal): Promise<Scaled> {
    signal.throwIfAborted()
    if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`cannot run ${count} instances`)
    const cut = new AbortController()
    const either = AbortSignal.any([signal, cut.signal])
    this.#scaling.add(cut)
    try {
      const version = JSON.stringify([workload.service, workload.version])
      return await unlessAborted(
        this.#turns.take(version, either, () => this.#scale(workload, count, either)),
        either,
      )
    } catch (error) {
      signal.throwIfAborted()
      return this.#broken(workload, error)
    } finally {
      this.#scaling.delete(cut)
    }
  }

  async instances(service?: string): Promise<readonly Instance[]> {
    const { keepers } = await this.#open()
    return oldestFirst(keepers.values())
      .map(keeper => keeper.instance)
      .filter(instance => service === undefined || instance.service === service)
  }

  watch(onEvent: (event: InstanceEvent) => void): () => void {
    const watcher = (event: InstanceEvent): void => onEvent(event) // the same function may watch twice
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  async run(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    await this.#open()
    // Holds the program open: as long as it runs, instances are looked after.
    while (await pause(this.#options.clock, A_DAY_MS, signal)) continue
    await this.#close()
  }

  async stopAll(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const session = await unlessAborted(this.#open(), signal)
    for (const cut of this.#scaling) cut.abort(new Error('everything is being stopped'))
    const stopping = [...session.keepers.values()].map(keeper => this.#stop(session, keeper))
    const failed = (await unlessAborted(Promise.all(stopping), signal)).find(failure => failure !== undefined)
    if (failed) throw new Unavailable(failed.reason, failed.hint === undefined ? {} : { hint: failed.hint })
  }

  async #scale(workload: Workload, count: number, signal: AbortSignal): Promise<Scaled> {
    const session = await this.#open()
    signal.throwIfAborted()
    const ofVersion = oldestFirst(session.keepers.values()).filter(
      ({ instance }) => instance.service === workload.service && instance.version === workload.version,
    )
    const going = ofVersion.filter(keeper => keeper.instance.state === 'stopping')
    const staying = ofVersion.filter(keeper => !going.includes(keeper))
    const surplus = staying.splice(count)
    for (const failure of await Promise.all([...going, ...surplus].map(keeper => this.#stop(session, keeper))))
      if (failure) return failure
    if (surplus.length > 0 || count === 0) return { ok: true, instances: staying.map(keeper => keeper.instance) }
    if (staying.length < count) {
      const plan = planWorkload(workload, count, this.#options.root ?? '.')
      if ('ok' in plan) return plan
      while (staying.length < count) {
        const keeper = await this.#start(session, workload, plan, signal)
        if ('ok' in keeper) return this.#takeBack(session, staying, keeper)
        staying.push(keeper)
      }
    }
    return this.#untilReady(session, staying, signal)
  }

  /** Waits for all; the first failure ends the waiting. */
  async #untilReady(session: Session, keepers: readonly Keeper[], signal: AbortSignal): Promise<Scaled> {
    const enough = new AbortController()
    const either = AbortSignal.any([signal, enough.signal])
    let failure: Failure | undefined
    const waiting = keepers.map(async keeper => {
      const failed = await keeper.untilReady(either)
      if (!failed) return
      failure ??= failed
      enough.abort()
    })
    await Promise.allSettled(waiting)
    signal.throwIfAborted()
    if (failure) return this.#takeBack(session, keepers, failure)
    return { ok: true, instances: keepers.map(keeper => keeper.instance) }
  }

  /** Stops what never was ready: it serves nobody, and would be in the way of the next try. */
  async #takeBack(session: Session, keepers: readonly Keeper[], failure: Failure): Promise<Failure> {
    await Promise.all(keepers.filter(keeper => keeper.neverReady).map(keeper => this.#stop(session, keeper)))
    return failure
  }

  async #start(
    { keepers, around }: Session,
    workload: Workload,
    plan: Plan,
    signal: AbortSignal,
  ): Promise<Keeper | Failure> {
    const { ports } = around
    const { from, to } = this.#options.ports ?? DEFAULT_PORTS
    const port = plan.fixedPort ?? (await ports.take())
    if (port === undefined)
      return refusal(
        `no port between ${from} and ${to} is free for ${workload.service} ${workload.version}`,
        'Widen the range of ports.',
      )
    if (signal.aborted) ports.giveBack(port)
    signal.throwIfAborted()
    const id = this.#newId('ins')
    const nowMs = this.#options.clock.now()
    const keeper = new Keeper(around, {
      format: 1,
      id,
      service: workload.service,
      version: workload.version,
      port,
      plan,
      createdMs: nowMs,
      phase: 'running',
      groups: placeGroups(around.hierarchies, around.owner, id, plan.limits),
      startedMs: nowMs,
      restarts: 0,
      past: NO_PAST,
    })
    keepers.set(id, keeper)
    keeper.begin({ kind: 'new' })
    return keeper
  }

  async #stop({ keepers, around }: Session, keeper: Keeper): Promise<Failure | undefined> {
    const failure = await keeper.stop()
    if (failure) return failure
    const { id, service } = keeper.instance
    keepers.delete(id)
    await prune(
      join(around.logFolder, encodeURIComponent(service)),
      new Set(keepers.keys()),
      this.#options.keepEndedLogs ?? 20,
    )
    return undefined
  }

  /** Reads the state folder once and takes over what is there; a failure is tried again with the next call. */
  #open(): Promise<Session> {
    this.#session ??= this.#adopt().catch((error: unknown) => {
      this.#session = undefined
      throw error
    })
    return this.#session
  }

  async #adopt(): Promise<Session> {
    const { clock, stateDir, probeEveryMs = 1_000, random = Math.random } = this.#options
    const around: Surroundings = {
      clock,
      random,
      records: new Records(join(stateDir, 'instances')),
      ports: new Ports(this.#options.ports ?? DEFAULT_PORTS, random),
      logFolder: join(stateDir, 'logs'),
      hierarchies: this.#options.cgroups ?? readHierarchies(),
      owner: createHash('sha256').update(resolve(stateDir)).digest('hex').slice(0, 8),
      inherited: this.#options.env ?? process.env,
      probeEveryMs,
      kill: this.#options.kill ?? systemKill,
      step: (step, id) => this.#options.onStep?.(step, id),
      emit: event => {
        for (const watcher of this.#watchers) watcher(event)
      },
    }
    await this.#closing
    const release = await own(stateDir)
    const keepers = await adopt(around).catch(async (error: unknown) => {
      await release()
      throw error
    })
    const session: Session = { around, keepers, release }
    // What cannot be stopped now is tried again by the next call to `scale`.
    for (const keeper of session.keepers.values())
      if (keeper.instance.state === 'stopping') void this.#stop(session, keeper)
    return session
  }

  async #close(): Promise<void> {
    const { keepers, release } = await this.#open()
    for (const cut of this.#scaling) cut.abort(new Error('the hub ends'))
    const closing = Promise.all([...keepers.values()].map(keeper => keeper.halt())).then(release)
    // Whoever asks from now on reads the folder anew, but not before it is let go.
    this.#session = undefined
    this.#closing = closing
    await closing
  }

  /** An expected failure from below: the state folder cannot be read, or everything is being stopped. */
  #broken({ service, version }: Workload, error: unknown): Failure {
    const hint = error instanceof ShipwatchError ? error.hint : undefined
    return refusal(`${service} ${version} cannot be scaled: ${messageOf(error)}`, hint)
  }
}

function oldestFirst(keepers: Iterable<Keeper>): Keeper[] {
  return [...keepers].toSorted(
    (a, b) => a.createdMs - b.createdMs || (a.instance.id < b.instance.id ? -1 : Number(a.instance.id > b.instance.id)),
  )
}

/** Waits for `work`, but no longer than until the signal aborts. The work itself goes on. */
function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
