import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Scope, SessionView } from '../../src/client/index.ts'
import { LiveEvent, UserChangeBody, UserView } from '../../src/client/index.ts'
import { Refusal, ROUTES } from './routes.fixture.ts'
import { checked, type World } from './world.fixture.ts'

/** The policy that the hub serves the console under. */
export const POLICY =
  "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

export interface Account {
  readonly name: string
  password: string
  scopes: readonly Scope[]
  language: 'en' | 'zh' | null
  mustChangePassword: boolean
}

/** What the console asked for. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly key: string | undefined
}

const PULSE_MS = 5_000

/** A hub as far as the console can tell: real HTTP, the contract's own schemas both ways, and a world that a test moves. */
export class FixtureHub {
  readonly world: World
  readonly accounts = new Map<string, Account>()
  readonly asked: Asked[] = []
  /** No pulse and no event reaches anybody while it is true, though connections stay. */
  silent = false
  readonly #dist: string
  readonly #sessions = new Map<string, Account>()
  readonly #done = new Map<string, { readonly status: number; readonly reply: unknown }>()
  readonly #streams = new Set<ServerResponse>()
  #server: Server | undefined
  #stopPulse: (() => void) | undefined
  #port = 0

  constructor(world: World, dist: string) {
    this.world = world
    this.#dist = dist
    this.account('li', 'harbour light')
    world.listeners.add(event => this.#tell(event))
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  account(name: string, password: string, changed: Partial<Account> = {}): Account {
    const made = {
      name,
      password,
      scopes: ['read', 'release', 'admin'] as const,
      language: null,
      mustChangePassword: false,
    }
    const account = { ...made, ...changed }
    this.accounts.set(name, account)
    return account
  }

  async listen(port = this.#port): Promise<this> {
    const server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        console.error(error)
        response.destroy()
      })
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    this.#server = server
    this.#port = (server.address() as AddressInfo).port
    const stop = new AbortController()
    this.#stopPulse = () => stop.abort()
    void this.#pulse(stop.signal)
    return this
  }

  /** As a hub that is gone: nobody listens, and open connections break. */
  async goAway(): Promise<void> {
    const server = this.#server
    this.#stopPulse?.()
    this.#streams.clear()
    server?.close()
    server?.closeAllConnections()
    if (server?.listening) await once(server, 'close')
  }

  /** All sessions end, as when a hub forgets them. */
  forgetSessions(): void {
    this.#sessions.clear()
    for (const stream of this.#streams) stream.destroy()
  }

  async #pulse(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#tell({ event: 'pulse', data: { at: this.world.now() } })
      await this.world.clock.sleep(PULSE_MS, signal).catch(() => undefined)
    }
  }

  #tell(event: LiveEvent): void {
    if (this.silent) return
    for (const stream of this.#streams) stream.write(this.#frame(event))
  }

  #frame(event: LiveEvent): string {
    const { event: name, data } = checked(LiveEvent, event)
    return `id: ${this.world.entries.length}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url)
    response.setHeader('content-security-policy', POLICY)
    response.setHeader('x-content-type-options', 'nosniff')
    if (!pathname.startsWith('/api/')) return this.#file(pathname, response)
    const method = request.method ?? 'GET'
    const source = await text(request)
    const body: unknown = source === '' ? undefined : JSON.parse(source)
    const key = request.headers['idempotency-key']
    if (method !== 'GET') this.asked.push({ method, path: pathname, body, key: key?.toString() })
    try {
      const session = this.#sessionOf(request)
      if (pathname === '/api/v1/session') return this.#session(method, body, request, response)
      if (!session) throw new Refusal(401, 'denied', 'nobody is signed in')
      if (pathname === '/api/v1/session/password') return this.#password(session, body, response)
      if (session.mustChangePassword) throw new Refusal(403, 'forbidden', 'choose a password first')
      if (pathname === '/api/v1/live') return this.#stream(request, response)
      if (method === 'POST' && pathname === `/api/v1/users/${session.name}`) return this.#own(session, body, response)
      if (method === 'POST' && key === undefined) throw new Refusal(400, 'invalid_input', 'no Idempotency-Key')
      const before = this.#done.get(String(key))
      if (method === 'POST' && before) return send(response, before.status, before.reply)
      if (method === 'POST' && !session.scopes.includes('release'))
        throw new Refusal(403, 'forbidden', 'you may only read')
      const query = Object.fromEntries(searchParams)
      for (const { route, match } of ROUTES.map(one => ({ route: one, match: one.path.exec(pathname) }))) {
        if (!match || route.method !== method) continue
        const reply = route.handle(this.world, {
          id: decodeURIComponent(match[1] ?? ''),
          order: match[2],
          query,
          body,
          actor: `user/${session.name}`,
        })
        const status = method === 'POST' && pathname.endsWith('/releases') ? 201 : 200
        if (key) this.#done.set(key.toString(), { status, reply })
        return send(response, status, reply)
      }
      throw new Refusal(404, 'not_found', `no such address: ${pathname}`)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const { status, code, message, detail } = error
      send(response, status, { error: { code, message, ...detail } })
    }
  }

  #sessionOf(request: IncomingMessage): Account | undefined {
    const cookie = /shipwatch_session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
    return cookie === undefined ? undefined : this.#sessions.get(cookie)
  }

  #session(method: string, body: unknown, request: IncomingMessage, response: ServerResponse): void {
    if (method === 'DELETE') {
      const account = this.#sessionOf(request)
      for (const [id, known] of this.#sessions) if (known === account) this.#sessions.delete(id)
      response.writeHead(204).end()
      return
    }
    if (method === 'GET') {
      const account = this.#sessionOf(request)
      if (!account) throw new Refusal(401, 'denied', 'nobody is signed in')
      return send(response, 200, viewOf(account))
    }
    const { name, password } = body as { name: string; password: string }
    const account = this.accounts.get(name)
    if (account?.password !== password) throw new Refusal(401, 'denied', 'name and password do not fit together')
    const id = randomUUID()
    this.#sessions.set(id, account)
    response.setHeader('set-cookie', `shipwatch_session=${id}; HttpOnly; SameSite=Lax; Path=/`)
    send(response, 200, viewOf(account))
  }

  #password(account: Account, body: unknown, response: ServerResponse): void {
    const { present, next } = body as { present: string; next: string }
    if (present !== account.password)
      throw new Refusal(400, 'invalid_input', 'that is not the present password', { field: 'present' })
    if (next.length < 10)
      throw new Refusal(400, 'invalid_input', 'a password has 10 characters or more', { field: 'next' })
    account.password = next
    account.mustChangePassword = false
    send(response, 200, viewOf(account))
  }

  /** One's own account: of others this hub knows nothing. */
  #own(account: Account, body: unknown, response: ServerResponse): void {
    const { language = account.language } = checked(UserChangeBody, body)
    account.language = language
    const { name, mustChangePassword } = account
    const times = { createdAt: this.world.ago(86_400), signedInAt: this.world.now() }
    const user = { name, displayName: name, role: 'admin', language, disabled: false, mustChangePassword, ...times }
    send(response, 200, checked(UserView, user))
  }

  #stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write('retry: 500\n\n')
    const last = Number(request.headers['last-event-id'] ?? this.world.entries.length)
    for (const entry of this.world.entries.slice(last)) response.write(this.#frame({ event: 'entry', data: entry }))
    response.write(this.#frame({ event: 'pulse', data: { at: this.world.now() } }))
    this.#streams.add(response)
    response.on('close', () => this.#streams.delete(response))
  }

  async #file(path: string, response: ServerResponse): Promise<void> {
    const isAsset = path.startsWith('/assets/')
    const file = join(this.#dist, normalize(isAsset ? path : '/index.html'))
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream')
    response.setHeader('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache')
    const content = await readFile(file).catch(() => undefined)
    if (content === undefined) response.writeHead(404).end()
    else response.end(content)
  }
}

function viewOf({ name, scopes, language, mustChangePassword }: Account): SessionView {
  return { actor: `user/${name}`, name, scopes: [...scopes], language, mustChangePassword }
}

function send(response: ServerResponse, status: number, reply: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
}
