import { type Clock, systemClock } from '../../kernel/clock.ts'
import { InvalidInput } from '../../kernel/errors.ts'
import { PromQLError } from './error.ts'

export interface EngineOptions {
  /** How old a sample may be for an instant selector to take it: 5 minutes. */
  readonly lookbackMs?: number
  /** How many samples a query may have in memory at a time: 50 million. */
  readonly maxSamples?: number
  /** How long a query may take: 2 minutes. */
  readonly timeoutMs?: number
  /** The step of a subquery that has none: 1 minute. */
  readonly subqueryStepMs?: number
  /** Experimental functions, aggregations and modifiers are allowed. */
  readonly experimental?: boolean
  /** Names are dropped at the end of a query instead of at each operation (experimental in Prometheus). */
  readonly delayedNameRemoval?: boolean
  /** For the timeout alone. */
  readonly clock?: Pick<Clock, 'elapsed' | 'sleep'>
}

export interface QueryOptions {
  readonly signal?: AbortSignal
  /** For this query instead of the engine's. */
  readonly lookbackMs?: number
}

/** With what was not said put in. Throws InvalidInput where a limit is none. */
export function completeOptions({
  lookbackMs = 300_000,
  maxSamples = 50_000_000,
  timeoutMs = 120_000,
  subqueryStepMs = 60_000,
  experimental = false,
  delayedNameRemoval = false,
  clock = systemClock,
}: EngineOptions): Required<EngineOptions> {
  refuseUnless(isSpan(lookbackMs), 'lookbackMs', lookbackMs, 'Milliseconds above 0 are expected.')
  refuseUnless(maxSamples >= 0, 'maxSamples', maxSamples, 'A number of samples is expected.')
  refuseUnless(timeoutMs >= 0, 'timeoutMs', timeoutMs, 'Milliseconds are expected.')
  refuseUnless(isSpan(subqueryStepMs), 'subqueryStepMs', subqueryStepMs, 'Milliseconds above 0 are expected.')
  return { lookbackMs, maxSamples, timeoutMs, subqueryStepMs, experimental, delayedNameRemoval, clock }
}

function refuseUnless(isFit: boolean, field: string, value: unknown, hint: string): void {
  if (!isFit) throw new InvalidInput(`${field} is ${String(value)}`, { field, hint })
}

/** A length of time that the arithmetic of steps can do with. */
export function isSpan(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < Infinity
}

/** What a JavaScript date can be: ± 100 million days. */
const LATEST_MS = 8.64e15

/** Throws where a time is none. Whoever reads it from a request may have made NaN of it, of which nothing would come. */
export function refuseNoTime(name: string, value: unknown): void {
  if (typeof value === 'number' && Math.abs(value) <= LATEST_MS) return
  throw new PromQLError('parse', `invalid parameter ${name}: Unix milliseconds are expected, got ${String(value)}`)
}

/** Throws where it is no length of time above 0. */
export function refuseNoSpan(name: string, value: unknown): void {
  if (isSpan(value)) return
  throw new PromQLError('parse', `invalid parameter ${name}: milliseconds above 0 are expected, got ${String(value)}`)
}
