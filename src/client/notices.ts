import { z } from 'zod'
import { Name, Time } from './contract/common.ts'

/* What was said to people, and what became of it. */

export const DeliveryStateView = z
  .enum(['waiting', 'sending', 'sent', 'merged', 'given-up', 'dropped'])
  .describe(
    '`sending`: an attempt is under way. `merged`: said as part of a digest instead. `given-up`: no channel took it. ' +
      '`dropped`: not tried any more, as too much waited or nobody is configured to hear it.',
  )

export const DeliveryView = z
  .object({
    id: z.string().describe('`dlv_…`; sorts by the time at which it was written down.'),
    notice: z
      .string()
      .describe('`ntc_…`: the same in every attempt and for every receiver; a channel that can carry it, does.'),
    kind: z
      .enum(['release', 'test', 'digest', 'heartbeat', 'unproven'])
      .describe(
        '`release`: an event of a release. `test`: asked for by somebody. `digest`: several in one. `heartbeat`: says ' +
          'that its channel works. `unproven`: says that nothing gets through another channel.',
      ),
    event: z
      .enum(['started', 'promoted', 'rolled-back', 'held', 'inconclusive', 'failed'])
      .optional()
      .describe('What happened to the release; absent of what is about none.'),
    release: z.string().optional().describe('The release that it is about: `rel_…`.'),
    service: z.string().optional().describe('The service that it is about.'),
    receiver: z.string().describe('Who is told, as the configuration names them.'),
    channel: z.string().describe('The channel whose turn it is, or was last.'),
    urgency: z.enum(['critical', 'news']).describe('`critical`: somebody must hear of it soon.'),
    state: DeliveryStateView,
    happenedAt: Time.optional().describe('When what it tells of happened; of a digest, the first of it.'),
    delayMs: z.int().optional().describe('Milliseconds from what happened to its being said; absent while it is not.'),
    late: z
      .boolean()
      .optional()
      .describe('Whether it was said, or still waits to be, more than an hour after it happened: no news any more.'),
    createdAt: Time.describe('When it was written down.'),
    nextTryAt: Time.nullable().describe('When it is tried next; null once it is over.'),
    endedAt: Time.nullable().describe('When it was over; null before.'),
    tries: z.int().describe('Attempts so far, on whichever channel.'),
    reason: z.string().optional().describe('Why it waits, or how it ended.'),
    mergedInto: z.string().optional().describe('The delivery of the digest that says it: `dlv_…`.'),
  })
  .describe('A notice on its way to one receiver.')
export type DeliveryView = z.output<typeof DeliveryView>

export const AttemptView = z
  .object({
    id: z.string().describe('`att_…`'),
    channel: z.string().describe('The channel that it went over.'),
    beganAt: Time.describe('When it began.'),
    endedAt: Time.nullable().describe('When its answer was there; null before.'),
    outcome: z
      .enum(['under-way', 'said', 'failed', 'cut-short'])
      .describe('`cut-short`: the hub ended while it was under way, so it may have been said.'),
    retry: z
      .enum(['now', 'later', 'never'])
      .optional()
      .describe('Of one that failed: whether to try again; `later`: when the destination said.'),
    reason: z.string().optional().describe('Why it failed.'),
    note: z.string().optional().describe('Why it went over this channel and not over the one before.'),
    nextTryAt: Time.nullable().describe(
      'When this channel may be tried again for this delivery; null where it need not be.',
    ),
    receipt: z.string().optional().describe('What the destination calls the message that it took.'),
    request: z
      .object({
        url: z.string().describe('Where it went.'),
        body: z.string().describe('What was sent, the beginning of it.'),
      })
      .optional()
      .describe('What was sent; secrets are hidden.'),
    reply: z
      .object({
        status: z.int().describe('The status of HTTP.'),
        body: z.string().describe('What came back, the beginning of it.'),
      })
      .optional()
      .describe('What came back; secrets are hidden. Absent where nothing did.'),
  })
  .describe('One attempt to say a notice.')
export type AttemptView = z.output<typeof AttemptView>

export const DeliveryStoryView = DeliveryView.extend({
  attempts: z.array(AttemptView).describe('Every attempt, oldest first.'),
}).describe('A delivery with all that was tried.')
export type DeliveryStoryView = z.output<typeof DeliveryStoryView>

export const ChannelView = z
  .object({
    name: z.string().describe('As the configuration names it.'),
    type: z.string().describe('`dingtalk`, `wecom`, `feishu` or `webhook`.'),
    waiting: z.int().describe('Deliveries that wait for it.'),
    failures: z.int().describe('Failures in a row, up to now.'),
    failingSince: Time.nullable().describe('Since when it does not deliver; null while it does.'),
    lastSaidAt: Time.nullable().describe('When it last delivered; null before the first time.'),
    lastFailedAt: Time.nullable().describe('When it last failed; null where it never did.'),
    reason: z.string().optional().describe('Why it last failed.'),
    restsUntil: Time.nullable().describe('When its destination takes the next message; null where that is now.'),
    unprovenSince: Time.nullable()
      .optional()
      .describe('Since when nothing got through in the time that `notify.heartbeat` allows; null where all is well.'),
  })
  .describe('How a configured channel does.')
export type ChannelView = z.output<typeof ChannelView>

export const DeliveryQuery = z.strictObject({
  release: Name.optional().describe('Only what is about this release: `rel_…`.'),
  channel: Name.optional().describe('Only what is, or was last, on this channel.'),
  receiver: Name.optional().describe('Only what this receiver is told.'),
  state: DeliveryStateView.optional(),
  before: Name.optional().describe('Only what is older than this delivery: `dlv_…`.'),
  limit: z.coerce.number().int().min(1).max(500).optional().describe('How many at most; 50 unless told otherwise.'),
})
export type DeliveryQuery = z.output<typeof DeliveryQuery>
