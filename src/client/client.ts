import type { z } from 'zod'
import { type Clock, deadline, messageOf, ShipwatchError } from '../kernel/index.ts'
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
}

export interface ClientOptions {
  /** Where the hub listens: `http://127.0.0.1:7700`. */
  readonly url: string
  readonly token: string
  /** Who asks, for the logbook: `user/li`. */
  readonly actor: string
  readonly clock: Clock
}

export type Order = 'promote' | 'pause' | 'resume' | 'rollback'

const ANSWER_WITHIN_MS = 15_000

/** The hub's API, typed. Every call rejects with `Refused` or `HubUnreachable`. */
export class Client {
  readonly #options: ClientOptions

  constructor(options: ClientOptions) {
    this.#options = options
  }

  status(): Promise<StatusView> {
    return this.#call('GET', '/api/v1/status', StatusView)
  }

  service(name: string): Promise<ServiceView> {
    return this.#call('GET', `/api/v1/services/${encodeURIComponent(name)}`, ServiceView)
  }

  deploy(service: string, body: DeployBody): Promise<ReleaseView> {
    return this.#call('POST', `/api/v1/services/${encodeURIComponent(service)}/releases`, ReleaseView, body)
  }

  /** Takes back the release under way, or brings back version `to`. */
  rollBack(service: string, body: { to?: string; note?: string } = {}): Promise<ReleaseView> {
    return this.#call('POST', `/api/v1/services/${encodeURIComponent(service)}/rollback`, ReleaseView, body)
  }

  releases(query: ReleaseQuery = {}): Promise<readonly ReleaseView[]> {
    return this.#call('GET', `/api/v1/releases${search(query)}`, ReleaseView.array())
  }

  release(id: string): Promise<ReleaseView> {
    return this.#call('GET', `/api/v1/releases/${encodeURIComponent(id)}`, ReleaseView)
  }

  /** `target` is a release's id, or a service's name for the release under way there. */
  order(target: string, order: Order, note?: string): Promise<ReleaseView> {
    const path = `/api/v1/releases/${encodeURIComponent(target)}/${order}`
    return this.#call('POST', path, ReleaseView, note === undefined ? {} : { note })
  }

  /** Newest last. Without `afterSeq` the last ones. */
  entries(query: EntryQuery = {}): Promise<readonly EntryView[]> {
    return this.#call('GET', `/api/v1/logbook${search(query)}`, EntryView.array())
  }

  /** Each new entry as it is written, until the signal aborts; goes on where it was after a cut. */
  async *follow(query: EntryQuery, signal: AbortSignal): AsyncGenerator<EntryView> {
    let afterSeq = query.afterSeq ?? (await this.entries({ limit: 1 })).at(-1)?.seq ?? 0
    while (!signal.aborted) {
      // The hub holds the answer back until there is something to say, for 20 s at most.
      const path = `/api/v1/logbook/next${search({ ...query, afterSeq })}`
      const page = await this.#call('GET', path, EntryView.array(), undefined, signal, 40_000)
      for (const entry of page) {
        afterSeq = entry.seq
        yield entry
      }
    }
  }

  /** `anchor`: `SEQ:HASH` of an earlier verification, kept elsewhere. */
  verify(anchor?: string): Promise<VerifyView> {
    return this.#call('GET', `/api/v1/logbook/verify${search({ anchor })}`, VerifyView, undefined, undefined, 600_000)
  }

  async #call<Reply>(
    method: 'GET' | 'POST',
    path: string,
    Reply: z.ZodType<Reply>,
    body?: unknown,
    signal?: AbortSignal,
    withinMs = ANSWER_WITHIN_MS,
  ): Promise<Reply> {
    const { url, token, actor, clock } = this.#options
    const limit = deadline(clock, withinMs, signal)
    let status: number
    let answer: unknown
    try {
      const response = await fetch(new URL(path, url), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'x-shipwatch-actor': encodeURIComponent(actor),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: limit.signal,
      })
      status = response.status
      answer = await response.json()
    } catch (error) {
      if (signal?.aborted) throw error
      throw new HubUnreachable(`no hub answers at ${url}`, { hint: 'Start one: shipwatch up', cause: plain(error) })
    } finally {
      limit.done()
    }
    if (status >= 400) {
      const problem = Problem.safeParse(answer)
      if (problem.success) throw new Refused(status, problem.data)
      throw new HubUnreachable(`what answers at ${url} is no hub: ${status}`, { hint: 'Check --hub.' })
    }
    const reply = Reply.safeParse(answer)
    if (reply.success) return reply.data
    throw new HubUnreachable(`what answers at ${url} is no hub, or one of another version`, { hint: 'Check --hub.' })
  }
}

/** `fetch` says “fetch failed” and hides why in its cause. */
function plain(error: unknown): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return new Error(messageOf(cause))
}

function search(query: Readonly<Record<string, string | number | undefined>>): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined) params.set(key, String(value))
  return params.size === 0 ? '' : `?${params.toString()}`
}
