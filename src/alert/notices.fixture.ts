import { setImmediate } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { FakeClock } from '../kernel/fake-clock.ts'
import { type Clock, seededRandom, systemClock } from '../kernel/index.ts'
import { append, type Entry, type NewEntry, read } from '../logbook/index.ts'
import { openStore, type Store } from '../store/index.ts'
import type { Place } from '../store/store.contract.fixture.ts'
import type { Attempt, Channel, Delivery } from './channels/channel.ts'
import type { Message } from './notice.ts'
import { Notices, type NoticesDeps } from './notices.ts'
import { type Notify, notifySchema } from './receivers.ts'
import { TOLD_KINDS } from './releases/notice-of.ts'
import { readCursor } from './releases/store.ts'

const Config = z.strictObject({
  type: z.literal('scripted'),
  robot: z.string(),
  most: z.number().optional(),
  withinMs: z.number().default(60_000),
})

/** What arrived at a robot, in order. */
export interface Arrival {
  readonly robot: string
  readonly atMs: number
  readonly message: Message
}

export type Script = (arrival: Arrival, signal: AbortSignal) => Delivery | Promise<Delivery>

const YES: Delivery = { ok: true }
export const NO: Delivery = { ok: false, retry: 'now', reason: 'HTTP 503' }
export const NEVER: Delivery = { ok: false, retry: 'never', reason: 'HTTP 400: keywords not in content' }
export const later = (afterMs: number): Delivery => ({ ok: false, retry: 'later', afterMs, reason: 'send too fast' })

/** A channel that answers as its script says; what arrives is noted whatever the answer. */
export class ScriptedChannel implements Channel<typeof Config> {
  readonly type = 'scripted'
  readonly Config = Config
  readonly arrived: Arrival[] = []
  script: Script = () => YES

  pace = ({ robot, most, withinMs }: z.output<typeof Config>) => ({
    destination: robot,
    limits: most === undefined ? [] : [{ most, withinMs }],
  })

  send = async (
    { robot }: z.output<typeof Config>,
    message: Message,
    { clock, signal }: { clock: Clock; signal: AbortSignal },
  ): Promise<Attempt> => {
    const arrival = { robot, atMs: clock.now(), message }
    this.arrived.push(arrival)
    const delivery = await this.script(arrival, signal)
    return { request: { url: `robot:${robot}`, body: message.title }, delivery }
  }
}

export interface WorldOptions extends Partial<Pick<NoticesDeps, 'bounds' | 'tierOf'>> {
  readonly clock?: Clock
  /** `notify:` as it stands in a file; one robot that takes everything by default. */
  readonly notify?: z.input<typeof Settings>
  readonly fence?: (store: Store) => Store
}

const Settings = z.object({
  language: z.enum(['en', 'zh']).optional(),
  channels: z.record(z.string(), z.looseObject({ type: z.string() })),
  receivers: z.array(z.unknown()).optional(),
  heartbeat: z.unknown().optional(),
})

/** The room over a store of its own, with robots that a test writes the scripts of. */
export class World {
  readonly clock: Clock
  readonly store: Store
  readonly channel = new ScriptedChannel()
  readonly complaints: string[] = []
  readonly notices: Notices
  notify: Notify
  #stop: (() => Promise<void>) | undefined
  readonly #options: WorldOptions

  static async open(place: Place, options: WorldOptions = {}): Promise<World> {
    const clock = options.clock ?? new FakeClock()
    const store = await openStore({ ...place, clock })
    const world = new World(store, clock, options)
    onTestFinished(async () => {
      await world.stop()
      await store.close()
    })
    return world
  }

  private constructor(store: Store, clock: Clock, options: WorldOptions) {
    this.store = store
    this.clock = clock
    this.#options = options
    this.notify = settingsOf(options.notify ?? { channels: { ops: { type: 'scripted', robot: 'ops' } } })
    this.notices = new Notices({
      store,
      clock,
      random: seededRandom(1),
      http: () => Promise.reject(new Error('nothing goes out')),
      channels: { scripted: this.channel as unknown as Channel },
      settings: () => this.notify,
      tierOf: options.tierOf ?? (() => 'core'),
      complain: (message, detail) => this.complaints.push(`${message}: ${JSON.stringify(detail)}`),
      ...(options.bounds ? { bounds: options.bounds } : {}),
    })
  }

  /** Takes up the duty, and comes back once it knows where the logbook ends. */
  async start(): Promise<this> {
    const ended = new AbortController()
    const store = this.#options.fence?.(this.store) ?? this.store
    const running = this.notices.run({ signal: ended.signal, store })
    this.#stop = async () => {
      ended.abort(new Error('stopping'))
      await running
    }
    await this.until(async () => (await this.store.db.selectFrom('notice_cursor').selectAll().execute()).length > 0)
    return this
  }

  async stop(): Promise<void> {
    await this.#stop?.()
    this.#stop = undefined
  }

  /** Writes entries as a release does, in one transaction. */
  write(...entries: readonly NewEntry[]): Promise<readonly Entry[]> {
    return this.store.transaction(async tx => {
      const written: Entry[] = []
      for (const entry of entries) written.push(await append(tx, entry))
      return written
    })
  }

  get said(): readonly string[] {
    return this.channel.arrived.map(({ robot, message }) => `${robot}: ${nameOf(message)}`)
  }

  /** What the logbook tells about notices and channels. */
  async told(): Promise<readonly string[]> {
    const entries = await read(this.store, { limit: 1_000 })
    return entries
      .filter(({ kind }) => /^(notice|channel)\./.test(kind))
      .map(({ kind, subject }) => `${kind} ${subject}`)
  }

  /** Waits, without letting the time of the world pass, until something is so. */
  async until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    const endMs = systemClock.elapsed() + 15_000
    while (!(await isSo())) {
      if (systemClock.elapsed() > endMs) {
        throw new Error(
          `it never came to that; said: ${this.said.join(' | ')}; complaints: ${this.complaints.join(' | ')}`,
        )
      }
      await setImmediate()
    }
  }

  /** Waits until so many messages arrived in all. */
  arrived(count: number): Promise<void> {
    return this.until(() => this.channel.arrived.length >= count)
  }

  /** Waits until all that was written has been composed, and nothing waits or is under way. */
  quiet(): Promise<void> {
    return this.until(async () => {
      const ahead = await read(this.store, { afterSeq: (await readCursor(this.store)) ?? 0, limit: 1_000 })
      if (ahead.some(({ kind }) => TOLD_KINDS.has(kind))) return false
      const open = await this.store.db
        .selectFrom('deliveries')
        .select('id')
        .where('state', 'in', ['waiting', 'sending'])
        .execute()
      return open.length === 0
    })
  }

  /** Lets time pass; only where the store answers without it. */
  async pass(byMs: number): Promise<void> {
    if (!(this.clock instanceof FakeClock)) throw new TypeError('this world has real time')
    await this.clock.advance(byMs)
  }
}

/** `rolled-back rel_1`, or `digest of 3`. */
function nameOf({ notice }: Message): string {
  if (notice.kind === 'release') return `${notice.event} ${notice.release}`
  if (notice.kind === 'unproven') return `unproven ${notice.channel}`
  return notice.kind === 'digest' ? `digest of ${notice.notices.length}` : notice.kind
}

export function settingsOf(input: z.input<typeof Settings>): Notify {
  return notifySchema(Config).parse(input)
}

/** The entries by which a release tells of itself. */
export const release = (id: string, service = 'order') => {
  const entry = (kind: string, data: Record<string, unknown> = {}, more: Partial<NewEntry> = {}): NewEntry => ({
    kind: `release.${kind}`,
    subject: `release/${id}`,
    service,
    actor: 'hub',
    data: { version: 'v2', ...data },
    ...more,
  })
  const counted = { candidate: { requests: 400, bad: 31 }, stable: { requests: 3_600, bad: 4 }, stage: 0, weight: 10 }
  return {
    entry,
    asked: entry('asked', { strategy: 'canary' }, { actor: 'user/li' }),
    started: entry('started', { service, previous: 'v1', strategy: 'canary' }),
    stage: entry('stage', { ...counted, name: 'canary 10 %' }),
    promoting: entry('promoting', counted, { reason: 'errors: 0.1 % against 0.1 %' }),
    promoted: entry(
      'promoted',
      { ...counted, outcome: 'promoted', decidedMs: 1, tookMs: 20 },
      { reason: 'all traffic goes to v2' },
    ),
    rolledBack: entry('rolled-back', { ...counted, outcome: 'rolled-back' }, { reason: 'errors: 7.8 % against 0.1 %' }),
    failed: entry('failed', { outcome: 'failed', hint: 'Look at its log.' }, { reason: 'it never became ready' }),
    paused: entry('paused', { ...counted, why: 'paused' }, { actor: 'user/li' }),
    held: entry('held', { ...counted, why: 'disarmed' }, { reason: 'instances of v1 differ among themselves' }),
    inconclusive: entry('inconclusive', counted, { reason: 'too little traffic' }),
    ended: entry('ended', {
      ...counted,
      candidate: { requests: 420, bad: 33 },
      outcome: 'rolled-back',
      servedAfterDecision: 20,
    }),
  }
}
