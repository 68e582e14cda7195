import { z } from 'zod'
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
  type ReleaseQuery,
  ReleaseView,
  ServiceView,
  StatusView,
  VerifyView,
} from './contract.ts'
import { type ClientOptions, Exchange, segment } from './exchange.ts'
import { ChannelView, type DeliveryQuery, DeliveryStoryView, DeliveryView } from './notices.ts'

export type Order = 'promote' | 'pause' | 'resume' | 'rearm' | 'rollback'

/** undici, which is behind `fetch`, waits no longer than this for an answer to begin. */
const LONGEST_ANSWER_MS = 300_000
/** The hub holds an answer back for 20 s at most until there is something to say. */
const NEXT_ENTRY_WITHIN_MS = 40_000
/** A provider has 15 s to answer the hub. */
const TESTED_WITHIN_MS = 30_000

/**
 * The hub's API, typed. Every call rejects with `Refused` or `HubUnreachable`, or with the reason of a signal that
 * aborted it; what was asked for may then have been done all the same.
 */
export class Client {
  readonly #exchange: Exchange

  constructor(options: ClientOptions) {
    this.#exchange = new Exchange(options)
  }

  status(signal?: AbortSignal): Promise<StatusView> {
    return this.#exchange.call({ method: 'GET', path: '/api/v1/status', signal }, StatusView)
  }

  service(name: string, signal?: AbortSignal): Promise<ServiceView> {
    return this.#exchange.call({ method: 'GET', path: `/api/v1/services/${segment(name)}`, signal }, ServiceView)
  }

  deploy(service: string, body: DeployBody, signal?: AbortSignal): Promise<ReleaseView> {
    const path = `/api/v1/services/${segment(service)}/releases`
    return this.#exchange.call({ method: 'POST', path, body, signal }, ReleaseView)
  }

  /** Takes back the release under way, or brings back version `to`. */
  rollBack(
    service: string,
    body: { readonly to?: string; readonly note?: string } = {},
    signal?: AbortSignal,
  ): Promise<ReleaseView> {
    const path = `/api/v1/services/${segment(service)}/rollback`
    return this.#exchange.call({ method: 'POST', path, body, signal }, ReleaseView)
  }

  releases(query: ReleaseQuery = {}, signal?: AbortSignal): Promise<readonly ReleaseView[]> {
    return this.#exchange.call({ method: 'GET', path: `/api/v1/releases${search(query)}`, signal }, ReleaseView.array())
  }

  release(id: string, signal?: AbortSignal): Promise<ReleaseView> {
    return this.#exchange.call({ method: 'GET', path: `/api/v1/releases/${segment(id)}`, signal }, ReleaseView)
  }

  /** `target` is a release's id, or a service's name for the release under way there. */
  order(target: string, order: Order, note?: string, signal?: AbortSignal): Promise<ReleaseView> {
    const path = `/api/v1/releases/${segment(target)}/${order}`
    return this.#exchange.call({ method: 'POST', path, body: note === undefined ? {} : { note }, signal }, ReleaseView)
  }

  /** Newest last. Without `afterSeq` the last ones. */
  entries(query: EntryQuery = {}, signal?: AbortSignal): Promise<readonly EntryView[]> {
    return this.#exchange.call({ method: 'GET', path: `/api/v1/logbook${search(query)}`, signal }, EntryView.array())
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
        for (const entry of await this.#exchange.call(ask, EntryView.array())) {
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
    return this.#exchange.call({ method: 'GET', path, signal, withinMs: LONGEST_ANSWER_MS }, VerifyView)
  }

  /** Every configured channel, and how it does. */
  channels(signal?: AbortSignal): Promise<readonly ChannelView[]> {
    return this.#exchange.call({ method: 'GET', path: '/api/v1/channels', signal }, ChannelView.array())
  }

  /** Sends a test over a channel, once; what came of it is the delivery's state and its one attempt. */
  testChannel(name: string, signal?: AbortSignal): Promise<DeliveryStoryView> {
    const path = `/api/v1/channels/${segment(name)}/test`
    const ask = { method: 'POST', path, signal, withinMs: TESTED_WITHIN_MS, shownBy: 'shipwatch deliveries' } as const
    return this.#exchange.call(ask, DeliveryStoryView)
  }

  /** What was said to people, newest first. */
  deliveries(query: DeliveryQuery = {}, signal?: AbortSignal): Promise<readonly DeliveryView[]> {
    return this.#exchange.call(
      { method: 'GET', path: `/api/v1/deliveries${search(query)}`, signal },
      DeliveryView.array(),
    )
  }

  /** One delivery with every attempt. */
  delivery(id: string, signal?: AbortSignal): Promise<DeliveryStoryView> {
    return this.#exchange.call({ method: 'GET', path: `/api/v1/deliveries/${segment(id)}`, signal }, DeliveryStoryView)
  }

  users(signal?: AbortSignal): Promise<readonly UserView[]> {
    return this.#exchange.call({ method: 'GET', path: '/api/v1/users', signal }, UserView.array())
  }

  createUser(body: NewUserBody, signal?: AbortSignal): Promise<UserWithPassword> {
    return this.#exchange.call({ method: 'POST', path: '/api/v1/users', body, signal }, UserWithPassword)
  }

  changeUser(name: string, body: UserChangeBody, signal?: AbortSignal): Promise<UserView> {
    return this.#exchange.call({ method: 'POST', path: `/api/v1/users/${segment(name)}`, body, signal }, UserView)
  }

  disableUser(name: string, signal?: AbortSignal): Promise<UserView> {
    return this.#exchange.call({ method: 'POST', path: `/api/v1/users/${segment(name)}/disable`, signal }, UserView)
  }

  enableUser(name: string, signal?: AbortSignal): Promise<UserView> {
    return this.#exchange.call({ method: 'POST', path: `/api/v1/users/${segment(name)}/enable`, signal }, UserView)
  }

  /** A new one-time password; it signs them out everywhere. */
  resetPassword(name: string, signal?: AbortSignal): Promise<UserWithPassword> {
    const path = `/api/v1/users/${segment(name)}/reset-password`
    return this.#exchange.call({ method: 'POST', path, signal }, UserWithPassword)
  }

  tokens(signal?: AbortSignal): Promise<readonly TokenView[]> {
    return this.#exchange.call({ method: 'GET', path: '/api/v1/tokens', signal }, TokenView.array())
  }

  createToken(body: NewTokenBody, signal?: AbortSignal): Promise<NewTokenView> {
    return this.#exchange.call({ method: 'POST', path: '/api/v1/tokens', body, signal }, NewTokenView)
  }

  async revokeToken(name: string, signal?: AbortSignal): Promise<void> {
    await this.#exchange.call({ method: 'DELETE', path: `/api/v1/tokens/${segment(name)}`, signal }, z.undefined())
  }
}

function search(query: Readonly<Record<string, string | number | undefined>>): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined) params.set(key, String(value))
  return params.size === 0 ? '' : `?${params.toString()}`
}
