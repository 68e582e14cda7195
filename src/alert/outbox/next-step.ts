import { formatDuration, type Random, toRfc3339 } from '../../kernel/index.ts'
import type { Delivery, LedgerAttempt, Urgency } from './delivery.ts'

/** One channel of a receiver's route, and when its destination takes something again. */
export interface Way {
  readonly channel: string
  readonly freeMs: number
}

export type Step =
  /** `note`: why not over the first channel of the route. */
  | { readonly kind: 'send'; readonly channel: string; readonly note?: string }
  | { readonly kind: 'wait'; readonly channel: string; readonly untilMs: number; readonly reason?: string }
  | { readonly kind: 'end'; readonly state: 'sent' }
  | { readonly kind: 'end'; readonly state: 'given-up' | 'dropped'; readonly reason: string }

type Facts = Pick<Delivery, 'createdMs' | 'urgency' | 'receiver'>

/** How long it is tried at all. A rollback is worth knowing of the next morning; that a release began is not. */
export const PATIENCE_MS: Readonly<Record<Urgency, number>> = { critical: 86_400_000, news: 3_600_000 }

/** How long one channel may keep a receiver waiting before the next one of the route takes over. */
export const TAKE_OVER_MS: Readonly<Record<Urgency, number>> = { critical: 60_000, news: 300_000 }

const BASE_MS = 2_000
/** A destination that fails is asked again at least this often, for one that works again must not be missed. */
export const MOST_REST_MS = 60_000
const MOST_PAUSE_MS = 900_000
const MOST_ASKED_MS = 86_400_000
/** Where somebody says “later” without saying when. */
const LATER_MS = 60_000

/** What is to be done about a delivery, given all that was tried and the route in force. */
export function nextStep(facts: Facts, attempts: readonly LedgerAttempt[], route: readonly Way[], nowMs: number): Step {
  if (attempts.some(({ outcome }) => outcome === 'said')) return { kind: 'end', state: 'sent' }
  if (route.length === 0) {
    return { kind: 'end', state: 'dropped', reason: `the configuration has no receiver ${facts.receiver} any more` }
  }
  const open = route.filter(({ channel }) => lastOn(channel, attempts)?.retry !== 'never')
  if (open.length === 0) return { kind: 'end', state: 'given-up', reason: refusals(route, attempts) }
  const endMs = facts.createdMs + PATIENCE_MS[facts.urgency]
  if (nowMs >= endMs) return { kind: 'end', state: 'given-up', reason: tooLate(facts, attempts) }

  const readyMs = (way: Way): number => Math.max(way.freeMs, lastOn(way.channel, attempts)?.nextTryMs ?? 0)
  const chosen = choose(facts, attempts, route, open, readyMs, nowMs)
  const note = whyNotBefore(chosen, route, attempts, readyMs, nowMs)
  if (readyMs(chosen) <= nowMs) {
    return { kind: 'send', channel: chosen.channel, ...(note === undefined ? {} : { note }) }
  }
  const reason = lastOn(chosen.channel, attempts)?.reason
  return {
    kind: 'wait',
    channel: chosen.channel,
    untilMs: Math.min(readyMs(chosen), endMs),
    ...(reason === undefined ? {} : { reason }),
  }
}

/** The channel whose turn it is, unless it keeps the receiver waiting too long and another one is ready earlier. */
function choose(
  { createdMs, urgency }: Facts,
  attempts: readonly LedgerAttempt[],
  route: readonly Way[],
  open: readonly Way[],
  readyMs: (way: Way) => number,
  nowMs: number,
): Way {
  const current = turnOf(attempts, route, open)
  const before = attempts.findLastIndex(({ channel }) => channel !== current.channel)
  const sinceMs = attempts[before + 1]?.beganMs ?? attempts[before]?.endedMs ?? createdMs
  const at = (way: Way): number => Math.max(nowMs, readyMs(way))
  if (at(current) - sinceMs <= TAKE_OVER_MS[urgency]) return current
  // Beginning after the current one, so that of several that are ready each has its turn.
  const place = open.indexOf(current)
  const others = [...open.slice(place + 1), ...open.slice(0, place)]
  const [first] = others.toSorted((a, b) => at(a) - at(b))
  if (!first) return current
  return at(first) < at(current) || (at(first) === at(current) && attempts.length > 0) ? first : current
}

function turnOf(attempts: readonly LedgerAttempt[], route: readonly Way[], open: readonly Way[]): Way {
  const last = attempts.at(-1)
  const index = route.findIndex(({ channel }) => channel === last?.channel)
  const around = index === -1 ? route : [...route.slice(index), ...route.slice(0, index)]
  const found = around.find(way => open.includes(way))
  if (!found) throw new RangeError('no channel of the route is open')
  return found
}

function whyNotBefore(
  chosen: Way,
  route: readonly Way[],
  attempts: readonly LedgerAttempt[],
  readyMs: (way: Way) => number,
  nowMs: number,
): string | undefined {
  const [first] = route
  const last = attempts.at(-1)
  if (last?.channel === chosen.channel) return undefined
  if (last) return `${last.channel} did not take it: ${last.reason ?? 'it is not known why'}`
  if (!first || first === chosen || readyMs(first) <= nowMs) return undefined
  return `${first.channel} takes nothing before ${toRfc3339(readyMs(first))}`
}

function lastOn(channel: string, attempts: readonly LedgerAttempt[]): LedgerAttempt | undefined {
  return attempts.findLast(attempt => attempt.channel === channel)
}

function refusals(route: readonly Way[], attempts: readonly LedgerAttempt[]): string {
  const each = route.map(({ channel }) => `${channel}: ${lastOn(channel, attempts)?.reason ?? 'refused'}`)
  return `refused for good by ${each.join('; ')}`
}

function tooLate({ urgency }: Facts, attempts: readonly LedgerAttempt[]): string {
  const reason = attempts.findLast(attempt => attempt.reason !== undefined)?.reason
  const within = `it could not be said within ${formatDuration(PATIENCE_MS[urgency])}`
  return reason === undefined ? `${within}: its turn never came` : `${within}: ${reason}`
}

/**
 * How long to wait after a failure, in milliseconds: what the destination asks for, or “full jitter” (a random part
 * of a time that doubles with each failure in a row, from 2 s on), so that many who failed together do not come back
 * together.
 */
export function pauseAfter(
  answer: { readonly retry: 'now' | 'later' | 'never'; readonly afterMs?: number },
  failures: number,
  random: Random,
  mostMs = MOST_PAUSE_MS,
): number {
  if (answer.retry === 'later') return Math.min(MOST_ASKED_MS, Math.max(0, answer.afterMs ?? LATER_MS))
  return Math.round(random() * Math.min(mostMs, BASE_MS * 2 ** Math.min(failures - 1, 20)))
}
