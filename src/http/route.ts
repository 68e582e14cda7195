import type { z } from 'zod'
import type { From, Principal, Scope } from '../access/index.ts'
import type { Rooms } from './rooms.ts'

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
export interface Request<Params, Query, Body> {
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
}

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
  readonly handle: (rooms: Rooms, request: Request<never, never, never>) => Promise<unknown>
}

interface Definition<Params, Query, Body, Reply> {
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
  readonly handle: (rooms: Rooms, request: Request<Params, Query, Body>) => Promise<Reply>
}

/** Types a route by its schemas. */
export function route<Reply = void, Params = undefined, Query = undefined, Body = undefined>(
  definition: Definition<Params, Query, Body, Reply>,
): Route {
  const { params, query, body, reply, passive = false, status = reply ? 200 : 204, ...rest } = definition
  return { ...rest, params, query, body, reply, passive, status, handle: definition.handle }
}
