import { z } from 'zod'
import type { ChannelHealth, LedgerAttempt, ToldDelivery } from '../alert/index.ts'
import { type AttemptView, ChannelView, DeliveryQuery, DeliveryStoryView, DeliveryView } from '../client/index.ts'
import { toRfc3339 } from '../kernel/index.ts'
import { type Route, route } from './route.ts'

const ChannelParams = z.strictObject({ channel: z.string() })
const DeliveryParams = z.strictObject({ delivery: z.string() })
const PAGE = 50

const timeOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : toRfc3339(ms))

function view({
  happenedMs,
  createdMs,
  dueMs,
  endedMs,
  delayMs,
  place: _place,
  ...delivery
}: ToldDelivery): DeliveryView {
  return {
    ...delivery,
    happenedAt: toRfc3339(happenedMs),
    ...(delayMs === undefined ? {} : { delayMs }),
    createdAt: toRfc3339(createdMs),
    nextTryAt: endedMs === undefined ? toRfc3339(dueMs) : null,
    endedAt: timeOrNull(endedMs),
  }
}

function attemptView({ destination: _robot, beganMs, endedMs, nextTryMs, ...attempt }: LedgerAttempt): AttemptView {
  return {
    ...attempt,
    beganAt: toRfc3339(beganMs),
    endedAt: timeOrNull(endedMs),
    nextTryAt: timeOrNull(nextTryMs),
  }
}

function channelView(health: ChannelHealth): ChannelView {
  const { channel, type, waiting, failures, reason } = health
  return {
    name: channel,
    type,
    waiting,
    failures,
    failingSince: timeOrNull(health.failingSinceMs),
    lastSaidAt: timeOrNull(health.saidMs),
    lastFailedAt: timeOrNull(health.failedMs),
    ...(reason === undefined ? {} : { reason }),
    restsUntil: timeOrNull(health.restsUntilMs),
    unprovenSince: timeOrNull(health.unprovenSinceMs),
  }
}

/** What was said to people, over what, and what became of it. */
export const noticeRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/channels',
    summary: 'Every configured channel, and how it does.',
    scope: 'read',
    reply: ChannelView.array(),
    handle: async ({ notices }) => (await notices.health()).map(channelView),
  }),
  route({
    method: 'POST',
    path: '/api/v1/channels/:channel/test',
    summary: 'Sends a test over a channel, once, and tells what its provider answered.',
    scope: 'release',
    params: ChannelParams,
    reply: DeliveryStoryView,
    async handle({ notices }, { params, actor, signal }) {
      const { says: _says, attempts, ...delivery } = await notices.test(params.channel, actor, signal)
      return { ...view(delivery), attempts: attempts.map(attemptView) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/deliveries',
    summary: 'What was said to people, newest first.',
    scope: 'read',
    query: DeliveryQuery,
    reply: DeliveryView.array(),
    async handle({ notices }, { query }) {
      const { before, limit = PAGE, ...filter } = query
      return (await notices.deliveries({ ...filter, limit, beforeId: before })).map(view)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/deliveries/:delivery',
    summary: 'One delivery with every attempt: the request, the reply, and the next try.',
    scope: 'read',
    params: DeliveryParams,
    reply: DeliveryStoryView,
    async handle({ notices }, { params }) {
      const { says: _says, attempts, ...delivery } = await notices.delivery(params.delivery)
      return { ...view(delivery), attempts: attempts.map(attemptView) }
    },
  }),
]
