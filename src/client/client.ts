import { z } from 'zod'
import { type Clock, deadline, type ErrorDetail, messageOf, pause, ShipwatchError } from '../kernel/index.ts'
import {
  type NewTokenBody,
  NewTokenView,
  type NewUserBody,
  TokenView,
  type UserChangeBody,
  UserView,
  UserWithPassword,
} from './access.ts'
import {
  type DeployBody,
  type EntryQuery,
  EntryView,
  Problem,
  type ReleaseQuery,
  ReleaseView,
  ServiceView,
  StatusView,
  VerifyView,
} from './contract.ts'

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

export type Order = 'promote' | 'pause' | 'resume' | 'rearm' | 'rollback'

const ANSWER_WITHIN_MS = 15_000

/** undici, which is behind `fetch`, waits no longer than this for an answer to begin. */
const LONGEST_ANSWER_MS = 300_000
/** Long enough for a hub behind a proxy to have let go of a connection that it cut. */
const AGAIN_AFTER_MS = 250
/** The hub holds an answer back for 20 s at most until there is something to say. */
const NEXT_ENTRY_WITHIN_MS = 40_000

/**
 * The hub's API, typed. Every call rejects with `Refused` or `HubUnreachable`, or with the reason of a signal that
 * aborted it; what was asked for may then have been done all the same. Each order carries a key of its own, so one
 * whose answer was lost on the way is sent once more: the hub carries it out once, and tells what became of it.
 */
export class Client {
  readonly #options: ClientOptions

  constructor(options: ClientOptions) {
    this.#options = options
  }

  status(signal?: AbortSignal): Promise<StatusView> {
    return this.#call({ method: 'GET', path: '/api/v1/status', signal }, StatusView)
  }

  service(name: string, signal?: AbortSignal): Promise<ServiceView> {
    return this.#call({ method: 'GET', path: `/api/v1/services/${segment(name)}`, signal }, ServiceView)
  }

  deploy(service: string, body: DeployBody, signal?: AbortSignal): Promise<ReleaseView> {
    const path = `/api/v1/services/${segment(service)}/releases`
    return this.#call({ method: 'POST', path, body, signal }, ReleaseView)
  }

  /** Takes back the release under way, or brings back version `to`. */
  rollBack(
    service: string,
    body: { readonly to?: string; readonly note?: string } = {},
    signal?: AbortSignal,
  ): Promise<ReleaseView> {
    const path = `/api/v1/services/${segment(service)}/rollback`
    return this.#call({ method: 'POST', path, body, signal }, ReleaseView)
  }

  releases(query: ReleaseQuery = {}, signal?: AbortSignal): Promise<readonly ReleaseView[]> {
    return this.#call({ method: 'GET', path: `/api/v1/releases${search(query)}`, signal }, ReleaseView.array())
  }

  release(id: string, signal?: AbortSignal): Promise<ReleaseView> {
    return this.#call({ method: 'GET', path: `/api/v1/releases/${segment(id)}`, signal }, ReleaseView)
  }

  /** `target` is a release's id, or a service's name for the release under way there. */
  order(target: string, order: Order, note?: string, signal?: AbortSignal): Promise<ReleaseView> {
    const path = `/api/v1/releases/${segment(target)}/${order}`
    return this.#call({ method: 'POST', path, body: note === undefined ? {} : { note }, signal }, ReleaseView)
  }

  /** Newest last. Without `afterSeq` the last ones. */
  entries(query: EntryQuery = {}, signal?: AbortSignal): Promise<readonly EntryView[]> {
    return this.#call({ method: 'GET', path: `/api/v1/logbook${search(query)}`, signal }, EntryView.array())
  }

  /**
   * Each new entry as it is written, until the signal aborts. Rejects as other calls do when the hub goes away; who
   * then follows after the `seq` of the last entry misses none.
   */
  async *follow(query: EntryQuery, signal: AbortSignal): AsyncGenerator<EntryView> {
    try {
      let afterSeq = query.afterSeq ?? (await this.entries({ limit: 1 }, signal)).at(-1)?.seq ?? 0
      while (!signal.aborted) {
        const path = `/api/v1/logbook/next${search({ ...query, afterSeq })}`
        const ask = { method: 'GET', path, signal, withinMs: NEXT_ENTRY_WITHIN_MS } as const
        for (const entry of await this.#call(ask, EntryView.array())) {
          afterSeq = entry.seq
          yield entry
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  /** `anchor`: `SEQ:HASH` of an earlier verification, kept elsewhere. */
  verify(anchor?: string, signal?: AbortSignal): Promise<VerifyView> {
    const path = `/api/v1/logbook/verify${search({ anchor })}`
    return this.#call({ method: 'GET', path, signal, withinMs: LONGEST_ANSWER_MS }, VerifyView)
  }

  users(signal?: AbortSignal): Promise<readonly UserView[]> {
    return this.#call({ method: 'GET', path: '/api/v1/users', signal }, UserView.array())
  }

  createUser(body: NewUserBody, signal?: AbortSignal): Promise<UserWithPassword> {
    return this.#call({ method: 'POST', path: '/api/v1/users', body, signal }, UserWithPassword)
  }

  changeUser(name: string, body: UserChangeBody, signal?: AbortSignal): Promise<UserView> {
    return this.#call({ method: 'POST', path: `/api/v1/users/${segment(name)}`, body, signal }, UserView)
  }

  disableUser(name: string, signal?: AbortSignal): Promise<UserView> {
    return this.#call({ method: 'POST', path: `/api/v1/users/${segment(name)}/disable`, signal }, UserView)
  }

  enableUser(name: string, signal?: AbortSignal): Promise<UserView> {
    return this.#call({ method: 'POST', path: `/api/v1/users/${segment(name)}/enable`, signal }, UserView)
  }

  /** A new one-time password; it signs them out everywhere. */
  resetPassword(name: string, signal?: AbortSignal): Promise<UserWithPassword> {
    const path = `/api/v1/users/${segment(name)}/reset-password`
    return this.#call({ method: 'POST', path, signal }, UserWithPassword)
  }

  tokens(signal?: AbortSignal): Promise<readonly TokenView[]> {
    return this.#call({ method: 'GET', path: '/api/v1/tokens', signal }, TokenView.array())
  }

  createToken(body: NewTokenBody, signal?: AbortSignal): Promise<NewTokenView> {
    return this.#call({ method: 'POST', path: '/api/v1/tokens', body, signal }, NewTokenView)
  }

  async revokeToken(name: string, signal?: AbortSignal): Promise<void> {
    await this.#call({ method: 'DELETE', path: `/api/v1/tokens/${segment(name)}`, signal }, z.undefined())
  }

  async #call<Reply>(ask: Ask, Reply: z.ZodType<Reply>): Promise<Reply> {
    const { url } = this.#options
    const { ok, status, text } = await (ask.method === 'POST' ? this.#order(ask) : this.#exchange(ask, {}))
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
      return await this.#exchange(ask, key)
    } catch (error) {
      if (!(error instanceof HubUnreachable) || !error.isCut) throw error
      const caller = this.#signalOf(ask)
      await pause(this.#options.clock, AGAIN_AFTER_MS, caller)
      caller.throwIfAborted()
      return await this.#exchange(ask, key).catch((again: unknown) => {
        // Whatever kept the second one from being heard: the first may have been.
        throw again instanceof HubUnreachable ? error : again
      })
    }
  }

  #signalOf(ask: Ask): AbortSignal {
    return AbortSignal.any([ask.signal, this.#options.signal].filter(signal => signal !== undefined))
  }

  async #exchange(ask: Ask, headers: Readonly<Record<string, string>>): Promise<Answer> {
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
      throw silence(url, method, error)
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

interface Ask {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly signal: AbortSignal | undefined
  readonly withinMs?: number
}

/** A text as it can stand in a path or a header, halves of characters aside. */
function segment(text: string): string {
  return encodeURIComponent(text.toWellFormed())
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

function silence(url: string, method: Ask['method'], error: unknown): HubUnreachable {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const wasAsked = !NEVER_ASKED.test(code)
  const mayBeDone = method !== 'GET' && wasAsked
  return new HubUnreachable(
    mayBeDone ? `the hub at ${url} did not say what became of it` : `no hub answers at ${url}`,
    {
      hint: mayBeDone ? 'It may have been done: look with shipwatch status.' : 'Start one: shipwatch up',
      cause: plain(cause),
      isCut: wasAsked && !(cause instanceof Error && cause.name === 'TimeoutError'),
    },
  )
}

/** Only the words: a chain of causes says “fetch failed” and the like in between. */
function plain(error: unknown): Error {
  return new Error(messageOf(error))
}

function search(query: Readonly<Record<string, string | number | undefined>>): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined) params.set(key, String(value))
  return params.size === 0 ? '' : `?${params.toString()}`
}
