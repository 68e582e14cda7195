import { createHash, timingSafeEqual } from 'node:crypto'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { Denied, InvalidInput, NotFound, ShipwatchError } from '../kernel/index.ts'
import { answerRead, answerText } from './answer.ts'
import { addDocumentation } from './documentation/index.ts'
import { Live } from './live/index.ts'
import { liveRoutes } from './live-route.ts'
import { logbookRoutes } from './logbook.ts'
import { MethodNotAllowed, problemOf, refuseUnreadable } from './problem.ts'
import { releaseRoutes } from './releases.ts'
import { keyOf, Repeats } from './repeat.ts'
import type { Inside, Rooms } from './rooms.ts'
import type { Route, Tell } from './route.ts'
import { statusRoutes } from './status.ts'

export const ROUTES: readonly Route[] = [...statusRoutes, ...releaseRoutes, ...logbookRoutes, ...liveRoutes]

interface Options {
  /** What a caller must show as a bearer token. */
  readonly token: string
  /** Told of what was not expected; the caller learns only that something failed. */
  readonly complain: (message: string, detail: Record<string, unknown>) => void
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
      void reply.status(status).header('cache-control', 'no-store').send(problem)
    },
    clientErrorHandler: refuseUnreadable,
  })
  const inside: Inside = { ...rooms, live: new Live({ ...rooms, complain }) }
  const repeats = new Repeats(rooms.store)
  const expected = digest(token)

  server.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
    if (request.routeOptions.config.open) return
    const shown = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    if (!timingSafeEqual(digest(shown), expected)) {
      throw new Denied('no valid token was shown', { hint: 'Send the hub.token of the data folder as a bearer token.' })
    }
  })
  server.addHook('preClose', async () => inside.live.close())
  const methods = methodsBesides(server)
  server.get('/healthz', { config: { open: true } }, async () => ({ ok: true }))
  for (const route of ROUTES) add(server, route, inside, repeats)
  addDocumentation(server, ROUTES, rooms.hub.version)
  server.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?')
    const allowed = methods(path)
    if (allowed.length === 0) {
      throw new NotFound(`no ${request.method} ${path}`, { hint: 'The API begins at /api/v1/status.' })
    }
    reply.header('allow', allowed.join(', '))
    throw new MethodNotAllowed(`no ${request.method} ${path}`, { hint: `It takes ${allowed.join(' and ')}.` })
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

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Anybody may ask. */
    open?: boolean
  }
}

/** Which methods a path has: of all routes that are added from now on. */
function methodsBesides(server: FastifyInstance): (path: string) => readonly string[] {
  const known: { readonly method: string; readonly pattern: RegExp }[] = []
  server.addHook('onRoute', ({ method, url }) => {
    const pattern = new RegExp(`^${url.replace(/:\w+/g, '[^/]+')}$`)
    for (const one of [method].flat()) known.push({ method: one, pattern })
  })
  return path => [...new Set(known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))].toSorted()
}

function add(server: FastifyInstance, route: Route, inside: Inside, repeats: Repeats): void {
  server.route({
    method: route.method,
    url: route.path,
    exposeHeadRoute: route.method === 'GET' && route.answers === 'json',
    config: { open: route.open },
    async handler(request, reply) {
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort()) // of the answer: a connection lives for many
      const lastEventId = request.headers['last-event-id']
      const checked = {
        params: check(route.params, request.params),
        query: check(route.query, request.query),
        body: check(route.body, request.body ?? {}),
        actor: actorOf(request.headers['x-shipwatch-actor']),
        signal: gone.signal,
        lastEventId: typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : undefined,
        remember: undefined,
      }
      // The schemas that were just applied are those that typed the handler.
      const handle = (more: object): Promise<unknown> =>
        route.handle(inside, { ...checked, ...more } as Parameters<Route['handle']>[1])
      if (route.method === 'POST') return carryOut(route, request, reply, repeats, checked, handle)
      const answer = await handle({})
      if (route.answers === 'events') return stream(reply, answer as Tell)
      return answerRead(request, reply, JSON.stringify(answer), route.next?.(answer as never, checked.query as never))
    },
  })
}

/** Once, however often it is asked for with the same key. */
async function carryOut(
  { method, status, repeatable }: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  repeats: Repeats,
  { actor, body, signal }: { readonly actor: string; readonly body: unknown; readonly signal: AbortSignal },
  handle: (more: object) => Promise<unknown>,
): Promise<FastifyReply> {
  const key = repeatable ? keyOf(request.headers['idempotency-key']) : undefined
  if (key === undefined) return answerText(reply.status(status), JSON.stringify(await handle({})))
  const asked = { actor, key, method, path: request.url, body, status, signal }
  const answer = await repeats.answer(asked, remember => handle({ remember }))
  if (answer.repeated) reply.header('idempotency-replayed', 'true')
  return answerText(reply.status(answer.status), answer.text)
}

/** From here on the connection belongs to whoever writes the events. */
function stream(reply: FastifyReply, tell: Tell): void {
  reply.hijack()
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no', // or nginx would gather events until it has enough of them
  })
  tell(reply.raw)
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

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
