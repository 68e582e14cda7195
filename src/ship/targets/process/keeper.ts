import { messageOf, pause } from '../../../kernel/index.ts'
import { type Fault, faultInWords } from '../../obstacle.ts'
import type { Instance } from '../target.ts'
import { attend } from './attend.ts'
import { makeGroups, outOfMemoryKills, removeGroups } from './cgroup.ts'
import { cannotStart, cannotStop, crashLoop, quote } from './explain.ts'
import { endInstance, type Leader } from './group.ts'
import { KeptInstance } from './kept-instance.ts'
import { attach, faultOf, type Running } from './launch.ts'
import { usedBy } from './ports.ts'
import type { InstanceRecord } from './records.ts'
import { afterExit } from './restarts.ts'
import { portTakenBy } from './sockets.ts'
import { limitChildren, start } from './start.ts'
import type { Failure, Surroundings } from './surroundings.ts'

/** How often a process that is not our child is looked at, for nobody tells when it ends. */
const LOOK_EVERY_MS = 250

/** What is to be done next for an instance. */
type Next =
  | { readonly kind: 'launch'; readonly again: boolean }
  | { readonly kind: 'complete'; readonly running: Running; readonly unlimited?: string | undefined }
  | { readonly kind: 'attend'; readonly running: Running }
  | { readonly kind: 'clear-up'; readonly fault: Fault; readonly ranMs?: number | undefined }

/** How the keeping begins: with nothing yet, with a process that runs, with one that ended unseen, or with the end. */
export type Beginning =
  | { readonly kind: 'new' }
  | { readonly kind: 'running'; readonly leader: Leader }
  | { readonly kind: 'ended'; readonly fault: Fault }
  | { readonly kind: 'stopping' }

/**
 * Keeps one instance alive: starts it, asks whether it is ready, starts it again when it ends, stops it.
 * One loop does all that, so nothing overlaps; `stop` and `halt` let the loop come to rest first.
 */
export class Keeper {
  readonly #around: Surroundings
  readonly #kept: KeptInstance
  readonly #quit = new AbortController()
  readonly #halted = new AbortController()
  #keeping: Promise<void> = Promise.resolve()
  #stopping: Promise<Failure | undefined> | undefined
  #oomKills = 0

  constructor(around: Surroundings, record: InstanceRecord) {
    this.#around = around
    this.#kept = new KeptInstance(around, record)
  }

  get instance(): Instance {
    return this.#kept.instance
  }

  get createdMs(): number {
    return this.#kept.record.createdMs
  }

  get neverReady(): boolean {
    return this.#kept.neverReady
  }

  begin(beginning: Beginning): void {
    switch (beginning.kind) {
      case 'new':
        this.#keeping = this.#keep({ kind: 'launch', again: false })
        return
      case 'running':
        this.#keeping = this.#keep(this.#goOn(beginning.leader))
        return
      case 'ended': {
        const ranMs = this.#around.clock.now() - this.#kept.record.startedMs
        this.#kept.become('backing-off')
        this.#keeping = this.#keep({ kind: 'clear-up', fault: beginning.fault, ranMs })
        return
      }
      case 'stopping':
        this.#kept.become('stopping') // and left to whoever adopts it
    }
  }

  /** Waits until the instance is ready. Returns what makes that hopeless, or too late; rejects only when the signal aborts. */
  untilReady(signal: AbortSignal): Promise<Failure | undefined> {
    return this.#kept.untilReady(signal)
  }

  /** Drains and ends the instance and forgets it. Calls while it is under way are one; after a failure it is tried again. */
  async stop(): Promise<Failure | undefined> {
    this.#stopping ??= this.#stop()
    const failure = await this.#stopping
    if (failure) this.#stopping = undefined
    return failure
  }

  /** Stops caring, and touches nothing: the instance runs on. */
  async halt(): Promise<void> {
    this.#halted.abort(new Error('the hub ends'))
    this.#quit.abort(this.#halted.signal.reason)
    await this.#keeping
    await this.#stopping
  }

  /** What an earlier hub had begun is completed: its control groups may be missing, or empty. */
  #goOn(leader: Leader): Next {
    const { groups, plan, leader: recorded } = this.#kept.record
    const running = attach(
      leader,
      Math.min(LOOK_EVERY_MS, this.#around.probeEveryMs),
      this.#around.clock,
      this.#quit.signal,
    )
    this.#oomKills = outOfMemoryKills(groups)
    if (recorded) return { kind: 'attend', running }
    this.#kept.record = { ...this.#kept.record, leader }
    return { kind: 'complete', running, unlimited: makeGroups(groups, plan.limits) }
  }

  async #keep(first: Next): Promise<void> {
    const quit = this.#quit.signal
    let next = first
    while (!quit.aborted) {
      try {
        next = await this.#go(next, quit)
      } catch (error) {
        if (quit.aborted) return
        // Such as no more open files. Never a second launch before the first one is cleared up.
        this.#kept.last = { kind: 'reported', text: messageOf(error) }
        if (next.kind === 'launch') next = { kind: 'clear-up', fault: { kind: 'not-started', fault: this.#kept.last } }
        else await pause(this.#around.clock, this.#around.probeEveryMs, quit, 'idle')
      }
    }
  }

  async #go(next: Next, quit: AbortSignal): Promise<Next> {
    switch (next.kind) {
      case 'launch':
        return this.#launch(next.again)
      case 'complete':
        return this.#complete(next.running, next.unlimited)
      case 'attend':
        return this.#attend(next.running, quit)
      case 'clear-up':
        return this.#clearUp(next, quit)
    }
  }

  /** Intent, process, record: in this order, so that no process is ever unknown. */
  async #launch(again: boolean): Promise<Next> {
    const { clock, step } = this.#around
    const holder = await usedBy(this.#kept.record.port)
    if (holder) {
      if (await this.#kept.movedToAnotherPort()) return { kind: 'launch', again }
      return this.#failed(portTakenBy(this.#kept.record.port, holder), this.#kept.portHint)
    }
    const { leader: _ended, unlimited: _was, ...rest } = this.#kept.record
    const restarts = rest.restarts + (again ? 1 : 0)
    const unwritten = await this.#kept.write({ ...rest, restarts, startedMs: clock.now() })
    // A new instance that nobody could find again must not run. One that is known may: it carries its mark.
    if (unwritten && this.#kept.isNew) return this.#failed(unwritten.fault, unwritten.hint)
    step('intended', rest.id)
    this.#kept.become('starting')
    this.#oomKills = outOfMemoryKills(rest.groups)
    this.#kept.log.beginRun()
    const started = await start(this.#kept.record, this.#kept.log.path, this.#around)
    if (!started.ok) return this.#failed(started.fault, started.hint)
    const { running, unlimited } = started
    this.#kept.record = { ...this.#kept.record, leader: running.leader }
    step('spawned', rest.id)
    return { kind: 'complete', running, unlimited }
  }

  async #complete({ leader, ended }: Running, unlimited: string | undefined): Promise<Next> {
    const unwritten = await this.#kept.write({ ...this.#kept.record, leader, ...(unlimited ? { unlimited } : {}) })
    if (unwritten && this.#kept.isNew) {
      await this.#end(0)
      return this.#failed(unwritten.fault, unwritten.hint)
    }
    this.#around.step('recorded', this.#kept.record.id)
    await limitChildren(this.#kept.record)
    if (this.#kept.record.restarts > 0) this.#kept.emit('restarted', `process ${leader.pid} was started in its place`)
    return { kind: 'attend', running: { leader, ended } }
  }

  /** Until its process has ended. */
  async #attend({ ended }: Running, quit: AbortSignal): Promise<Next> {
    await attend(this.#kept, ended, this.#around, quit)
    const { groups, plan, startedMs } = this.#kept.record
    const outOfMemory = outOfMemoryKills(groups) > this.#oomKills
    const fault = faultOf(await ended, outOfMemory ? plan.limits.memoryBytes : undefined)
    return { kind: 'clear-up', fault, ranMs: this.#around.clock.now() - startedMs }
  }

  /** Ends what a process that ended unasked has left, and decides when the next one is started. */
  async #clearUp({ fault, ranMs }: Next & { kind: 'clear-up' }, quit: AbortSignal): Promise<Next> {
    const { clock, random } = this.#around
    const lines = this.#kept.log.lines()
    this.#kept.become('backing-off')
    await this.#end(this.#kept.record.plan.stop.graceMs)
    if (await this.#kept.movedToAnotherPort(lines)) return { kind: 'launch', again: false }
    const { past: before, plan } = this.#kept.record
    const { past, afterMs, crashLoop: loops } = afterExit(before, ranMs ?? 0, clock.now(), plan.restart, random)
    this.#kept.last = fault
    const how = faultInWords(fault)
    const { leader: _ended, ...record } = this.#kept.record
    await this.#kept.write({ ...record, past })
    // What never ran cannot have ended; whoever asked for it is told by the answer.
    if (ranMs !== undefined) this.#kept.emit('exited', `it ${how}; ${quote(lines)}`)
    else if (!this.#kept.isNew) this.#kept.emit('exited', `it ${how}`)
    if (loops) {
      const failure = crashLoop(this.#kept.subject, fault, lines)
      if (!before.looping) this.#kept.emitLoop(failure)
      this.#kept.fail(failure)
    }
    await pause(clock, afterMs, quit, 'idle')
    return { kind: 'launch', again: true }
  }

  async #stop(): Promise<Failure | undefined> {
    const { ports, records, clock, step } = this.#around
    const { id, plan, groups } = this.#kept.record
    this.#kept.become('stopping')
    this.#quit.abort(new Error('it is being stopped'))
    try {
      await this.#keeping
      // Also where this cannot be written: ending needs no disk, and a removal always finds room.
      await this.#kept.write({ ...this.#kept.record, phase: 'stopping' })
      step('stop-recorded', id)
      await clock.sleep(this.#kept.record.leader ? plan.stop.drainMs : 0, this.#halted.signal)
      const left = await this.#end(plan.stop.graceMs)
      if (left) return left
      step('ended', id)
      removeGroups(groups)
      await records.remove(id)
      ports.giveBack(this.#kept.record.port)
      step('forgotten', id)
      return undefined
    } catch (error) {
      return cannotStop(this.#kept.subject, { kind: 'reported', text: messageOf(error) })
    }
  }

  async #end(graceMs: number): Promise<Failure | undefined> {
    const { clock, kill, step } = this.#around
    const signalled = (): void => step('terminated', this.#kept.record.id)
    const ended = await endInstance(this.#kept.whose, graceMs, { clock, kill, signalled, signal: this.#halted.signal })
    return ended.ok ? undefined : cannotStop(this.#kept.subject, { kind: 'survived', pids: ended.left })
  }

  #failed(fault: Fault, hint: string): Next {
    this.#kept.fail(cannotStart(this.#kept.subject, fault, hint))
    return { kind: 'clear-up', fault: { kind: 'not-started', fault } }
  }
}
