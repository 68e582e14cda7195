import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from './log.ts'
import { addProcessMetrics, EXPOSITION_TYPE, type Metrics } from './metrics.ts'
import { Problem } from './problem.ts'
import { matchRoute, type Route } from './route.ts'
import { continueTrace, type Trace } from './trace.ts'

/** One request as a handler sees it. */
export interface Call {
  readonly params: Readonly<Record<string, string>>
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
  readonly trace: Trace
  readonly log: Log
}

/** What a handler answers: `body` becomes JSON, unless `bytes` are given as they are. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly bytes?: Uint8Array | string
}

export type Handler = (call: Call) => Reply | Promise<Reply>

export interface Ready {
  readonly ready: boolean
  readonly checks: Readonly<Record<string, string>>
}

export interface ServerOptions {
  readonly service: string
  readonly version: string
  readonly host: string
  readonly port: number
  readonly log: Log
  readonly metrics: Metrics
  readonly routes: Readonly<Record<string, Handler>>
  /** Whether this instance should get traffic; asked by GET /readyz. */
  readonly readiness: () => Ready | Promise<Ready>
  /** Who asks, for the log; by default what the header `x-user-id` says. */
  readonly userOf?: (headers: IncomingHttpHeaders) => string | undefined
}

export interface RunningServer {
  readonly port: number
  /** Takes no new connections, waits for the requests in flight; false if some had to be cut after `graceMs`. */
  drain(graceMs: number): Promise<boolean>
}

const BODY_LIMIT_BYTES = 16_384

/** Serves the routes, and for every service alike GET /healthz, /readyz and /metrics. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { service, version, metrics, userOf = headerUser } = options
  addProcessMetrics(metrics, service, version)
  const requests = metrics.counter('http_requests_total', 'Requests answered.', ['method', 'route', 'status'])
  const duration = metrics.histogram('http_request_duration_seconds', 'Time to answer a request.', ['method', 'route'])
  let draining = false
  const routes: Route<Handler>[] = Object.entries({
    ...options.routes,
    'GET /healthz': () => ({ status: 200, body: { status: 'alive', service, version } }),
    'GET /readyz': async () => {
      const { ready, checks } = draining ? { ready: false, checks: { server: 'draining' } } : await options.readiness()
      return { status: ready ? 200 : 503, body: { ready, service, version, checks } }
    },
    'GET /metrics': () => ({
      status: 200,
      headers: { 'content-type': EXPOSITION_TYPE },
      bytes: metrics.expose(),
    }),
  } satisfies Record<string, Handler>).map(([name, handler]) => {
    const [method = '', path = ''] = name.split(' ')
    return { method, path, segments: path.split('/').slice(1), handler }
  })

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const start = performance.now()
    const match = matchRoute(routes, request.method ?? '', request.url ?? '/')
    const trace = continueTrace(request.headers.traceparent as string | undefined)
    const userId = userOf(request.headers)
    const log = options.log.with({ trace_id: trace.traceId, ...(userId === undefined ? {} : { user_id: userId }) })
    const reply = await replyTo(request, match, trace, log)
    if (draining) response.setHeader('connection', 'close')
    send(response, reply, request.method === 'HEAD')
    const seconds = (performance.now() - start) / 1000
    const method = match.kind === 'unknown' ? 'other' : match.method
    requests.add([method, match.path, String(reply.status)])
    duration.observe(seconds, [method, match.path])
    const level = reply.status >= 500 && match.path !== '/readyz' ? 'error' : 'debug'
    log[level]('request', { method: request.method, route: match.path, status: reply.status, seconds })
  }

  const server = createServer({ requestTimeout: 15_000, headersTimeout: 10_000, keepAliveTimeout: 30_000 })
  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      options.log.error('answering failed', { error })
      response.destroy()
    })
  })
  const port = await listen(server, options.host, options.port)
  return {
    port,
    async drain(graceMs) {
      draining = true
      let cut = false
      const grace = setTimeout(() => {
        cut = true
        server.closeAllConnections()
      }, graceMs)
      await new Promise<void>(resolve => server.close(() => resolve()))
      clearTimeout(grace)
      return !cut
    },
  }
}

async function replyTo(
  request: IncomingMessage,
  match: ReturnType<typeof matchRoute<Handler>>,
  trace: Trace,
  log: Log,
): Promise<Reply> {
  try {
    if (match.kind === 'unknown') throw new Problem(404, 'not-found', `there is nothing at ${request.url}`)
    if (match.kind === 'wrong-method') {
      throw new Problem(405, 'method-not-allowed', `${match.path} takes ${match.allow.join(', ')}`, {
        allow: match.allow,
      })
    }
    const body = await readBody(request)
    return await match.handler({
      params: match.params,
      url: request.url ?? '/',
      headers: request.headers,
      body,
      trace,
      log,
    })
  } catch (error) {
    if (error instanceof Problem) return replyWith(error)
    log.error('request failed', { error })
    return replyWith(new Problem(500, 'internal', 'something broke in here; it is logged under this trace'))
  }
}

function headerUser(headers: IncomingHttpHeaders): string | undefined {
  return headers['x-user-id'] as string | undefined
}

function replyWith(problem: Problem): Reply {
  const headers: Record<string, string> = {}
  if (problem.status === 503) headers['retry-after'] = '1'
  if (problem.status === 413) headers['connection'] = 'close'
  const { allow } = problem.details
  if (Array.isArray(allow)) headers['allow'] = allow.join(', ')
  return { status: problem.status, headers, body: problem }
}

function send(response: ServerResponse, { status, headers, body, bytes }: Reply, headOnly: boolean): void {
  const payload = bytes ?? (body === undefined ? '' : JSON.stringify(body))
  response.writeHead(status, {
    ...(bytes === undefined && body !== undefined ? { 'content-type': 'application/json; charset=utf-8' } : {}),
    'content-length': Buffer.byteLength(payload),
    ...headers,
  })
  response.end(headOnly ? undefined : payload)
}

/** Reads a JSON body. The type is insisted on because a form on a stranger's page can't send it (a CSRF guard). */
async function readBody(request: IncomingMessage): Promise<unknown> {
  if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) return
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > BODY_LIMIT_BYTES) {
      throw new Problem(413, 'too-large', `the body is longer than ${BODY_LIMIT_BYTES} bytes`)
    }
    chunks.push(chunk)
  }
  if (sizeBytes === 0) return
  const type = request.headers['content-type'] ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new Problem(415, 'not-json', `the body has type "${type}": send application/json`)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch (error) {
    throw new Problem(400, 'bad-json', `the body is not JSON: ${(error as Error).message}`)
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, 1024, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
