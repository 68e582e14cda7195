import type { Shape, Tone } from '../design/icons.tsx'
import type { AttemptView, ChannelView, DeliveryView } from '../hub/contract.ts'
import type { Key } from '../language/language.tsx'
import { timeOf } from '../live/clock.ts'

export interface Sign {
  readonly shape: Shape
  readonly tone: Tone
  readonly word: Key
}

/** How a channel does, the worst first. A destination that asks for time is throttled, not broken. */
export function standingOf(channel: ChannelView, nowMs: number): Sign {
  const { failingSince, unprovenSince, restsUntil, failures, lastSaidAt } = channel
  if (failingSince !== null) return { shape: 'bad', tone: 'bad', word: 'channel.fails' }
  if (unprovenSince) return { shape: 'question', tone: 'warn', word: 'channel.silent' }
  if (restsUntil !== null && timeOf(restsUntil) > nowMs) return { shape: 'paused', tone: 'warn', word: 'channel.rests' }
  if (failures > 0) return { shape: 'question', tone: 'warn', word: 'channel.stumbles' }
  if (lastSaidAt !== null) return { shape: 'good', tone: 'good', word: 'channel.works' }
  return { shape: 'dot', tone: 'plain', word: 'channel.unused' }
}

/** Names of robots as people call them; a kind that is not known, by its own. */
export const TYPE_WORDS: Readonly<Record<string, Key>> = {
  dingtalk: 'channel.dingtalk',
  wecom: 'channel.wecom',
  feishu: 'channel.feishu',
  webhook: 'channel.webhook',
}

export const DELIVERY_SIGNS: Readonly<Record<DeliveryView['state'], Sign>> = {
  waiting: { shape: 'waiting', tone: 'warn', word: 'delivery.waiting' },
  sending: { shape: 'moving', tone: 'sea', word: 'delivery.sending' },
  sent: { shape: 'good', tone: 'good', word: 'delivery.sent' },
  merged: { shape: 'over', tone: 'plain', word: 'delivery.merged' },
  'given-up': { shape: 'bad', tone: 'bad', word: 'delivery.givenUp' },
  dropped: { shape: 'bad', tone: 'bad', word: 'delivery.dropped' },
}

export const STATES = Object.keys(DELIVERY_SIGNS) as readonly DeliveryView['state'][]

export const ATTEMPT_SIGNS: Readonly<Record<AttemptView['outcome'], Sign>> = {
  'under-way': { shape: 'moving', tone: 'sea', word: 'attempt.underWay' },
  said: { shape: 'good', tone: 'good', word: 'attempt.said' },
  failed: { shape: 'bad', tone: 'bad', word: 'attempt.failed' },
  'cut-short': { shape: 'question', tone: 'warn', word: 'attempt.cutShort' },
}

const EVENT_WORDS = {
  started: 'notice.started',
  promoted: 'notice.promoted',
  'rolled-back': 'notice.rolledBack',
  held: 'notice.held',
  inconclusive: 'notice.inconclusive',
  failed: 'notice.failed',
} as const

const KIND_WORDS = {
  test: 'notice.test',
  digest: 'notice.digest',
  heartbeat: 'notice.heartbeat',
  unproven: 'notice.unproven',
} as const

/** What a notice tells of. */
export function noticeWord({ kind, event }: Pick<DeliveryView, 'kind' | 'event'>): Key {
  if (kind !== 'release') return KIND_WORDS[kind]
  return event === undefined ? 'notice.release' : EVENT_WORDS[event]
}

/** What was sent, as a person reads it: JSON over several lines, anything else as it is. */
export function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2)
  } catch {
    return body
  }
}
