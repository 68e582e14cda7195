import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '../kernel/index.ts'
import { type ServiceRouteInput, Snapshot } from './protocol.ts'
import { runGateway } from './run.ts'
import type { GatewayOptionsInput } from './schema.ts'

/** What an admin request was answered. */
export interface AdminAnswer {
  readonly status: number
  readonly body: string
}

export interface TestGateway {
  readonly port: number
  readonly admin: string
  readonly folder: string
  readonly stateFile: string
  readonly tokenFile: string
  readonly logs: string[]
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<AdminAnswer>
  /** Puts a configuration in force; fails where it is refused. */
  put(route: ServiceRouteInput): Promise<void>
  snapshot(): Promise<Snapshot>
  /** Tells it to stop, and waits until it has. */
  stop(): Promise<void>
  /** Tells it to stop; the promise resolves once it has. */
  drain(): Promise<void>
}

/** A gateway in this process, on free ports and with a folder of its own. */
export async function startGateway(
  options: Partial<GatewayOptionsInput> = {},
  clock: Clock = systemClock,
  folder?: string,
): Promise<TestGateway> {
  const home = folder ?? (await mkdtemp(join(tmpdir(), 'shipwatch-gateway-')))
  const tokenFile = join(home, 'token')
  const stateFile = join(home, 'config.json')
  const stopping = new AbortController()
  const logs: string[] = []
  let running: Promise<void> = Promise.resolve()
  const addresses = await new Promise<{ url: string; admin: string }>((ready, reject) => {
    running = runGateway(
      { listen: '127.0.0.1:0', admin: '127.0.0.1:0', tokenFile, stateFile, drainMs: 0, ...options },
      clock,
      stopping.signal,
      { ready, log: (level, message) => logs.push(`${level}: ${message}`) },
    )
    running.catch(reject)
  })
  const token = (await readFile(tokenFile, 'utf8')).trim()
  const { admin } = addresses
  const ask: TestGateway['ask'] = (method, path, body, headers = {}) =>
    askAdmin(admin, method, path, body, { authorization: `Bearer ${token}`, ...headers })
  const drain = (): Promise<void> => {
    stopping.abort()
    return running
  }
  return {
    port: Number(new URL(addresses.url).port),
    admin,
    folder: home,
    stateFile,
    tokenFile,
    logs,
    ask,
    drain,
    async put(route) {
      const { status, body } = await ask('PUT', `/v1/services/${route.service}`, route)
      if (status !== 200) throw new Error(body)
    },
    async snapshot() {
      return Snapshot.parse(JSON.parse((await ask('GET', '/v1/snapshot')).body))
    },
    async stop() {
      await drain()
      if (folder === undefined) await rm(home, { recursive: true, force: true })
    },
  }
}

/** Asks the admin interface at `unix:/path` or `host:port`. */
export function askAdmin(
  admin: string,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<AdminAnswer> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const [host, port] = admin.split(':')
  const where = admin.startsWith('unix:') ? { socketPath: admin.slice(5) } : { host, port: Number(port) }
  return new Promise((resolve, reject) => {
    const asked = request({ ...where, method, path, headers, agent: false }, response => {
      collect(response).then(given => resolve({ status: response.statusCode ?? 0, body: given.toString() }), reject)
    })
    asked.on('error', reject)
    asked.end(text)
  })
}

export interface TestInstance {
  readonly port: number
  readonly url: string
  readonly server: Server
  /** Every request it saw: its first line, and its headers as they came. */
  readonly seen: { readonly line: string; readonly headers: IncomingMessage['headers']; readonly raw: string[] }[]
  stop(): Promise<void>
}

/** A real HTTP server that stands for an instance. */
export async function startInstance(
  handler: (request: IncomingMessage, response: ServerResponse) => unknown,
  port = 0,
): Promise<TestInstance> {
  const seen: TestInstance['seen'] = []
  const server = createServer((request, response) => {
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, raw: request.rawHeaders })
    Promise.resolve(handler(request, response)).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 60_000
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const bound = (server.address() as AddressInfo).port
  return {
    port: bound,
    url: `http://127.0.0.1:${bound}`,
    server,
    seen,
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** A share of a service with one endpoint for each URL. */
export function share(version: string, weight: number, ...urls: string[]): ServiceRouteInput['shares'][number] {
  return { version, weight, endpoints: urls.map((url, i) => ({ id: `${version}-${i}`, url, readySinceMs: 0 })) }
}

export interface RawResponse {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  /** The head as it came. */
  readonly head: string
}

/** A connection on which a test writes whatever bytes it likes. */
export class RawClient {
  readonly socket: Socket
  /** Everything that came and was not read yet. */
  #got = Buffer.alloc(0)
  #ended = false
  #wake: (() => void)[] = []

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    this.socket.on('data', chunk => {
      this.#got = Buffer.concat([this.#got, chunk])
      this.#turn()
    })
    this.socket.on('end', () => this.#over())
    this.socket.on('error', () => this.#over())
    this.socket.on('close', () => this.#over())
  }

  #over(): void {
    this.#ended = true
    this.#turn()
  }

  #turn(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }

  send(bytes: string | Buffer): this {
    if (typeof bytes === 'string') this.socket.write(bytes, 'latin1')
    else this.socket.write(bytes)
    return this
  }

  /** Waits until `ready` is content with what came, or no more will. */
  async until(ready: (got: Buffer) => boolean): Promise<Buffer> {
    while (!ready(this.#got)) {
      if (this.#ended) throw new Error(`the connection ended after ${JSON.stringify(this.#got.toString('latin1'))}`)
      await new Promise<void>(resolve => this.#wake.push(resolve))
    }
    return this.#got
  }

  /** Waits for the end, and gives everything that came before it. */
  async rest(): Promise<string> {
    while (!this.#ended) await new Promise<void>(resolve => this.#wake.push(resolve))
    return this.#got.toString('latin1')
  }

  /** Reads the next response, interim ones included; `method` tells whether it has a body. */
  async response(method = 'GET'): Promise<RawResponse> {
    const whole = await this.until(got => got.includes('\r\n\r\n'))
    const end = whole.indexOf('\r\n\r\n')
    const head = whole.toString('latin1', 0, end)
    const [line = '', ...lines] = head.split('\r\n')
    const headers = new Map(
      lines.map(text => [text.slice(0, text.indexOf(':')).toLowerCase(), text.slice(text.indexOf(':') + 1).trim()]),
    )
    const status = Number(line.split(' ')[1])
    this.#got = this.#got.subarray(end + 4)
    const bare = method === 'HEAD' || status < 200 || status === 204 || status === 304
    return { status, headers, head, body: bare ? Buffer.alloc(0) : await this.#body(headers) }
  }

  async #body(headers: ReadonlyMap<string, string>): Promise<Buffer> {
    const length = headers.get('content-length')
    if (length !== undefined) {
      await this.until(got => got.length >= Number(length))
      return this.#cut(Number(length))
    }
    if (headers.get('transfer-encoding') !== 'chunked') return Buffer.from(await this.rest(), 'latin1')
    const parts: Buffer[] = []
    for (;;) {
      const line = await this.until(got => got.includes('\r\n'))
      const at = line.indexOf('\r\n')
      const size = Number.parseInt(line.toString('latin1', 0, at), 16)
      if (size === 0) {
        await this.until(got => got.includes('\r\n\r\n', at))
        this.#cut(this.#got.indexOf('\r\n\r\n', at) + 4)
        return Buffer.concat(parts)
      }
      await this.until(got => got.length >= at + 2 + size + 2)
      parts.push(Buffer.from(this.#cut(at + 2 + size + 2).subarray(at + 2, at + 2 + size)))
    }
  }

  #cut(length: number): Buffer {
    const taken = this.#got.subarray(0, length)
    this.#got = this.#got.subarray(length)
    return taken
  }

  destroy(): void {
    this.socket.destroy()
  }
}

/** All of a stream's bytes. */
export async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

/** Waits until `holds`, looking again whenever the event loop has turned. The test's own timeout is the limit. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setImmediate(resolve))
}
