/*
 * Longer than other files: the life of an instance is one loop, and its parts share nearly all of
 * their state. What can be decided or done without that state lies in the files beside it.
 */
import { join } from 'node:path'
import { Bell, deadline, messageOf, pause } from '../../../kernel/index.ts'
import type { Instance, InstanceEvent } from '../target.ts'
import { makeGroups, outOfMemoryKills, removeGroups } from './cgroup.ts'
import {
  cannotStart,
  cannotStop,
  cannotWrite,
  crashLoop,
  notReady,
  quote,
  type Subject,
  stranger,
  whyNot,
} from './explain.ts'
import { endInstance, type Leader, type Whose } from './group.ts'
import { attach, exitInWords, type Running } from './launch.ts'
import { InstanceLog } from './logs.ts'
import { usedBy } from './ports.ts'
import { probe } from './probe.ts'
import { hear } from './readiness.ts'
import { type InstanceRecord, instanceOf } from './records.ts'
import { afterExit } from './restarts.ts'
import { holderInWords } from './sockets.ts'
import { limitChildren, start } from './start.ts'
import type { Failure, Surroundings } from './surroundings.ts'

/** A program that says nothing for so long has not answered; one that is asked more rarely may take longer. */
const ANSWER_WITHIN_MS = 2_000
/** How often a process that is not our child is looked at, for nobody tells when it ends. */
const LOOK_EVERY_MS = 250
/** How often a new instance may get another port because somebody was faster. */
const OTHER_PORTS = 5

/** What is to be done next for an instance. */
type Next =
  | { readonly kind: 'launch'; readonly again: boolean }
  | { readonly kind: 'complete'; readonly running: Running; readonly unlimited?: string | undefined }
  | { readonly kind: 'attend'; readonly running: Running }
  | { readonly kind: 'clear-up'; readonly how: string; readonly ranMs?: number | undefined }

/** How the keeping begins: with nothing yet, with a process that runs, with one that ended unseen, or with the end. */
export type Beginning =
  | { readonly kind: 'new' }
  | { readonly kind: 'running'; readonly leader: Leader }
  | { readonly kind: 'ended'; readonly how: string }
  | { readonly kind: 'stopping' }

/**
 * Keeps one instance alive: starts it, asks whether it is ready, starts it again when it ends, stops it.
 * One loop does all that, so nothing overlaps; `stop` and `halt` let the loop come to rest first.
 */
export class Keeper {
  readonly #around: Surroundings
  readonly #log: InstanceLog
  readonly #quit = new AbortController()
  readonly #halted = new AbortController()
  readonly #bell = new Bell()
  #record: InstanceRecord
  #state: Instance['state']
  #keeping: Promise<void> = Promise.resolve()
  #stopping: Promise<Failure | undefined> | undefined
  #failure: Failure | undefined
  /** The latest answer, or what stands in for it. */
  #last = 'it was not asked yet'
  /** Whether it has answered to us, and not only to an earlier hub. */
  #confirmed = false
  #silences = 0
  #unsaved: string | undefined
  #portsTried = 0
  #oomKills = 0

  constructor(around: Surroundings, record: InstanceRecord) {
    this.#around = around
    this.#record = record
    // Believed until it is asked, so that traffic stays: an answer of this run, not of one before.
    this.#state = record.startedMs <= (record.readySinceMs ?? -1) ? 'ready' : 'starting'
    this.#log = new InstanceLog(join(around.logFolder, encodeURIComponent(record.service), `${record.id}.log`))
  }

  get instance(): Instance {
    return instanceOf(this.#record, this.#state, {
      log: this.#log.path,
      ...(this.#unsaved ? { record: this.#unsaved } : {}),
    })
  }

  get createdMs(): number {
    return this.#record.createdMs
  }

  get neverReady(): boolean {
    return this.#record.readySinceMs === undefined
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
        const ranMs = this.#around.clock.now() - this.#record.startedMs
        this.#become('backing-off')
        this.#keeping = this.#keep({ kind: 'clear-up', how: beginning.how, ranMs })
        return
      }
      case 'stopping':
        this.#become('stopping') // and left to whoever adopts it
    }
  }

  /** Waits until the instance is ready. Returns what makes that hopeless, or too late; rejects only when the signal aborts. */
  async untilReady(signal: AbortSignal): Promise<Failure | undefined> {
    const { timeoutMs } = this.#record.plan.ready
    const { clock } = this.#around
    const untilMs = clock.elapsed() + timeoutMs
    this.#failure = undefined
    for (;;) {
      signal.throwIfAborted()
      const since = this.#bell.rings
      if (this.#state === 'ready' && this.#confirmed) return undefined
      if (this.#failure) return this.#failure
      const leftMs = untilMs - clock.elapsed()
      if (this.#state === 'stopping' || leftMs <= 0) {
        return notReady(this.#subject, timeoutMs, await this.#whyNot(), this.#log.lines())
      }
      await this.#bell.wait({ since, withinMs: leftMs, clock, signal })
    }
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
    const { groups, plan, leader: recorded } = this.#record
    const running = attach(
      leader,
      Math.min(LOOK_EVERY_MS, this.#around.probeEveryMs),
      this.#around.clock,
      this.#quit.signal,
    )
    this.#oomKills = outOfMemoryKills(groups)
    if (recorded) return { kind: 'attend', running }
    this.#record = { ...this.#record, leader }
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
        this.#last = messageOf(error)
        if (next.kind === 'launch') next = { kind: 'clear-up', how: `could not be started: ${this.#last}` }
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
    const holder = await usedBy(this.#record.port)
    if (holder) {
      if (await this.#movedToAnotherPort()) return { kind: 'launch', again }
      return this.#failed(holderInWords(this.#record.port, holder), this.#portHint)
    }
    const { leader: _ended, unlimited: _was, ...rest } = this.#record
    const restarts = rest.restarts + (again ? 1 : 0)
    const unwritten = await this.#write({ ...rest, restarts, startedMs: clock.now() })
    // A new instance that nobody could find again must not run. One that is known may: it carries its mark.
    if (unwritten && this.#isNew) return this.#failed(unwritten.reason, unwritten.hint)
    step('intended', rest.id)
    this.#become('starting')
    this.#oomKills = outOfMemoryKills(rest.groups)
    this.#log.beginRun()
    const started = await start(this.#record, this.#log.path, this.#around)
    if (!started.ok) return this.#failed(started.reason, started.hint)
    const { running, unlimited } = started
    this.#record = { ...this.#record, leader: running.leader }
    step('spawned', rest.id)
    return { kind: 'complete', running, unlimited }
  }

  async #complete({ leader, ended }: Running, unlimited: string | undefined): Promise<Next> {
    const unwritten = await this.#write({ ...this.#record, leader, ...(unlimited ? { unlimited } : {}) })
    if (unwritten && this.#isNew) {
      await this.#end(0)
      return this.#failed(unwritten.reason, unwritten.hint)
    }
    this.#around.step('recorded', this.#record.id)
    await limitChildren(this.#record)
    if (this.#record.restarts > 0) this.#emit('restarted', `process ${leader.pid} was started in its place`)
    return { kind: 'attend', running: { leader, ended } }
  }

  /** Asks and rotates until the process ends. */
  async #attend(running: Running, quit: AbortSignal): Promise<Next> {
    const { clock, probeEveryMs } = this.#around
    const over = new AbortController()
    const signal = AbortSignal.any([quit, over.signal])
    void running.ended.then(() => over.abort())
    this.#silences = 0
    while (!signal.aborted) {
      await this.#look(signal)
      const everyMs = this.#state === 'starting' ? this.#record.plan.ready.everyMs : probeEveryMs
      await pause(clock, everyMs, signal, 'idle')
    }
    quit.throwIfAborted()
    const { groups, plan } = this.#record
    const outOfMemory = outOfMemoryKills(groups) > this.#oomKills
    const how = exitInWords(await running.ended, outOfMemory ? plan.limits.memoryBytes : undefined)
    return { kind: 'clear-up', how, ranMs: clock.now() - this.#record.startedMs }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { plan, port, startedMs } = this.#record
    const { clock } = this.#around
    if (this.#unsaved) await this.#write(this.#record)
    await this.#log.rotate(plan.logs)
    const asking = deadline(clock, Math.max(ANSWER_WITHIN_MS, plan.ready.everyMs), signal)
    let answer = await probe({ port, http: plan.ready.http }, asking.signal)
    asking.done()
    if (answer.ready && this.#state !== 'ready') {
      const other = await stranger(this.#whose, port)
      if (other) answer = { ready: false, answered: false, reason: other }
    }
    if (signal.aborted) return
    const heard = hear(this.#state, this.#silences, answer, clock.now() - startedMs > plan.ready.timeoutMs)
    this.#silences = heard.silences
    if (!answer.ready) this.#last = answer.reason
    if (answer.ready) this.#confirmed = true
    if (!heard.changed) {
      this.#bell.ring()
      return
    }
    const again = !this.neverReady
    if (answer.ready) {
      await this.#write({ ...this.#record, readySinceMs: clock.now() })
      this.#around.step('ready', this.#record.id)
      if (signal.aborted) return
    }
    this.#become(heard.state)
    if (!answer.ready) this.#emit('unready', answer.reason)
    else if (again) this.#emit('ready', 'it answers again') // the first time, whoever asked for it is told by the answer
  }

  /** Ends what a process that ended unasked has left, and decides when the next one is started. */
  async #clearUp({ how, ranMs }: Next & { kind: 'clear-up' }, quit: AbortSignal): Promise<Next> {
    const { clock, random } = this.#around
    const lines = this.#log.lines()
    this.#become('backing-off')
    await this.#end(this.#record.plan.stop.graceMs)
    if (await this.#movedToAnotherPort(lines)) return { kind: 'launch', again: false }
    const { past: before, plan } = this.#record
    const { past, afterMs, crashLoop: loops } = afterExit(before, ranMs ?? 0, clock.now(), plan.restart, random)
    this.#last = `it ${how}`
    const { leader: _ended, ...record } = this.#record
    await this.#write({ ...record, past })
    // What never ran cannot have ended; whoever asked for it is told by the answer.
    if (ranMs !== undefined) this.#emit('exited', `it ${how}; ${quote(lines)}`)
    else if (!this.#isNew) this.#emit('exited', `it ${how}`)
    if (loops) {
      const failure = crashLoop(this.#subject, how, lines)
      if (!before.looping) this.#emit('crash-loop', failure.reason)
      this.#fail(failure)
    }
    await pause(clock, afterMs, quit, 'idle')
    return { kind: 'launch', again: true }
  }

  /**
   * Between choosing a port and listening on it anybody may take it. As long as nobody was told of the
   * port, another is as good; later traffic is sent there, and the instance waits to have it back.
   */
  async #movedToAnotherPort(lines: readonly string[] = []): Promise<boolean> {
    const { plan, port } = this.#record
    if (!this.neverReady || plan.fixedPort !== undefined || this.#portsTried >= OTHER_PORTS) return false
    const lost = lines.some(line => /EADDRINUSE|address (?:is )?already in use/i.test(line))
    if (!lost && (await usedBy(port)) === undefined) return false
    const other = await this.#around.ports.take()
    if (other === undefined) return false
    this.#around.ports.giveBack(port)
    this.#portsTried += 1
    this.#record = { ...this.#record, port: other }
    return true
  }

  async #stop(): Promise<Failure | undefined> {
    const { ports, records, clock, step } = this.#around
    const { id, plan, groups } = this.#record
    this.#become('stopping')
    this.#quit.abort(new Error('it is being stopped'))
    try {
      await this.#keeping
      // Also where this cannot be written: ending needs no disk, and a removal always finds room.
      await this.#write({ ...this.#record, phase: 'stopping' })
      step('stop-recorded', id)
      await clock.sleep(this.#record.leader ? plan.stop.drainMs : 0, this.#halted.signal)
      const left = await this.#end(plan.stop.graceMs)
      if (left) return left
      step('ended', id)
      removeGroups(groups)
      await records.remove(id)
      ports.giveBack(this.#record.port)
      step('forgotten', id)
      return undefined
    } catch (error) {
      return cannotStop(this.#subject, messageOf(error))
    }
  }

  async #end(graceMs: number): Promise<Failure | undefined> {
    const { clock, kill, step } = this.#around
    const signalled = (): void => step('terminated', this.#record.id)
    const ended = await endInstance(this.#whose, graceMs, { clock, kill, signalled, signal: this.#halted.signal })
    return ended.ok ? undefined : cannotStop(this.#subject, `process ${ended.left.join(', ')} survived SIGKILL`)
  }

  /** Remembers first and writes then: a full disk must not stop what runs. Says why it could not be written. */
  async #write(record: InstanceRecord): Promise<{ reason: string; hint: string } | undefined> {
    const { records } = this.#around
    this.#record = record
    try {
      await records.write(record)
      this.#unsaved = undefined
      return undefined
    } catch (error) {
      const told = cannotWrite(error, records.folder)
      this.#unsaved = told.reason
      return told
    }
  }

  async #whyNot(): Promise<string> {
    return this.#record.leader ? whyNot(this.#whose, this.#record.port, this.#last) : this.#last
  }

  #failed(reason: string, hint: string): Next {
    this.#fail(cannotStart(this.#subject, reason, hint))
    return { kind: 'clear-up', how: `could not be started: ${reason}` }
  }

  #fail(failure: Failure): void {
    this.#failure = failure
    this.#bell.ring()
  }

  /** Once it is being stopped it becomes nothing else. */
  #become(state: Instance['state']): void {
    if (this.#state === 'stopping') return
    this.#state = state
    this.#bell.ring()
  }

  #emit(kind: InstanceEvent['kind'], reason: string): void {
    this.#around.emit({ kind, instance: this.instance, atMs: this.#around.clock.now(), reason })
  }

  /** Whether it could be given up without anybody missing it. */
  get #isNew(): boolean {
    return this.neverReady && this.#record.restarts === 0
  }

  get #portHint(): string {
    if (this.#record.plan.fixedPort !== undefined) return 'End that program, or leave out `port` to get a free one.'
    return 'End that program; the instance keeps its port, because traffic is sent there, and is tried again.'
  }

  get #whose(): Whose {
    return { instanceId: this.#record.id, leader: this.#record.leader }
  }

  get #subject(): Subject {
    const { service, version, plan, port } = this.#record
    return { service, version, plan, port, logPath: this.#log.path }
  }
}
