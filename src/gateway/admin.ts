import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { InvalidInput, messageOf, ShipwatchError } from '../kernel/index.ts'
import { faultsOf, type LiveConfig } from './config.ts'
import type { Plane } from './plane.ts'
import { exposition } from './prometheus.ts'
import { type Refusal, ServiceRoute } from './protocol.ts'

const MOST_BYTES = 4_194_304

const STATUS: Readonly<Record<string, number>> = {
  invalid_input: 400,
  denied: 401,
  not_found: 404,
  conflict: 409,
  unavailable: 503,
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly type?: string
}

/** Serves the admin interface: `docs/gateway.md` describes it. */
export function adminServer(
  plane: Plane,
  config: LiveConfig,
  allowed: (authorization: string | undefined) => boolean,
  log: (message: string) => void,
): Server {
  const server = createServer((request, response) => {
    answer(request).then(
      given => send(response, given),
      (error: unknown) => send(response, refusalOf(error)),
    )
  })
  server.requestTimeout = 10_000
  server.headersTimeout = 5_000
  return server

  async function answer(request: IncomingMessage): Promise<Answer> {
    const method = request.method ?? ''
    const [path = ''] = (request.url ?? '').split('?')
    if (path === '/healthz' && method === 'GET') {
      const { gateway, startedMs, revision, draining } = plane.snapshot()
      return json(200, { ok: !draining, gateway, startedMs, revision, draining })
    }
    if (!allowed(request.headers.authorization)) {
      return refusal(
        401,
        'denied',
        'the token is missing or wrong',
        'Send “Authorization: Bearer …” with the content of the token file.',
      )
    }
    const service = /^\/v1\/services\/([^/]+)$/.exec(path)?.[1]
    if (service !== undefined) return onService(request, method, decodeURIComponent(service))
    if (method !== 'GET') return refusal(405, 'method', `${method} is not served at ${path}`)
    if (path === '/v1/config') return json(200, config.now)
    if (path === '/v1/snapshot') return json(200, plane.snapshot())
    if (path === '/metrics') return { status: 200, body: metrics(), type: 'text/plain; version=0.0.4; charset=utf-8' }
    return refusal(404, 'not_found', `nothing is at ${path}`, 'See docs/gateway.md for what is.')
  }

  async function onService(request: IncomingMessage, method: string, service: string): Promise<Answer> {
    if (method === 'GET') {
      const route = config.find(service)
      return route ? json(200, route) : refusal(404, 'not_found', `no service is called ${service}`)
    }
    if (method === 'DELETE') {
      const done = await config.remove(service)
      if (done.changed) log(`the service ${service} was removed (revision ${done.revision})`)
      return json(200, done)
    }
    if (method !== 'PUT') return refusal(405, 'method', `${method} is not served for a service`)
    const value = await readJson(request)
    const read = ServiceRoute.safeParse(value)
    if (!read.success) return invalid(`the configuration of ${service} was refused`, faultsOf(value))
    if (read.data.service !== service) {
      const message = `expected ${service}, as in the address, got ${read.data.service}`
      return invalid(`the configuration of ${service} was refused`, [{ path: 'service', message }])
    }
    const done = await config.put(read.data)
    if (done.changed)
      log(
        `${service}: ${read.data.shares.map(({ version, weight }) => `${version} ${weight} %`).join(', ')} (revision ${done.revision})`,
      )
    return json(200, done)
  }

  function metrics(): string {
    const { user, system } = process.cpuUsage()
    return exposition(plane.snapshot(), { cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss() })
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let sizeBytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    sizeBytes += part.length
    if (sizeBytes > MOST_BYTES) throw new InvalidInput(`the body is over ${MOST_BYTES} bytes`)
    parts.push(part)
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch (error) {
    throw new InvalidInput('the body is no JSON', { cause: error })
  }
}

function json(status: number, value: unknown): Answer {
  return { status, body: JSON.stringify(value), type: 'application/json' }
}

function refusal(status: number, code: string, message: string, hint?: string): Answer {
  const value: Refusal = { error: { code, message, ...(hint === undefined ? {} : { hint }) } }
  return json(status, value)
}

function invalid(message: string, faults: { path: string; message: string }[]): Answer {
  const value: Refusal = { error: { code: 'invalid_input', message, faults } }
  return json(400, value)
}

function refusalOf(error: unknown): Answer {
  if (error instanceof ShipwatchError)
    return refusal(STATUS[error.code] ?? 500, error.code, messageOf(error), error.hint)
  if (error instanceof URIError) return refusal(400, 'invalid_input', 'the address is wrongly escaped')
  return refusal(500, 'bug', messageOf(error))
}

function send(response: ServerResponse, { status, body, type }: Answer): void {
  response.writeHead(status, { 'content-type': type ?? 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
