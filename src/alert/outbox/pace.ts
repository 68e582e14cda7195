import type { Pace } from '../channels/channel.ts'
import type { Urgency } from './delivery.ts'

type Limits = Pace['limits']

/** How many attempts a destination has to be known by, to say when it is free. */
export function mostOf(limits: Limits): number {
  return Math.max(1, ...limits.map(({ most }) => most))
}

/**
 * How many messages a destination still takes now.
 *
 * @param endedMs when the answers to earlier attempts came, for one under way the present: no message arrived there
 * later than that, so what we count in a window is never less than what the destination counts.
 */
export function tokensLeft(limits: Limits, endedMs: readonly number[], nowMs: number): number {
  return Math.min(Number.POSITIVE_INFINITY, ...limits.map(limit => limit.most - within(limit, endedMs, nowMs).length))
}

/** When the next message of this urgency may be sent, at the earliest now. News leave a fifth of the tokens to what is critical. */
export function freeAt(limits: Limits, endedMs: readonly number[], nowMs: number, urgency: Urgency): number {
  const times = limits.map(limit => {
    const usable = limit.most - (urgency === 'news' ? keptOf(limit.most) : 0)
    const oldest = within(limit, endedMs, nowMs).toSorted((a, b) => b - a)[usable - 1]
    return oldest === undefined ? nowMs : oldest + limit.withinMs
  })
  return Math.max(nowMs, ...times)
}

function keptOf(most: number): number {
  return most < 5 ? 0 : Math.ceil(most / 5)
}

/** A clock that was set back leaves attempts of the future behind: beyond a window they say nothing. */
function within({ withinMs }: Limits[number], endedMs: readonly number[], nowMs: number): readonly number[] {
  return endedMs.filter(at => at > nowMs - withinMs && at <= nowMs + withinMs)
}
