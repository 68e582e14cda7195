import { Bell, type Clock, messageOf, pause, type Random } from '../../kernel/index.ts'
import type { Store, Transaction } from '../../store/index.ts'
import type { Attempt, Http, World } from '../channels/channel.ts'
import { languageOf, linked, type Notify, receiversOf } from '../receivers.ts'
import { say } from '../words/index.ts'
import { attempt } from './attempt.ts'
import { BOUNDS, type Bounds, prune } from './bounds.ts'
import { type Claim, claim, conclude, type InForce, reconsider } from './claim.ts'
import type { Urgency } from './delivery.ts'
import { channelOf, type Lane, lanesOf, type Registry, roomOf } from './lane.ts'
import { PATIENCE_MS, TAKE_OVER_MS } from './next-step.ts'
import { endLostTests, headOfLine, inLine, nextDue, recover, waitingElsewhere, waitingSince } from './store.ts'

/** The time during which a hub may tell people: nobody else does. */
export interface Duty {
  /** Aborts before anybody else can take the duty over. */
  readonly signal: AbortSignal
  /** Refuses every change once the duty has passed to another. */
  readonly store: Store
}

export interface OutboxDeps {
  readonly clock: Clock
  readonly random: Random
  readonly http: Http
  readonly channels: Registry
  /** The configuration in force; it may change while the hub runs. */
  readonly settings: () => Notify
  readonly address?: () => string | undefined
  readonly complain: (message: string, detail: Readonly<Record<string, unknown>>) => void
  readonly bounds?: Bounds
  /** Called at each boundary between state and effect; tests end the process there. */
  readonly boundary?: (where: string) => void
}

/** Destinations that are spoken to at the same time. */
const MOST_AT_ONCE = 32
const LOOK_EVERY_MS = 60_000
/** After a failure of the store. */
const AGAIN_AFTER_MS = 1_000
/** How long answers under way are waited for when the duty ends: less than the time before another may take it over. */
const GRACE_MS = 500
/** How often one notice keeps those behind it waiting. */
const STEPS = 3
const TIDY_EVERY_MS = 60_000
const PRUNE_EVERY_MS = 3_600_000
const TEST_LOST_MS = 300_000
const LOT = 100

/** Says what waits: one message to a destination at a time, in line, as fast as it takes them. */
export class Outbox {
  readonly #deps: OutboxDeps
  readonly #bell = new Bell()
  /** The destinations that are spoken to. */
  readonly #busy = new Map<string, Promise<void>>()
  /** When each destination had its turn, in turns: who waited longest comes first. */
  readonly #turns = new Map<string, number>()
  #turn = 0
  #lanes: { readonly of: Notify; readonly lanes: ReadonlyMap<string, Lane> } | undefined
  #tidiedMs = Number.NEGATIVE_INFINITY
  #prunedMs = Number.NEGATIVE_INFINITY
  #trouble: string | undefined

  constructor(deps: OutboxDeps) {
    this.#deps = deps
  }

  /** There is something new to say. */
  wake(): void {
    this.#bell.ring()
  }

  /** Says what waits until the duty ends; what fails is tried again. */
  async run(duty: Duty): Promise<void> {
    const { clock } = this.#deps
    const { signal } = duty
    this.#tidiedMs = Number.NEGATIVE_INFINITY
    const patience = new AbortController()
    await this.#persist(signal, () => duty.store.transaction(recover))
    while (!signal.aborted) {
      const since = this.#bell.rings
      let nextMs = clock.now() + AGAIN_AFTER_MS
      try {
        nextMs = await this.#look(duty, patience.signal)
      } catch (error) {
        this.#complain(error)
      }
      const withinMs = Math.max(0, Math.min(LOOK_EVERY_MS, nextMs - clock.now()))
      await this.#bell.wait({ since, withinMs, clock, signal })
    }
    if (this.#busy.size === 0) return
    const grace = clock.after(GRACE_MS, () => patience.abort(signal.reason))
    await Promise.all(this.#busy.values())
    grace()
  }

  /** Sends what may be sent now; resolves to the time at which there may be more to do. */
  async #look(duty: Duty, patience: AbortSignal): Promise<number> {
    const { clock, settings } = this.#deps
    const { store } = duty
    const inForce = this.#inForce(settings())
    await this.#tidy(store, inForce)
    let nextMs = clock.now() + LOOK_EVERY_MS
    for (const lane of this.#byTurn(inForce.lanes)) {
      if (this.#busy.has(lane.destination)) continue
      if (this.#busy.size >= MOST_AT_ONCE) break // whoever ends rings
      const nowMs = clock.now()
      const head = await headOfLine(store, lane.channels, nowMs, STEPS)
      if (!head) {
        nextMs = Math.min(nextMs, (await nextDue(store, lane.channels)) ?? nextMs)
        continue
      }
      const { freeMs } = await roomOf(store, lane, nowMs, head.urgency)
      if (freeMs > nowMs) await this.#relieve(store, lane, freeMs, inForce)
      const atMs = Math.max(freeMs, head.dueMs)
      if (atMs <= nowMs) this.#start(duty, lane, head.id, patience)
      else nextMs = Math.min(nextMs, atMs)
    }
    return nextMs
  }

  #byTurn(lanes: ReadonlyMap<string, Lane>): readonly Lane[] {
    const turnOf = ({ destination }: Lane): number => this.#turns.get(destination) ?? 0
    return [...lanes.values()].toSorted((a, b) => turnOf(a) - turnOf(b))
  }

  #start(duty: Duty, lane: Lane, delivery: string, patience: AbortSignal): void {
    const { destination } = lane
    this.#turns.set(destination, ++this.#turn)
    const sending = this.#send(duty, lane, delivery, patience)
      .catch((error: unknown) => {
        this.#complain(error)
        // Not at once: what went wrong is the store, or a bug, and neither is over by now.
        return pause(this.#deps.clock, AGAIN_AFTER_MS, duty.signal)
      })
      .then(() => {
        this.#busy.delete(destination)
        this.#bell.ring()
      })
    this.#busy.set(destination, sending)
  }

  /** Claims, sends, saves. What a sudden end leaves in between is taken up by `recover`. */
  async #send({ store, signal }: Duty, lane: Lane, delivery: string, patience: AbortSignal): Promise<void> {
    const { settings, random, boundary } = this.#deps
    boundary?.('before claim')
    const notify = settings()
    const claimed = await store.transaction(tx => claim(tx, delivery, lane, this.#inForce(notify)))
    if (!claimed) return
    boundary?.('after claim')
    if (signal.aborted) return
    const made = await this.#attempt(claimed, notify, patience)
    boundary?.('after send')
    const save = (tx: Transaction): Promise<string | undefined> =>
      conclude(tx, claimed, made, this.#inForce(settings()), random)
    const lost = await this.#persist(patience, () => store.transaction(save))
    boundary?.('after save')
    if (!patience.aborted) this.#trouble = undefined
    if (lost !== undefined) {
      this.#deps.complain('a notice was given up', { delivery, receiver: claimed.receiver, reason: lost })
    }
  }

  #attempt({ channel, receiver, notice }: Claim, notify: Notify, signal: AbortSignal): Promise<Attempt> {
    const { clock, random, http, channels, complain } = this.#deps
    const config = notify.channels[channel]
    if (!config) throw new RangeError(`the configuration has no channel ${channel}`)
    const world: World = { clock, random, http, signal }
    const write = () => say(linked(notice, this.#deps.address?.()), languageOf(notify, receiver, channel))
    return attempt(channelOf(channels, config.type), config, write, world, complain)
  }

  /** Lets the next channels of the routes take over from a destination that takes nothing for long. */
  async #relieve(store: Store, lane: Lane, freeMs: number, inForce: InForce): Promise<void> {
    const nowMs = this.#deps.clock.now()
    const receivers = receiversOf(inForce.notify)
      .filter(({ channels }) => channels.length > 1 && channels.some(channel => lane.channels.includes(channel)))
      .map(({ name }) => name)
    if (receivers.length === 0) return
    for (const urgency of URGENCIES) {
      const createdBeforeMs = freeMs - TAKE_OVER_MS[urgency]
      const options = { receivers, urgency, createdBeforeMs, dueMs: nowMs, limit: LOT }
      for (const { id } of await inLine(store, lane.channels, options)) {
        await store.transaction(tx => reconsider(tx, id, inForce))
        this.#bell.ring()
      }
    }
  }

  /** What no destination's turn comes upon: deliveries without a channel, and those whose time is over. */
  async #tidy(store: Store, inForce: InForce): Promise<void> {
    const nowMs = this.#deps.clock.now()
    if (nowMs - this.#tidiedMs < TIDY_EVERY_MS && nowMs >= this.#tidiedMs) return
    const late = URGENCIES.map(urgency => waitingSince(store, urgency, nowMs - PATIENCE_MS[urgency], LOT))
    const found = await Promise.all([waitingElsewhere(store, Object.keys(inForce.notify.channels), LOT), ...late])
    for (const { id } of found.flat()) await store.transaction(tx => reconsider(tx, id, inForce))
    await store.transaction(tx => endLostTests(tx, nowMs - TEST_LOST_MS))
    // Where there may be more, it goes on at the next look.
    this.#tidiedMs = found.some(({ length }) => length === LOT) ? this.#tidiedMs : nowMs
    if (nowMs - this.#prunedMs < PRUNE_EVERY_MS && nowMs >= this.#prunedMs) return
    while ((await store.transaction(tx => prune(tx, this.#deps.bounds ?? BOUNDS))) > 0);
    this.#prunedMs = nowMs
  }

  #inForce(notify: Notify): InForce {
    if (this.#lanes?.of !== notify) {
      this.#lanes = { of: notify, lanes: lanesOf(notify, this.#deps.channels) }
      this.#tidiedMs = Number.NEGATIVE_INFINITY
    }
    return { notify, lanes: this.#lanes.lanes }
  }

  /** Does it until it is done: what has been said must not be forgotten because the disk is full for a while. */
  async #persist<T>(signal: AbortSignal, save: () => Promise<T>): Promise<T | undefined> {
    while (!signal.aborted) {
      try {
        return await save()
      } catch (error) {
        this.#complain(error)
        await pause(this.#deps.clock, AGAIN_AFTER_MS, signal)
      }
    }
    return undefined
  }

  /** Once for the same trouble in a row. */
  #complain(error: unknown): void {
    const reason = messageOf(error)
    if (reason === this.#trouble) return
    this.#trouble = reason
    this.#deps.complain('notices cannot be sent at the moment', { error: reason })
  }
}

const URGENCIES: readonly Urgency[] = ['critical', 'news']
