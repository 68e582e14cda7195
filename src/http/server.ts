import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify'
import type { z } from 'zod'
import { Throttled } from '../access/index.ts'
import type { Problem } from '../client/index.ts'
import { InvalidInput, messageOf, NotFound, ShipwatchError } from '../kernel/index.ts'
import { securityHeaders } from './headers.ts'
import { Identity, NOBODY } from './identity.ts'
import { logbookRoutes } from './logbook.ts'
import { addPages } from './pages.ts'
import { releaseRoutes } from './releases.ts'
import type { Rooms } from './rooms.ts'
import type { Route } from './route.ts'
import { sessionRoutes } from './session.ts'
import { statusRoutes } from './status.ts'
import { tokenRoutes } from './tokens.ts'
import { userRoutes } from './users.ts'

export const ROUTES: readonly Route[] = [
  ...sessionRoutes,
  ...statusRoutes,
  ...releaseRoutes,
  ...logbookRoutes,
  ...userRoutes,
  ...tokenRoutes,
]

interface Options {
  /** Where people reach the console, if that is another address than the hub listens on. */
  readonly publicUrl?: string | undefined
  /** Addresses and networks of proxies whose word on where a request comes from is believed. */
  readonly proxies?: readonly string[]
  /** The folder of the built console. */
  readonly pages: string
  /** Told of what was not expected; the caller learns only that something failed. */
  readonly complain: (message: string, detail: Record<string, unknown>) => void
}

const STATUS: Readonly<Record<string, number>> = {
  invalid_input: 400,
  denied: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  throttled: 429,
  unavailable: 503,
}

const BODY_BYTES = 1_048_576

/** The hub's HTTP interface: checks who asks and what, and calls a room; and the console, as files. */
export function httpServer(rooms: Rooms, { publicUrl, proxies = [], pages, complain }: Options): FastifyInstance {
  const headers = securityHeaders(publicUrl?.startsWith('https:') ?? false)
  const server = Fastify({
    logger: false,
    bodyLimit: BODY_BYTES,
    forceCloseConnections: true,
    trustProxy: proxies.length > 0 && [...proxies],
    // A path that cannot be read is refused before anybody is asked who they are.
    frameworkErrors: (error, _, reply: FastifyReply) => {
      const { status, problem } = problemOf(error)
      void reply.headers(headers).status(status).send(problem)
    },
  })
  const identity = new Identity({ access: rooms.access, publicUrl, address: () => server.listeningOrigin })
  server.decorateRequest('principal')
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(headers).header('cache-control', 'no-store')
    request.principal = await identity.identify(request)
  })
  server.get('/healthz', { config: { scope: 'none' } }, async () => ({ ok: true }))
  for (const route of ROUTES) add(server, route, rooms, identity)
  addPages(server, pages)
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
    if (status === 401) reply.header('www-authenticate', 'Bearer')
    if (error instanceof Throttled) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1_000))
    return reply.status(status).send(problem)
  })
  return server
}

function add(server: FastifyInstance, route: Route, rooms: Rooms, identity: Identity): void {
  server.route({
    method: route.method,
    url: route.path,
    config: { scope: route.scope, passive: route.passive },
    async handler(request, reply) {
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort()) // of the answer: a connection lives for many
      const principal = request.principal ?? NOBODY
      const checked = {
        params: check(route.params, request.params),
        query: check(route.query, request.query),
        body: check(route.body, request.body ?? {}),
        principal,
        actor: principal.actor,
        visit: identity.visitOf(request, reply),
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
  const { issues } = result.error
  // A key that nobody knows is most likely the very one that is missed elsewhere, misspelt.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  const field = issue?.path.join('.') ?? ''
  const more = issues.length - 1
  throw new InvalidInput(`${field ? `${field}: ` : ''}${issue?.message}${more > 0 ? ` (and ${more} more)` : ''}`, {
    field,
  })
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
