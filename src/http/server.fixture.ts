import { mkdtempSync, rmSync } from 'node:fs'
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Access, localPrincipal, makeAccess, makeHasher, type Role, type SignedIn } from '../access/index.ts'
import { CHANNELS, Notices, NotifySettings } from '../alert/index.ts'
import { FakeClock } from '../kernel/fake-clock.ts'
import { Harbour, settingsOf } from '../ship/world.fixture.ts'
import { httpServer } from './server.ts'

export const TOKEN = 'a-token-that-nobody-guesses'

export interface Told {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The answer as JSON; `undefined` when it is none. */
  readonly body: unknown
}

export interface Wish {
  /** JSON of it is sent, with its type. */
  readonly body?: unknown
  /** Sent as it is. */
  readonly raw?: string
  readonly headers?: OutgoingHttpHeaders
  readonly actor?: string
  /** Gives up then. */
  readonly signal?: AbortSignal
}

export interface DeskOptions {
  readonly publicUrl?: string
  readonly proxies?: readonly string[]
  /** Of an empty database on a server; a file by default. */
  readonly database?: string
}

/** Somebody who is signed in, and what their browser sends. */
export interface Member extends SignedIn {
  readonly name: string
  readonly password: string
  readonly headers: Readonly<Record<string, string>>
}

/** The real server over a real store, with a target, a router and a clock that a test moves. */
export class Desk {
  readonly harbour: Harbour
  readonly access: Access
  /** Where the console would be built. */
  readonly pages: string
  readonly complaints: string[] = []
  leading = true
  /** Set: the gateway does not answer. */
  gatewayProblem: string | undefined
  readonly #options: DeskOptions
  #server: ReturnType<typeof httpServer>
  #url = ''

  private constructor(harbour: Harbour, options: DeskOptions) {
    this.harbour = harbour
    this.#options = options
    const hasher = makeHasher({ cost: { memoryKib: 8, passes: 1 } })
    const trouble = (error: unknown): void => void this.complaints.push(String(error))
    this.access = makeAccess({ store: harbour.store, hasher, localToken: TOKEN, trouble })
    this.pages = mkdtempSync(join(tmpdir(), 'shipwatch-pages-'))
    this.#server = this.#newServer()
  }

  #newServer(): ReturnType<typeof httpServer> {
    const { harbour } = this
    const { clock, store, ship, releases, target } = harbour
    return httpServer(
      {
        clock,
        store,
        access: this.access,
        ship,
        releases,
        notices: this.#notices(),
        settings: () => harbour.settings,
        instances: async service => target.instances(service),
        gateway: {
          address: '127.0.0.1:8080',
          check: async () => {
            if (this.gatewayProblem !== undefined) throw new Error(this.gatewayProblem)
          },
        },
        hub: { version: '1.2.3', startedMs: clock.now(), leading: () => this.leading },
      },
      {
        ...this.#options,
        pages: this.pages,
        complain: (message, detail) => this.complaints.push(`${message} ${JSON.stringify(detail)}`),
      },
    )
  }

  /** Nobody is told of anything, as no channel is configured. */
  #notices(): Notices {
    const { clock, store } = this.harbour
    return new Notices({
      store,
      clock,
      random: Math.random,
      http: () => Promise.reject(new Error('nothing goes out')),
      channels: CHANNELS,
      settings: () => NotifySettings.parse({}),
      tierOf: () => 'core',
      complain: message => this.complaints.push(message),
    })
  }

  static async open(options: DeskOptions = {}): Promise<Desk> {
    const harbour = await Harbour.open({}, options.database)
    harbour.settings = {
      order: settingsOf({ tier: 'core', owner: 'checkout', markets: ['EU'] }),
      payment: settingsOf({}),
    }
    const desk = new Desk(harbour.lead(), options)
    desk.#url = await desk.#server.listen({ host: '127.0.0.1', port: 0 })
    return desk
  }

  get url(): string {
    return this.#url
  }

  /** How many connections it has. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
    })
  }

  /** What the server knew by heart is gone; it listens where it did. */
  async restart(): Promise<void> {
    const { hostname, port } = new URL(this.#url)
    await this.#server.close()
    this.#server = this.#newServer()
    await this.#server.listen({ host: hostname, port: Number(port) })
  }

  async close(): Promise<void> {
    await this.#server.close()
    await this.harbour.close()
    rmSync(this.pages, { recursive: true })
  }

  /** Lets time pass for whoever signs in: it is that of the store, and releases know nothing of it. */
  async pass(ms: number): Promise<void> {
    const { clock } = this.harbour.store
    if (!(clock instanceof FakeClock)) throw new Error('the store of a test has a clock that it moves')
    await clock.advance(ms)
  }

  /** Somebody with a password of their own, signed in. */
  async join(name: string, role: Role): Promise<Member> {
    const from = { address: '203.0.113.7', agent: 'Browser/1.0' }
    const first = await this.access.users.create(localPrincipal('root'), { name, role })
    const { principal } = await this.access.signIn({ name, password: first.password, from })
    const password = `a fine passphrase of ${name}`
    const signedIn = await this.access.changePassword(principal, { present: first.password, next: password, from })
    return { ...signedIn, name, password, headers: this.headersOf(signedIn.secret) }
  }

  /** What a browser with this secret sends from a page of the hub. */
  headersOf(secret: string): Readonly<Record<string, string>> {
    return {
      authorization: '',
      cookie: `shipwatch-${new URL(this.#url).port}=${secret}`,
      'sec-fetch-site': 'same-origin',
    }
  }

  /** Asks as somebody who has the local token. `path` is sent as it is, also where it is no path. */
  ask(method: string, path: string, { body, raw, headers = {}, actor, signal }: Wish = {}): Promise<Told> {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const { hostname, port } = new URL(this.#url)
    return new Promise((resolve, reject) => {
      const asking = request(
        {
          hostname,
          port,
          method,
          path,
          agent: false,
          ...(signal ? { signal } : {}),
          headers: {
            authorization: `Bearer ${TOKEN}`,
            ...(sent === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
            ...(actor === undefined ? {} : { 'x-shipwatch-actor': actor }),
            ...headers,
          },
        },
        answer => {
          text(answer).then(
            found =>
              resolve({
                status: answer.statusCode ?? 0,
                headers: answer.headers,
                text: found,
                body: parsed(found),
              }),
            reject,
          )
        },
      )
      asking.on('error', reject)
      asking.end(sent)
    })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // a test that needs JSON fails by it
  }
}
