import type { Delivery as Answer } from '../channels/channel.ts'
import type { Notice, ReleaseEvent } from '../notice.ts'

/** What must reach somebody soon, and what may wait. */
export type Urgency = 'critical' | 'news'

/**
 * - `sending`: claimed by the hub that has the duty.
 * - `merged`: said as part of a digest instead.
 * - `given-up`: no channel took it.
 * - `dropped`: not tried any more, as too much waited or nobody is configured to hear it.
 */
export type DeliveryState = 'waiting' | 'sending' | 'sent' | 'merged' | 'given-up' | 'dropped'

/** A notice on its way to one receiver. */
export interface Delivery {
  readonly id: string
  /** The id that is the same in every attempt, and for every receiver. */
  readonly notice: string
  readonly kind: Notice['kind']
  readonly event?: ReleaseEvent
  readonly release?: string
  readonly service?: string
  readonly receiver: string
  /** The one whose turn it is, or was last. */
  readonly channel: string
  readonly urgency: Urgency
  /** Its place in the line. */
  readonly place: number
  readonly state: DeliveryState
  readonly createdMs: number
  /** When it is tried next, while it waits. */
  readonly dueMs: number
  readonly endedMs?: number
  /** Attempts so far, on whichever channel. */
  readonly tries: number
  /** Why it waits or how it ended. */
  readonly reason?: string
  /** The delivery of the digest that says it. */
  readonly mergedInto?: string
}

/** A delivery, and when what it tells of happened: of a digest, the first of it. */
export interface DatedDelivery extends Delivery {
  readonly happenedMs: number
}

/** What is told later than this after it happened is no news any more. */
export const LATE_MS = 3_600_000

/** How long after it happened something was told, in milliseconds; so far, while it waits, and never where it is not. */
export function delayOf(
  { state, happenedMs, endedMs }: Pick<DatedDelivery, 'state' | 'happenedMs' | 'endedMs'>,
  nowMs: number,
): number | undefined {
  if (state === 'given-up' || state === 'dropped') return undefined
  return Math.max(0, (endedMs ?? nowMs) - happenedMs)
}

/**
 * One attempt as the ledger has it.
 *
 * `cut-short`: the hub ended while it was under way, so it may have been said.
 */
export interface LedgerAttempt {
  readonly id: string
  readonly channel: string
  /** What is throttled as one. */
  readonly destination: string
  readonly beganMs: number
  readonly endedMs?: number
  readonly outcome: 'under-way' | 'said' | 'failed' | 'cut-short'
  readonly retry?: 'now' | 'later' | 'never'
  readonly reason?: string
  /** Why it went over this channel and not over the one before. */
  readonly note?: string
  /** When this channel may be tried again for this delivery. */
  readonly nextTryMs?: number
  readonly receipt?: string
  /** Secrets are hidden. */
  readonly request?: { readonly url: string; readonly body: string }
  readonly reply?: { readonly status: number; readonly body: string }
}

/** What a channel made of an attempt. */
export type Verdict = Answer

/** How a channel does. */
export interface Health {
  /** Failures in a row, up to now. */
  readonly failures: number
  readonly failingSinceMs?: number
  readonly saidMs?: number
  readonly failedMs?: number
  /** Of the last failure. */
  readonly reason?: string
}

const CRITICAL: ReadonlySet<ReleaseEvent> = new Set(['rolled-back', 'failed', 'held', 'inconclusive'])

/** A release that was taken back, or that waits for somebody, is not news but a call. */
export function urgencyOf(notice: Notice): Urgency {
  if (notice.kind === 'test' || notice.kind === 'heartbeat') return 'news'
  if (notice.kind === 'unproven') return 'critical'
  const events = notice.kind === 'release' ? [notice.event] : notice.notices.map(({ event }) => event)
  return events.some(event => CRITICAL.has(event)) ? 'critical' : 'news'
}
