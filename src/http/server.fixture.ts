import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { text } from 'node:stream/consumers'
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

/** The real server over a real store, with a target, a router and a clock that a test moves. */
export class Desk {
  readonly harbour: Harbour
  readonly complaints: string[] = []
  leading = true
  /** Set: the gateway does not answer. */
  gatewayProblem: string | undefined
  #server: ReturnType<typeof httpServer>
  #url = ''

  private constructor(harbour: Harbour) {
    this.harbour = harbour
    this.#server = this.#newServer()
  }

  #newServer(): ReturnType<typeof httpServer> {
    const { harbour } = this
    const { clock, store, ship, releases, target } = harbour
    return httpServer(
      {
        clock,
        store,
        ship,
        releases,
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
      { token: TOKEN, complain: (message, detail) => this.complaints.push(`${message} ${JSON.stringify(detail)}`) },
    )
  }

  static async open(): Promise<Desk> {
    const harbour = await Harbour.open()
    harbour.settings = {
      order: settingsOf({ tier: 'core', owner: 'checkout', markets: ['EU'] }),
      payment: settingsOf({}),
    }
    const desk = new Desk(harbour.lead())
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
  }

  /** Asks as somebody who has the token. `path` is sent as it is, also where it is no path. */
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
