import { createHash, timingSafeEqual } from 'node:crypto'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify'
import type { z } from 'zod'
import type { Problem } from '../client/index.ts'
import { Denied, InvalidInput, messageOf, NotFound, ShipwatchError } from '../kernel/index.ts'
import { logbookRoutes } from './logbook.ts'
import { releaseRoutes } from './releases.ts'
import type { Rooms } from './rooms.ts'
import type { Route } from './route.ts'
import { statusRoutes } from './status.ts'

export const ROUTES: readonly Route[] = [...statusRoutes, ...releaseRoutes, ...logbookRoutes]

interface Options {
  /** What a caller must show as a bearer token. */
  readonly token: string
  /** Told of what was not expected; the caller learns only that something failed. */
  readonly complain: (message: string, detail: Record<string, unknown>) => void
}

const STATUS: Readonly<Record<string, number>> = {
  invalid_input: 400,
  denied: 401,
  not_found: 404,
  conflict: 409,
  unavailable: 503,
}

const BODY_BYTES = 1_048_576

/** The hub's HTTP interface: checks who asks and what, and calls a room. */
export function httpServer(rooms: Rooms, { token, complain }: Options): FastifyInstance {
  const server = Fastify({
    logger: false,
    bodyLimit: BODY_BYTES,
    forceCloseConnections: true,
    // A path that cannot be read is refused before anybody is asked for a token.
    frameworkErrors: (error, _, reply: FastifyReply) => {
      const { status, problem } = problemOf(error)
      void reply.status(status).send(problem)
    },
  })
  const expected = digest(token)

  server.addHook('onRequest', async request => {
    if (request.url === '/healthz') return
    const shown = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    if (!timingSafeEqual(digest(shown), expected)) {
      throw new Denied('no valid token was shown', { hint: 'Send the hub.token of the data folder as a bearer token.' })
    }
  })
  server.get('/healthz', async () => ({ ok: true }))
  for (const route of ROUTES) add(server, route, rooms)
  server.setNotFoundHandler(request => {
    throw new NotFound(`no ${request.method} ${request.url.split('?')[0]}`, {
      hint: 'The API begins at /api/v1/status.',
    })
  })
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    const { status, problem } = problemOf(error)
    if (status >= 500 && !(error instanceof ShipwatchError)) {
      complain('a request failed unexpectedly', { route: request.routeOptions.url, error: error.stack })
    }
    return reply.status(status).send(problem)
  })
  return server
}

function add(server: FastifyInstance, route: Route, rooms: Rooms): void {
  server.route({
    method: route.method,
    url: route.path,
    async handler(request, reply) {
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort()) // of the answer: a connection lives for many
      const checked = {
        params: check(route.params, request.params),
        query: check(route.query, request.query),
        body: check(route.body, request.body ?? {}),
        actor: actorOf(request.headers['x-shipwatch-actor']),
        signal: gone.signal,
      }
      // The schemas that were just applied are those that typed the handler.
      const answer = await route.handle(rooms, checked as Parameters<Route['handle']>[1])
      return reply.status(route.status).send(answer)
    },
  })
}

function check(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const field = issue?.path.join('.') ?? ''
  const more = result.error.issues.length - 1
  throw new InvalidInput(`${field ? `${field}: ` : ''}${issue?.message}${more > 0 ? ` (and ${more} more)` : ''}`, {
    field,
  })
}

/** Who asks, as the client says; every holder of the token is an administrator of this machine. */
function actorOf(header: string | string[] | undefined): string {
  if (typeof header !== 'string') return 'user/unknown'
  try {
    const actor = decodeURIComponent(header)
    return /^[a-z]+\/[^\s/]{1,100}$/u.test(actor) ? actor : 'user/unknown'
  } catch {
    return 'user/unknown' // malformed escapes
  }
}

function problemOf(error: FastifyError | Error): { status: number; problem: Problem } {
  if (error instanceof ShipwatchError) {
    const { code, hint, field } = error
    const told = { code, message: messageOf(error), ...(field ? { field } : {}), ...(hint ? { hint } : {}) }
    return { status: STATUS[code] ?? 500, problem: { error: told } }
  }
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  // Fastify's own refusals (malformed JSON, a body too large) are the caller's fault and name it.
  if (status < 500) return { status, problem: { error: { code: 'invalid_input', message: error.message } } }
  return {
    status: 500,
    problem: { error: { code: 'internal', message: 'something failed in the hub; its log says what' } },
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
