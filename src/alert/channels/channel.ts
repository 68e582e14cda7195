import type { z } from 'zod'
import type { Clock, Random } from '../../kernel/index.ts'
import type { Message } from '../notice.ts'

/** Carries messages to people. Expected failures are returned; only bugs throw. */
export interface Channel<Config extends z.ZodType = z.ZodType> {
  readonly type: string
  readonly Config: Config
  /** How much one destination takes before it throttles. */
  readonly pace: (config: z.output<Config>) => Pace
  /** One attempt. Rejects only where `world.signal` aborts, and then with its reason. */
  readonly send: (config: z.output<Config>, message: Message, world: World) => Promise<Attempt>
}

/** At most `most` messages to one destination `within` so many milliseconds. */
export interface Pace {
  /** What is throttled as one, such as a robot; never a secret itself. */
  readonly destination: string
  readonly limits: readonly { readonly most: number; readonly withinMs: number }[]
}

/** What an attempt needs of its surroundings. */
export interface World {
  readonly clock: Clock
  readonly random: Random
  readonly http: Http
  readonly signal: AbortSignal
}

/**
 * Sends one request, and follows no redirect. Rejects with `Unavailable` and a reason in words when no whole
 * answer came, with `InvalidInput` where that address may not be called, and with the signal's reason when
 * it aborts.
 */
export type Http = (request: HttpRequest, signal: AbortSignal) => Promise<HttpReply>

export interface HttpRequest {
  readonly method: 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Loopback and private addresses are refused otherwise. */
  readonly allowPrivate: boolean
}

export interface HttpReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** At most 64 KiB of it. */
  readonly body: string
}

/** What came of an attempt, and what to show of it: secrets are hidden in both. */
export interface Attempt {
  readonly request: { readonly url: string; readonly body: string }
  readonly reply?: { readonly status: number; readonly body: string }
  readonly delivery: Delivery
}

export type Delivery =
  | { readonly ok: true; readonly receipt?: string }
  | {
      readonly ok: false
      /** `now`: with the usual growing pauses. `later`: not before `afterMs`, as the destination asks. */
      readonly retry: 'now' | 'later' | 'never'
      readonly afterMs?: number
      readonly reason: string
    }
