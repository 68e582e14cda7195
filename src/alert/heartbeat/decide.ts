import { type Notify, receiversOf } from '../receivers.ts'
import type { HeartbeatSettings } from './settings.ts'

/** What is known of a channel's heartbeats. */
export interface Sight {
  readonly channel: string
  /** When anything was last said over it. */
  readonly saidMs?: number
  /** When the newest heartbeat was written down. */
  readonly beatMs?: number
  /** When the first one was that nothing was said after. */
  readonly unansweredMs?: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** When the newest heartbeat was due, in milliseconds since 1970: a time of the day and its multiples. */
export function slotOf({ every, at = '00:00' }: HeartbeatSettings, nowMs: number): number {
  const [, hours, minutes, sign = '+', offsetHours = 0, offsetMinutes = 0] =
    /^(\d\d):(\d\d)(?:Z|([+-])(\d\d):(\d\d))?$/.exec(at) ?? []
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -1 : 1)
  const phaseMs = (Number(hours) * 60 + Number(minutes) - offset) * MINUTE_MS
  return Math.floor((nowMs - phaseMs) / every) * every + phaseMs
}

/** Whether a channel owes a heartbeat: the newest slot had none. Slots that nobody was there for are not made up. */
export function isDue(settings: HeartbeatSettings, { beatMs }: Sight, nowMs: number): boolean {
  return beatMs === undefined || beatMs < slotOf(settings, nowMs)
}

/**
 * Since when a channel has not proven itself: nothing was said over it for the configured time, and a heartbeat has
 * had time enough to be. `undefined` while all is well.
 */
export function unprovenSince(
  { every, provenWithin = every + HOUR_MS }: HeartbeatSettings,
  { saidMs, unansweredMs }: Sight,
  nowMs: number,
): number | undefined {
  if (unansweredMs === undefined) return undefined // nothing was sent that could have proven it
  const sinceMs = Math.max((saidMs ?? unansweredMs) + provenWithin, unansweredMs + Math.min(provenWithin, HOUR_MS))
  return nowMs >= sinceMs ? sinceMs : undefined
}

/** Whom a channel belongs to: the first receiver that names it. */
export function hearerOf(notify: Notify, channel: string): string | undefined {
  return receiversOf(notify).find(({ channels }) => channels.includes(channel))?.name
}

/**
 * Who is told that nothing gets through a channel, and over which other one: those who should have heard by it. Where
 * none of them has another, everybody who has.
 */
export function othersOf(notify: Notify, channel: string): readonly { receiver: string; channel: string }[] {
  const all = receiversOf(notify).flatMap(({ name, channels }) => {
    const other = channels.find(one => one !== channel)
    return other === undefined ? [] : [{ receiver: name, channel: other, isOwn: channels.includes(channel) }]
  })
  const own = all.filter(({ isOwn }) => isOwn)
  return (own.length > 0 ? own : all).map(({ receiver, channel: other }) => ({ receiver, channel: other }))
}
