import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'

/** A request as it came in. */
export interface Heard {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type Answer = (response: ServerResponse, heard: Heard) => void

/** A server on a free port that answers as a test wants, and remembers what it was asked. */
export class Peer {
  readonly heard: Heard[] = []
  answer: Answer = response => void response.writeHead(404).end()
  /** Resolves when a caller has closed its connection. */
  readonly left = Promise.withResolvers<void>()
  readonly #server = createServer((request, response) => {
    void this.#take(request, response)
  })

  static async start(): Promise<Peer> {
    const peer = new Peer()
    peer.#server.on('connection', (socket: Socket) => socket.once('close', () => peer.left.resolve()))
    peer.#server.listen(0, '127.0.0.1')
    await once(peer.#server, 'listening')
    return peer
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  json(status: number, value: unknown): void {
    this.text(status, JSON.stringify(value))
  }

  text(status: number, body: string): void {
    this.answer = response => void response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request
    const heard = { method, path: url, headers, body: await text(request) }
    this.heard.push(heard)
    this.answer(response, heard)
  }
}
