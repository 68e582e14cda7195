import type { ServerResponse } from 'node:http'
import type { z } from 'zod'
import type { From, Principal, Scope } from '../access/index.ts'
import type { Transaction } from '../store/index.ts'
import type { Inside } from './inside.ts'
import type { Written } from './written.ts'

/** `none`: anybody may ask; `any`: whoever is known, also before they have chosen a password of their own. */
export type RouteScope = Scope | 'any' | 'none'

/** Where a request comes from, and what the browser keeps of its session. */
export interface Visit {
  readonly from: From
  /** The session's secret that the browser has. */
  readonly secret: string | undefined
  readonly keepSecret: (secret: string) => void
  readonly dropSecret: () => void
}

/** What a handler is given, checked. */
export interface Request<Params, Query, Body, Reply = unknown> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** Who asks. Where anybody may, somebody without any right. */
  readonly principal: Principal
  /** The same for the logbook: `user/li`. */
  readonly actor: string
  readonly visit: Visit
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal
  /** Whether whoever asked may still ask this: for answers that go on for long. */
  readonly mayStill: () => Promise<boolean>
  /** What an event stream showed the client last, if it says so. */
  readonly lastEventId: string | undefined
  /**
   * Given with a request that may be repeated. Call it in the transaction that has the effect, with the reply: then a
   * repetition is told the same and does nothing, whatever happens after the commit.
   */
  readonly remember: ((tx: Transaction, reply: Reply) => Promise<void>) | undefined
}

/** The part of a query that asks for the next page. */
export type Further = Readonly<Record<string, string | number | undefined>>

export type Method = 'GET' | 'POST' | 'DELETE'

/** One route of the API: its schemas are its documentation, its checks, and its types. */
export interface Route {
  readonly method: Method
  readonly path: string
  readonly summary: string
  readonly scope: RouteScope
  /** Asked by a page that is merely open: it does not keep a session from ending unused. */
  readonly passive: boolean
  readonly params: z.ZodType | undefined
  readonly query: z.ZodType | undefined
  readonly body: z.ZodType | undefined
  /** `undefined`: there is nothing to say, and the status is 204. */
  readonly reply: z.ZodType | undefined
  readonly status: number
  /** `events`: server-sent events, each as `reply` says; the handler gives what writes them. */
  readonly answers: 'json' | 'events'
  /** Whether a repetition with the same key is told the same. Not where the reply holds a secret: it would be stored. */
  readonly repeatable: boolean
  readonly next: ((reply: never, query: never) => Further | undefined) | undefined
  readonly handle: (rooms: Inside, request: Request<never, never, never>) => Promise<unknown>
}

interface Definition<Params, Query, Body, Reply, Answer> {
  readonly method: Method
  readonly path: string
  readonly summary: string
  readonly scope: RouteScope
  readonly passive?: boolean
  readonly params?: z.ZodType<Params>
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
  readonly reply?: z.ZodType<Reply>
  readonly status?: number
  readonly repeatable?: boolean
  /** Of a list: what the next page is asked with, if there may be one. */
  readonly next?: (reply: Reply, query: Query) => Further | undefined
  readonly handle: (rooms: Inside, request: Request<Params, Query, Body, Reply>) => Promise<Answer>
}

/** Types a route by its schemas. What is written already is held to them by the tests alone. */
export function route<Reply = void, Params = undefined, Query = undefined, Body = undefined>(
  definition: Definition<Params, Query, Body, Reply, Reply | Written>,
): Route {
  return made(definition, 'json')
}

/** Writes events to a client until it goes. */
export type Tell = (response: ServerResponse) => void

/** The same for a stream of server-sent events, each of which is as `reply` says. */
export function eventRoute<Reply, Params = undefined, Query = undefined>(
  definition: Definition<Params, Query, undefined, Reply, Tell>,
): Route {
  return made(definition, 'events')
}

function made<Params, Query, Body, Reply, Answer>(
  definition: Definition<Params, Query, Body, Reply, Answer>,
  answers: Route['answers'],
): Route {
  const { params, query, body, reply, next, repeatable = true, passive = false, ...rest } = definition
  const { status = reply ? 200 : 204 } = definition
  return { ...rest, params, query, body, reply, next, status, repeatable, passive, answers, handle: definition.handle }
}
