import type { z } from 'zod'
import { type Clock, deadline, type ErrorDetail, messageOf, pause, ShipwatchError } from '../kernel/index.ts'
import { Problem } from './contract.ts'

/** The hub answered, and refused. `code` is the hub's own: `not_found`, `conflict`, … */
export class Refused extends ShipwatchError {
  readonly code: string
  readonly status: number

  constructor(status: number, { error }: Problem) {
    const { hint, field } = error
    super(error.message, { ...(hint === undefined ? {} : { hint }), ...(field === undefined ? {} : { field }) })
    this.code = error.code
    this.status = status
  }
}

/** Nobody answered at the hub's address, or it was no hub. */
export class HubUnreachable extends ShipwatchError {
  readonly code = 'hub_unreachable'
  /** Whether the hub was asked, and the connection broke before all of its answer was there. */
  readonly isCut: boolean

  constructor(message: string, { isCut = false, ...detail }: ErrorDetail & { readonly isCut?: boolean } = {}) {
    super(message, detail)
    this.isCut = isCut
  }
}

export interface ClientOptions {
  /** Where the hub listens: `http://127.0.0.1:7700`. */
  readonly url: string
  readonly token: string
  /** Who asks, for the logbook: `cli/li`. Heard from the owner of the data folder alone. */
  readonly actor: string
  readonly clock: Clock
  /** Ends every call. */
  readonly signal?: AbortSignal
}

const ANSWER_WITHIN_MS = 15_000
/** Long enough for a hub behind a proxy to have let go of a connection that it cut. */
const AGAIN_AFTER_MS = 250

/** What is asked of the hub. */
export interface Ask {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly signal: AbortSignal | undefined
  /** Default 15 s. */
  readonly withinMs?: number
  /** The verb that shows what became of it, where that is not `shipwatch status`. */
  readonly shownBy?: string
}

/**
 * Exchanges requests and replies with the hub. Each order carries a key of its own, so one whose answer was lost on
 * the way is sent once more: the hub carries it out once, and tells what became of it.
 */
export class Exchange {
  readonly #options: ClientOptions

  constructor(options: ClientOptions) {
    this.#options = options
  }

  /** Rejects with `Refused` or `HubUnreachable`, or with the reason of a signal that aborted it. */
  async call<Reply>(ask: Ask, Reply: z.ZodType<Reply>): Promise<Reply> {
    const { url } = this.#options
    const { ok, status, text } = await (ask.method === 'POST' ? this.#order(ask) : this.#send(ask, {}))
    const answer = parsed(text)
    if (!ok) {
      const problem = Problem.safeParse(answer)
      if (problem.success) throw new Refused(status, problem.data)
      throw new HubUnreachable(`what answers at ${url} is no hub: ${status}`, { hint: 'Check --hub.' })
    }
    const reply = Reply.safeParse(answer)
    if (reply.success) return reply.data
    throw new HubUnreachable(`what answers at ${url} is no hub, or one of another version`, { hint: 'Check --hub.' })
  }

  /** Asks once more, with the same key, where the connection broke before the whole answer was there. */
  async #order(ask: Ask): Promise<Answer> {
    const key = { 'idempotency-key': newKey() }
    try {
      return await this.#send(ask, key)
    } catch (error) {
      if (!(error instanceof HubUnreachable) || !error.isCut) throw error
      const caller = this.#signalOf(ask)
      await pause(this.#options.clock, AGAIN_AFTER_MS, caller)
      caller.throwIfAborted()
      return await this.#send(ask, key).catch((again: unknown) => {
        // Whatever kept the second one from being heard: the first may have been.
        throw again instanceof HubUnreachable ? error : again
      })
    }
  }

  #signalOf(ask: Ask): AbortSignal {
    return AbortSignal.any([ask.signal, this.#options.signal].filter(signal => signal !== undefined))
  }

  async #send(ask: Ask, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const { url, token, actor, clock } = this.#options
    const { method, path, body, withinMs = ANSWER_WITHIN_MS } = ask
    const caller = this.#signalOf(ask)
    const limit = deadline(clock, withinMs, caller)
    try {
      const response = await fetch(new URL(path, url), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'x-shipwatch-actor': segment(actor),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'manual', // a hub sends nobody elsewhere, and the token is for it alone
        signal: limit.signal,
      })
      return { ok: response.ok, status: response.status, text: await response.text() }
    } catch (error) {
      caller.throwIfAborted()
      throw silence(url, ask, error)
    } finally {
      limit.done()
    }
  }
}

interface Answer {
  readonly ok: boolean
  readonly status: number
  readonly text: string
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // whoever answered, it was no hub
  }
}

/** 128 bits that nobody else has. Not `randomUUID`, which browsers have on safe origins alone. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
}

/** Codes of connections that never stood: nothing was asked. */
const NEVER_ASKED =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_INVALID_URL)$/

function silence(url: string, { method, shownBy = 'shipwatch status' }: Ask, error: unknown): HubUnreachable {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const wasAsked = !NEVER_ASKED.test(code)
  const mayBeDone = method !== 'GET' && wasAsked
  return new HubUnreachable(
    mayBeDone ? `the hub at ${url} did not say what became of it` : `no hub answers at ${url}`,
    {
      hint: mayBeDone ? `It may have been done: look with ${shownBy}.` : 'Start one: shipwatch up',
      cause: plain(cause),
      isCut: wasAsked && !(cause instanceof Error && cause.name === 'TimeoutError'),
    },
  )
}

/** Only the words: a chain of causes says “fetch failed” and the like in between. */
function plain(error: unknown): Error {
  return new Error(messageOf(error))
}

/** A text as it can stand in a path or a header, halves of characters aside. */
export function segment(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
