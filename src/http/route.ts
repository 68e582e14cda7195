import type { ServerResponse } from 'node:http'
import type { z } from 'zod'
import type { Transaction } from '../store/index.ts'
import type { Inside } from './rooms.ts'

/** What a handler is given, checked. */
export interface Request<Params, Query, Body, Reply = unknown> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** Who asks, for the logbook: `user/li`. */
  readonly actor: string
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal
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

/** One route of the API: its schemas are its documentation, its checks, and its types. */
export interface Route {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly summary: string
  readonly params: z.ZodType | undefined
  readonly query: z.ZodType | undefined
  readonly body: z.ZodType | undefined
  readonly reply: z.ZodType
  readonly status: number
  /** `events`: server-sent events, each as `reply` says; the handler gives what writes them. */
  readonly answers: 'json' | 'events'
  /** Whether anybody may ask, also who shows nothing. */
  readonly open: boolean
  /** Whether a repetition with the same key is told the same. Not where the reply holds a secret: it would be stored. */
  readonly repeatable: boolean
  readonly next: ((reply: never, query: never) => Further | undefined) | undefined
  readonly handle: (rooms: Inside, request: Request<never, never, never>) => Promise<unknown>
}

interface Definition<Params, Query, Body, Reply, Answer> {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly summary: string
  readonly params?: z.ZodType<Params>
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
  readonly reply: z.ZodType<Reply>
  readonly status?: number
  readonly open?: boolean
  readonly repeatable?: boolean
  /** Of a list: what the next page is asked with, if there may be one. */
  readonly next?: (reply: Reply, query: Query) => Further | undefined
  readonly handle: (rooms: Inside, request: Request<Params, Query, Body, Reply>) => Promise<Answer>
}

/** Types a route by its schemas. */
export function route<Reply, Params = undefined, Query = undefined, Body = undefined>(
  definition: Definition<Params, Query, Body, Reply, Reply>,
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
  const { params, query, body, next, status = 200, open = false, repeatable = true, ...rest } = definition
  return { ...rest, params, query, body, next, status, open, repeatable, answers, handle: definition.handle }
}
