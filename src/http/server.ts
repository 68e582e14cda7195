import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Throttled } from '../access/index.ts'
import { NotFound, ShipwatchError } from '../kernel/index.ts'
import { answerRead, answerText } from './answer.ts'
import { check } from './check.ts'
import { addDocumentation } from './documentation/index.ts'
import { securityHeaders } from './headers.ts'
import { Identity, NOBODY } from './identity.ts'
import type { Inside } from './inside.ts'
import { Live } from './live/index.ts'
import { liveRoutes } from './live-route.ts'
import { logbookRoutes } from './logbook.ts'
import { noticeRoutes } from './notices.ts'
import { Overview } from './overview.ts'
import { addPages } from './pages.ts'
import { MethodNotAllowed, problemOf, refuseUnreadable } from './problem.ts'
import { releaseRoutes } from './releases.ts'
import { keyOf, Repeats } from './repeat.ts'
import type { Rooms } from './rooms.ts'
import type { Route, Tell } from './route.ts'
import { sessionRoutes } from './session.ts'
import { statusRoutes } from './status.ts'
import { tokenRoutes } from './tokens.ts'
import { userRoutes } from './users.ts'
import { Written } from './written.ts'

export const ROUTES: readonly Route[] = [
  ...sessionRoutes,
  ...statusRoutes,
  ...releaseRoutes,
  ...logbookRoutes,
  ...liveRoutes,
  ...noticeRoutes,
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
      void reply.headers(headers).header('cache-control', 'no-store').status(status).send(problem)
    },
    clientErrorHandler: refuseUnreadable,
  })
  const inside: Inside = { ...rooms, live: new Live({ ...rooms, complain }), overview: new Overview(rooms) }
  const repeats = new Repeats(rooms.store)
  const identity = new Identity({ access: rooms.access, publicUrl, address: () => server.listeningOrigin })
  server.decorateRequest('principal')
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(headers).header('cache-control', 'no-store')
    request.principal = await identity.identify(request)
  })
  server.addHook('preClose', async () => inside.live.close())
  const methods = methodsBesides(server)
  server.get('/healthz', { config: { scope: 'none' } }, async () => ({ ok: true }))
  for (const route of ROUTES) add(server, route, { inside, identity, repeats })
  addDocumentation(server, ROUTES, rooms.hub.version)
  addPages(server, pages)
  server.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?')
    const allowed = methods(path)
    if (allowed.length === 0 || request.method === 'GET') {
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
    if (status === 401) reply.header('www-authenticate', 'Bearer')
    if (error instanceof Throttled) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1_000))
    return reply.status(status).send(problem)
  })
  return server
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

interface Parts {
  readonly inside: Inside
  readonly identity: Identity
  readonly repeats: Repeats
}

function add(server: FastifyInstance, route: Route, { inside, identity, repeats }: Parts): void {
  server.route({
    method: route.method,
    url: route.path,
    exposeHeadRoute: route.method === 'GET' && route.answers === 'json',
    config: { scope: route.scope, passive: route.passive },
    async handler(request, reply) {
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort()) // of the answer: a connection lives for many
      const lastEventId = request.headers['last-event-id']
      const principal = request.principal ?? NOBODY
      const checked = {
        params: check(route.params, request.params),
        query: check(route.query, request.query),
        body: check(route.body, request.body ?? {}),
        principal,
        actor: principal.actor,
        visit: identity.visitOf(request, reply),
        signal: gone.signal,
        mayStill: () => identity.mayStill(request),
        lastEventId: typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : undefined,
        remember: undefined,
      }
      // The schemas that were just applied are those that typed the handler.
      const handle = (more: object): Promise<unknown> =>
        route.handle(inside, { ...checked, ...more } as Parameters<Route['handle']>[1])
      if (route.method === 'POST') return carryOut(route, request, reply, repeats, checked, handle)
      const answer = await handle({})
      if (answer instanceof Written) return answerRead(request, reply, answer)
      if (!route.reply) return reply.status(route.status).send()
      if (route.answers === 'events') return stream(reply, answer as Tell)
      if (route.method !== 'GET') return answerText(reply.status(route.status), JSON.stringify(answer))
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
