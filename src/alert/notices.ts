import {
  Bell,
  type Clock,
  Conflict,
  didYouMean,
  messageOf,
  NotFound,
  pause,
  type Random,
  Unavailable,
} from '../kernel/index.ts'
import { append } from '../logbook/index.ts'
import type { Store } from '../store/index.ts'
import type { Http } from './channels/channel.ts'
import { beat } from './heartbeat/beat.ts'
import { unprovenSince } from './heartbeat/decide.ts'
import { readSight } from './heartbeat/store.ts'
import type { Notice, TestNotice } from './notice.ts'
import { attempt } from './outbox/attempt.ts'
import type { Bounds } from './outbox/bounds.ts'
import { type DatedDelivery, delayOf, type Health, LATE_MS, type LedgerAttempt } from './outbox/delivery.ts'
import { noteHealth } from './outbox/health.ts'
import { channelOf, laneOf, lanesOf, type Registry, roomOf } from './outbox/lane.ts'
import { beginAttempt, endAttempt, readAttempts, readHealth } from './outbox/ledger/store.ts'
import { type Duty, Outbox } from './outbox/outbox.ts'
import {
  changeDeliveries,
  type DeliveryFilter,
  enqueue,
  listDeliveries,
  readDelivery,
  readNotice,
  waitingByChannel,
} from './outbox/store.ts'
import { type AnyChannelConfig, languageOf, type Notify, receiversOf } from './receivers.ts'
import { compose } from './releases/composer.ts'
import { say } from './words/index.ts'

export interface NoticesDeps {
  readonly store: Store
  readonly clock: Clock
  /** Spreads retries. */
  readonly random: Random
  readonly http: Http
  /** Every kind of channel that there is. */
  readonly channels: Registry
  /** The `notify:` part of the configuration in force; it may change while the hub runs. */
  readonly settings: () => Notify
  /** Where people reach the hub with a browser, for links; none where it is not known. */
  readonly address?: () => string | undefined
  readonly tierOf: (service: string) => 'core' | 'edge' | undefined
  readonly complain: (message: string, detail: Readonly<Record<string, unknown>>) => void
  readonly bounds?: Bounds
  readonly boundary?: (where: string) => void
}

/** A delivery, and whether people hear of it late. */
export interface ToldDelivery extends DatedDelivery {
  /** How long after it happened it was told; absent while it is not. */
  readonly delayMs?: number
  /** Whether it was told, or still waits to be, when it was no news any more. */
  readonly late: boolean
}

/** A delivery with what it says and all that was tried. */
export interface DeliveryStory extends ToldDelivery {
  readonly says: Notice
  readonly attempts: readonly LedgerAttempt[]
}

export interface ChannelHealth extends Health {
  readonly channel: string
  readonly type: string
  readonly waiting: number
  /** When its destination takes the next message, where that is not now. */
  readonly restsUntilMs?: number
  /** Since when it has not proven itself by a heartbeat, or anything else, in the configured time. */
  readonly unprovenSinceMs?: number
}

/** How soon an entry of another program is seen; those of this one are seen at once. */
const LOOK_EVERY_MS = 500
/** After a failure of the store. */
const AGAIN_AFTER_MS = 5_000

/** The verbs of the room: telling people what happens to releases, and what became of that. */
export class Notices {
  readonly #deps: NoticesDeps
  readonly #outbox: Outbox

  constructor(deps: NoticesDeps) {
    this.#deps = deps
    this.#outbox = new Outbox(deps)
  }

  /** Tells people until the duty ends. One hub at a time. */
  async run(duty: Duty): Promise<void> {
    await Promise.all([this.#follow(duty), this.#beat(duty), this.#outbox.run(duty)])
  }

  /** Newest first. */
  async deliveries(filter: DeliveryFilter): Promise<readonly ToldDelivery[]> {
    return (await listDeliveries(this.#deps.store, filter)).map(delivery => this.#told(delivery))
  }

  #told(delivery: DatedDelivery): ToldDelivery {
    const delayMs = delayOf(delivery, this.#deps.clock.now())
    const told = delayMs === undefined || delivery.endedMs === undefined ? {} : { delayMs }
    return { ...delivery, ...told, late: (delayMs ?? 0) > LATE_MS }
  }

  async delivery(id: string): Promise<DeliveryStory> {
    const { store } = this.#deps
    const delivery = await readDelivery(store, id)
    if (!delivery)
      throw new NotFound(`no delivery ${id}`, { field: 'delivery', hint: 'What is over is kept for 30 days.' })
    const [says, attempts] = await Promise.all([readNotice(store, delivery.notice), readAttempts(store, id)])
    return { ...this.#told(delivery), says, attempts }
  }

  /** How each configured channel does. */
  async health(): Promise<readonly ChannelHealth[]> {
    const { store, clock, settings, channels } = this.#deps
    const notify = settings()
    const { heartbeat } = notify
    const lanes = lanesOf(notify, channels)
    const waiting = await waitingByChannel(store)
    return Promise.all(
      Object.entries(notify.channels).map(async ([channel, { type }]) => {
        const nowMs = clock.now()
        const { freeMs } = await roomOf(store, laneOf(lanes, channel), nowMs, 'critical')
        const health = await readHealth(store, channel)
        const sight = heartbeat && (await readSight(store, channel, nowMs + heartbeat.every))
        const unprovenSinceMs = sight && unprovenSince(heartbeat, sight, nowMs)
        return {
          ...health,
          channel,
          type,
          waiting: waiting.get(channel)?.count ?? 0,
          ...(freeMs > nowMs ? { restsUntilMs: freeMs } : {}),
          ...(unprovenSinceMs === undefined ? {} : { unprovenSinceMs }),
        }
      }),
    )
  }

  /**
   * Sends a test over one channel, at once and once; any hub may.
   *
   * @throws Unavailable while the destination takes nothing: a test must not cost it a block.
   */
  async test(channel: string, actor: string, signal: AbortSignal): Promise<DeliveryStory> {
    const { store, clock, random, http, channels, settings, complain } = this.#deps
    const notify = settings()
    const config = this.#configOf(notify, channel)
    const lane = laneOf(lanesOf(notify, channels), channel)
    const begun = await store.transaction(async tx => {
      const { freeMs } = await roomOf(tx, lane, tx.atMs, 'critical')
      if (freeMs > tx.atMs) {
        throw new Unavailable(`${channel} takes no more messages for ${Math.ceil((freeMs - tx.atMs) / 1_000)} s`, {
          field: 'channel',
          hint: 'Try again then.',
        })
      }
      const notice: TestNotice = { kind: 'test', id: tx.newId('ntc'), atMs: tx.atMs, actor, receiver: channel }
      const [delivery = ''] = await enqueue(tx, notice, [{ receiver: channel, channel }], 0, 'sending')
      const id = await beginAttempt(tx, delivery, { channel, destination: lane.destination })
      return { notice, delivery, attempt: id }
    })
    const hearer = receiversOf(notify).find(receiver => receiver.channels.includes(channel))
    const write = () => say(begun.notice, languageOf(notify, hearer?.name ?? channel, channel))
    const made = await attempt(
      channelOf(channels, config.type),
      config,
      write,
      { clock, random, http, signal },
      complain,
    )
    const answer = made.delivery
    const reason = answer.ok ? null : answer.reason
    await store.transaction(async tx => {
      await endAttempt(tx, begun.attempt, made, { nextTryMs: null, restUntilMs: null })
      const state = answer.ok ? 'sent' : 'given-up'
      await changeDeliveries(tx, [begun.delivery], { state, ended_at_ms: tx.atMs, tries: 1, reason })
      await noteHealth(tx, channel, answer)
      const data = { delivery: begun.delivery, ok: answer.ok }
      const entry = { kind: 'channel.tested', subject: `channel/${channel}`, actor, data }
      await append(tx, answer.ok ? entry : { ...entry, reason: answer.reason })
    })
    return this.delivery(begun.delivery)
  }

  #configOf({ channels }: Notify, channel: string): AnyChannelConfig {
    const config = channels[channel]
    if (config && Object.hasOwn(channels, channel)) return config
    const known = Object.keys(channels)
    if (known.length === 0) {
      throw new Conflict('no channel is configured', { field: 'channel', hint: 'Add one under notify.channels.' })
    }
    throw new NotFound(`no channel ${channel}${didYouMean(channel, known)}`, {
      field: 'channel',
      hint: `The configuration has: ${known.join(', ')}.`,
    })
  }

  /** Proves the channels, as far as that is configured. */
  async #beat({ store, signal }: Duty): Promise<void> {
    const { clock, settings, complain } = this.#deps
    let trouble: string | undefined
    while (!signal.aborted) {
      let nextMs = clock.now() + AGAIN_AFTER_MS
      try {
        const looked = await beat(store, settings())
        if (looked.spoke) this.#outbox.wake()
        nextMs = looked.nextMs
        trouble = undefined
      } catch (error) {
        const reason = messageOf(error)
        if (reason !== trouble && !signal.aborted)
          complain('heartbeats cannot be sent at the moment', { error: reason })
        trouble = reason
      }
      await pause(clock, Math.max(0, nextMs - clock.now()), signal)
    }
  }

  /** Composes notices of each entry as it is written. */
  async #follow({ store, signal }: Duty): Promise<void> {
    const { clock, complain } = this.#deps
    const bell = new Bell()
    const deaf = store.onCommit(() => bell.ring())
    let trouble: string | undefined
    try {
      while (!signal.aborted) {
        const since = bell.rings
        try {
          while (!signal.aborted && (await compose(store, this.#deps))) this.#outbox.wake()
          trouble = undefined
        } catch (error) {
          const reason = messageOf(error)
          if (reason !== trouble) complain('notices cannot be composed at the moment', { error: reason })
          trouble = reason
          // What rings now is nothing but the store's other work.
          await pause(clock, LOOK_EVERY_MS, signal)
          continue
        }
        await bell.wait({ since, withinMs: LOOK_EVERY_MS, clock, signal })
      }
    } finally {
      deaf()
    }
  }
}
