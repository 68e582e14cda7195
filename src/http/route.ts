import type { z } from 'zod'
import type { Rooms } from './rooms.ts'

/** What a handler is given, checked. */
export interface Request<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** Who asks, for the logbook: `user/li`. */
  readonly actor: string
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal
}

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
  readonly handle: (rooms: Rooms, request: Request<never, never, never>) => Promise<unknown>
}

interface Definition<Params, Query, Body, Reply> {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly summary: string
  readonly params?: z.ZodType<Params>
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
  readonly reply: z.ZodType<Reply>
  readonly status?: number
  readonly handle: (rooms: Rooms, request: Request<Params, Query, Body>) => Promise<Reply>
}

/** Types a route by its schemas. */
export function route<Reply, Params = undefined, Query = undefined, Body = undefined>(
  definition: Definition<Params, Query, Body, Reply>,
): Route {
  const { params, query, body, status = 200, ...rest } = definition
  return { ...rest, params, query, body, status, handle: definition.handle }
}
