import type { z } from 'zod'
import { type AttemptView, ChannelView, DeliveryQuery, DeliveryStoryView, DeliveryView } from '../client/index.ts'
import { ago } from './sample.fixture.ts'

export function channelView(changed: Partial<ChannelView> = {}): ChannelView {
  return {
    name: 'ops',
    type: 'dingtalk',
    waiting: 0,
    failures: 0,
    failingSince: null,
    lastSaidAt: ago(60),
    lastFailedAt: null,
    restsUntil: null,
    ...changed,
  }
}

export const FAILING = channelView({
  name: 'backup',
  type: 'webhook',
  waiting: 1_204,
  failures: 4,
  failingSince: ago(720),
  lastSaidAt: ago(86_400),
  lastFailedAt: ago(12),
  reason: 'HTTP 503: Service Unavailable',
})

export const CHANNELS: readonly ChannelView[] = [channelView(), FAILING]

export function deliveryView(changed: Partial<DeliveryView> = {}): DeliveryView {
  return {
    id: 'dlv_01jd3k2m8r4zq0x7d',
    notice: 'ntc_01jd3k2m8r4zq0x7a',
    kind: 'release',
    event: 'rolled-back',
    release: 'rel_01jd3k2m8r4zq0x7a',
    service: 'order',
    receiver: 'on-call',
    channel: 'ops',
    urgency: 'critical',
    state: 'sent',
    createdAt: ago(72),
    nextTryAt: null,
    endedAt: ago(70.6),
    tries: 1,
    ...changed,
  }
}

const { event: _event, release: _release, service: _service, ...ABOUT_NOTHING } = deliveryView()

/** What nobody made of a release: a test, sent over a channel. */
function testView(changed: Partial<DeliveryView> = {}): DeliveryView {
  return { ...ABOUT_NOTHING, id: 'dlv_01jd3k2m8r4zq0x7a', kind: 'test', urgency: 'news', receiver: 'ops', ...changed }
}

/** Newest first. */
export const DELIVERIES: readonly DeliveryView[] = [
  deliveryView({
    state: 'waiting',
    receiver: 'shop',
    channel: 'backup',
    tries: 2,
    endedAt: null,
    nextTryAt: ago(-12),
    reason: 'HTTP 503: Service Unavailable',
  }),
  deliveryView({ id: 'dlv_01jd3k2m8r4zq0x7c' }),
  deliveryView({
    id: 'dlv_01jd3k2m8r4zq0x7b',
    event: 'started',
    urgency: 'news',
    state: 'merged',
    mergedInto: 'dlv_01jd3k2m8r4zq0x7c',
  }),
  testView({ state: 'given-up', tries: 1, reason: 'refused for good by ops: 310000 keywords not in content' }),
]

export function attemptView(changed: Partial<AttemptView> = {}): AttemptView {
  return {
    id: 'att_1',
    channel: 'ops',
    beganAt: ago(71),
    endedAt: ago(70.688),
    outcome: 'said',
    nextTryAt: null,
    receipt: 'msg_77',
    request: { url: 'https://oapi.dingtalk.com/robot/send?access_token=***', body: '{"msgtype":"markdown"}' },
    reply: { status: 200, body: '{"errcode":0,"errmsg":"ok"}' },
    ...changed,
  }
}

const { receipt: _receipt, ...WITHOUT_RECEIPT } = attemptView()

export const REFUSED: AttemptView = {
  ...WITHOUT_RECEIPT,
  outcome: 'failed',
  retry: 'never',
  reason: '310000 keywords not in content',
  reply: { status: 200, body: '{"errcode":310000,"errmsg":"keywords not in content"}' },
}

const { reply: _reply, ...SILENT } = WITHOUT_RECEIPT

/** Tried over one channel that was silent and then refused, and then over the next. */
export const TAKEN_OVER: DeliveryStoryView = {
  ...deliveryView({ channel: 'backup', tries: 3 }),
  attempts: [
    { ...SILENT, outcome: 'failed', retry: 'now', reason: 'no answer within 15 s', nextTryAt: ago(70) },
    { ...REFUSED, id: 'att_2', beganAt: ago(70), endedAt: ago(69.9) },
    attemptView({
      id: 'att_3',
      channel: 'backup',
      beganAt: ago(69.8),
      endedAt: ago(69.79),
      note: 'ops did not take it: 310000 keywords not in content',
      request: { url: 'https://hooks.example.com/***', body: '{"version":1,"id":"ntc_01jd3k2m8r4zq0x7a"}' },
      reply: { status: 204, body: '' },
    }),
  ],
}

/** What the hub tells of a test: `ops` takes it, any other channel refuses. */
export function testedView(channel: string): DeliveryStoryView {
  const isTaken = channel === 'ops'
  const attempt = isTaken ? attemptView() : { ...REFUSED, channel }
  const why = isTaken ? {} : { reason: '310000 keywords not in content' }
  return {
    ...testView({ channel, receiver: channel, state: isTaken ? 'sent' : 'given-up', ...why }),
    attempts: [attempt],
  }
}

/** What a hub answers about people being told; `undefined` where it is asked for something else. */
export function answerNotices(
  key: string,
  name: string,
  query: <Schema extends z.ZodType>(schema: Schema) => z.output<Schema>,
): { readonly reply: unknown } | undefined {
  switch (key) {
    case 'GET channels':
      return { reply: ChannelView.array().parse(CHANNELS) }
    case 'POST channels/:/test':
      return CHANNELS.some(channel => channel.name === name)
        ? { reply: DeliveryStoryView.parse(testedView(name)) }
        : undefined
    case 'GET deliveries': {
      const { before, limit = 50, ...wanted } = query(DeliveryQuery)
      const fits = (delivery: DeliveryView): boolean =>
        Object.entries(wanted).every(([field, value]) => delivery[field as keyof typeof wanted] === value)
      const found = DELIVERIES.filter(fits).filter(({ id }) => before === undefined || id < before)
      return { reply: DeliveryView.array().parse(found.slice(0, limit)) }
    }
    case 'GET deliveries/:':
      return name === TAKEN_OVER.id ? { reply: DeliveryStoryView.parse(TAKEN_OVER) } : undefined
    default:
      return undefined
  }
}
