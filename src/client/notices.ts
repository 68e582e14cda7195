import { z } from 'zod'

/* What was said to people, and what became of it. */

const Time = z.string()
const Name = z.string().min(1).max(128)

export const DeliveryStateView = z.enum(['waiting', 'sending', 'sent', 'merged', 'given-up', 'dropped'])

/** `GET /api/v1/deliveries`: one notice on its way to one receiver. */
export const DeliveryView = z.object({
  id: z.string(),
  /** The same in every attempt and for every receiver; a channel that can carry it, does. */
  notice: z.string(),
  kind: z.enum(['release', 'test', 'digest']),
  event: z.enum(['started', 'promoted', 'rolled-back', 'held', 'inconclusive', 'failed']).optional(),
  release: z.string().optional(),
  service: z.string().optional(),
  receiver: z.string(),
  /** The one whose turn it is, or was last. */
  channel: z.string(),
  urgency: z.enum(['critical', 'news']),
  state: DeliveryStateView,
  createdAt: Time,
  /** When it is tried next; null once it is over. */
  nextTryAt: Time.nullable(),
  endedAt: Time.nullable(),
  tries: z.int(),
  /** Why it waits, or how it ended. */
  reason: z.string().optional(),
  /** The delivery of the digest that says it. */
  mergedInto: z.string().optional(),
})
export type DeliveryView = z.output<typeof DeliveryView>

/** One attempt; secrets are hidden in request and reply. */
export const AttemptView = z.object({
  id: z.string(),
  channel: z.string(),
  beganAt: Time,
  endedAt: Time.nullable(),
  /** `cut-short`: the hub ended while it was under way, so it may have been said. */
  outcome: z.enum(['under-way', 'said', 'failed', 'cut-short']),
  retry: z.enum(['now', 'later', 'never']).optional(),
  reason: z.string().optional(),
  /** Why it went over this channel and not over the one before. */
  note: z.string().optional(),
  nextTryAt: Time.nullable(),
  receipt: z.string().optional(),
  request: z.object({ url: z.string(), body: z.string() }).optional(),
  reply: z.object({ status: z.int(), body: z.string() }).optional(),
})
export type AttemptView = z.output<typeof AttemptView>

/** `GET /api/v1/deliveries/:delivery` */
export const DeliveryStoryView = DeliveryView.extend({ attempts: z.array(AttemptView) })
export type DeliveryStoryView = z.output<typeof DeliveryStoryView>

/** `GET /api/v1/channels`: how a configured channel does. */
export const ChannelView = z.object({
  name: z.string(),
  type: z.string(),
  waiting: z.int(),
  /** Failures in a row, up to now. */
  failures: z.int(),
  failingSince: Time.nullable(),
  lastSaidAt: Time.nullable(),
  lastFailedAt: Time.nullable(),
  /** Of the last failure. */
  reason: z.string().optional(),
  /** When its destination takes the next message, where that is not now. */
  restsUntil: Time.nullable(),
})
export type ChannelView = z.output<typeof ChannelView>

export const DeliveryQuery = z.strictObject({
  release: Name.optional(),
  channel: Name.optional(),
  receiver: Name.optional(),
  state: DeliveryStateView.optional(),
  before: Name.optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
})
export type DeliveryQuery = z.output<typeof DeliveryQuery>
