import { join } from 'node:path'
import { Bell } from '../../../kernel/index.ts'
import { type Fault, faultInWords } from '../../obstacle.ts'
import type { Instance, InstanceEvent } from '../target.ts'
import { cannotWrite, notReady, type Subject, whyNot } from './explain.ts'
import type { Whose } from './group.ts'
import { InstanceLog } from './logs.ts'
import { usedBy } from './ports.ts'
import type { Probe } from './probe.ts'
import { type InstanceRecord, instanceOf } from './records.ts'
import type { Failure, Surroundings } from './surroundings.ts'

/** How often a new instance may get another port because somebody was faster. */
const OTHER_PORTS = 5

/**
 * One instance as it is known here: its record, its state, what it answered last. Whoever waits for a change of that
 * is woken; what happens to the process is its keeper's business.
 */
export class KeptInstance {
  readonly log: InstanceLog
  record: InstanceRecord
  /** The latest answer, or what stands in for it. */
  last: Fault = { kind: 'not-asked' }
  readonly #around: Surroundings
  readonly #bell = new Bell()
  #state: Instance['state']
  #failure: Failure | undefined
  /** Whether it has answered to us, and not only to an earlier hub. */
  #confirmed = false
  #unsaved: string | undefined
  #portsTried = 0

  constructor(around: Surroundings, record: InstanceRecord) {
    this.#around = around
    this.record = record
    // Believed until it is asked, so that traffic stays: an answer of this run, not of one before.
    this.#state = record.startedMs <= (record.readySinceMs ?? -1) ? 'ready' : 'starting'
    this.log = new InstanceLog(join(around.logFolder, encodeURIComponent(record.service), `${record.id}.log`))
  }

  get instance(): Instance {
    return instanceOf(this.record, this.#state, {
      log: this.log.path,
      ...(this.#unsaved ? { record: this.#unsaved } : {}),
    })
  }

  get state(): Instance['state'] {
    return this.#state
  }

  get neverReady(): boolean {
    return this.record.readySinceMs === undefined
  }

  /** Whether it could be given up without anybody missing it. */
  get isNew(): boolean {
    return this.neverReady && this.record.restarts === 0
  }

  get whose(): Whose {
    return { instanceId: this.record.id, leader: this.record.leader }
  }

  get subject(): Subject {
    const { service, version, plan, port } = this.record
    return { service, version, plan, port, logPath: this.log.path }
  }

  /** Waits until it is ready. Returns what makes that hopeless, or too late; rejects only when the signal aborts. */
  async untilReady(signal: AbortSignal): Promise<Failure | undefined> {
    const { timeoutMs } = this.record.plan.ready
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
        return notReady(this.subject, timeoutMs, await this.#whyNot(), this.log.lines())
      }
      await this.#bell.wait({ since, withinMs: leftMs, clock, signal })
    }
  }

  /** Once it is being stopped it becomes nothing else. */
  become(state: Instance['state']): void {
    if (this.#state === 'stopping') return
    this.#state = state
    this.#bell.ring()
  }

  /** Takes note of an answer, whatever it makes of the state. */
  note(answer: Probe): void {
    if (answer.ready) this.#confirmed = true
    else this.last = answer.fault
  }

  fail(failure: Failure): void {
    this.#failure = failure
    this.#bell.ring()
  }

  emit(kind: Exclude<InstanceEvent['kind'], 'crash-loop'>, reason: string): void {
    this.#around.emit({ kind, instance: this.instance, atMs: this.#around.clock.now(), reason })
  }

  emitLoop({ reason, because }: Failure): void {
    this.#around.emit({ kind: 'crash-loop', instance: this.instance, atMs: this.#around.clock.now(), reason, because })
  }

  /** Remembers first and writes then: a full disk must not stop what runs. Says why it could not be written. */
  async write(record: InstanceRecord): Promise<{ fault: Fault; hint: string } | undefined> {
    const { records } = this.#around
    this.record = record
    try {
      await records.write(record)
      this.#unsaved = undefined
      return undefined
    } catch (error) {
      const told = cannotWrite(error, records.folder)
      this.#unsaved = faultInWords(told.fault)
      return told
    }
  }

  /** Writes what could not be written before. */
  async writeWhatIsNot(): Promise<void> {
    if (this.#unsaved) await this.write(this.record)
  }

  /**
   * Between choosing a port and listening on it anybody may take it. As long as nobody was told of the
   * port, another is as good; later traffic is sent there, and the instance waits to have it back.
   */
  async movedToAnotherPort(lines: readonly string[] = []): Promise<boolean> {
    const { plan, port } = this.record
    if (!this.neverReady || plan.fixedPort !== undefined || this.#portsTried >= OTHER_PORTS) return false
    const lost = lines.some(line => /EADDRINUSE|address (?:is )?already in use/i.test(line))
    if (!lost && (await usedBy(port)) === undefined) return false
    const other = await this.#around.ports.take()
    if (other === undefined) return false
    this.#around.ports.giveBack(port)
    this.#portsTried += 1
    this.record = { ...this.record, port: other }
    return true
  }

  /** What to do about a port that somebody else has. */
  get portHint(): string {
    if (this.record.plan.fixedPort !== undefined) return 'End that program, or leave out `port` to get a free one.'
    return 'End that program; the instance keeps its port, because traffic is sent there, and is tried again.'
  }

  async #whyNot(): Promise<Fault> {
    return this.record.leader ? whyNot(this.whose, this.record.port, this.last) : this.last
  }
}
