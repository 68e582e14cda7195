import { createServer, type Server, type Socket } from 'node:net'
import { Unavailable } from '../kernel/index.ts'
import { Client } from './client.ts'
import type { Plane } from './plane.ts'

/** How often deadlines are looked at: none is cut early, and none late by more than this. */
const LOOK_EVERY_MS = 100
const TIDY_EVERY_LOOKS = 10

const FULL = 'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'

/** Takes clients' connections in, and watches over their deadlines. */
export class ClientServer {
  readonly #plane: Plane
  readonly #clients = new Set<Client>()
  readonly #server: Server
  readonly #trusts: (address: string) => boolean
  #cancelLook: () => void = () => undefined
  #looks = 0
  #idle: (() => void) | undefined

  constructor(plane: Plane, trusts: (address: string) => boolean) {
    this.#plane = plane
    this.#trusts = trusts
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, socket => this.#take(socket))
  }

  /** Listens; returns the port. */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', error => reject(listenError(error, `${host}:${port}`, 'listen')))
      this.#server.listen({ port, backlog: 4_096, ...(host === '' ? {} : { host }) }, resolve)
    })
    this.#look()
    const address = this.#server.address()
    return typeof address === 'object' && address ? address.port : port
  }

  #take(socket: Socket): void {
    if (this.#clients.size >= this.#plane.limits.connections) {
      this.#plane.ledger.refusedConnections += 1
      socket.on('error', () => undefined)
      socket.end(FULL, () => socket.destroy())
      return
    }
    const client = new Client(socket, this.#plane, this.#trusts, gone => {
      this.#clients.delete(gone)
      this.#plane.connections = this.#clients.size
      if (this.#clients.size === 0) this.#idle?.()
    })
    this.#clients.add(client)
    this.#plane.connections = this.#clients.size
    if (this.#plane.draining) client.drain()
  }

  #look(): void {
    this.#cancelLook = this.#plane.clock.after(LOOK_EVERY_MS, () => this.#look())
    const nowMs = this.#plane.clock.elapsed()
    // Deadlines are set by the time of the last look, which is behind: the difference is made up here.
    for (const client of this.#clients) client.look(nowMs - LOOK_EVERY_MS)
    this.#plane.coarseMs = nowMs
    this.#looks += 1
    if (this.#looks % TIDY_EVERY_LOOKS === 0) this.#plane.tidy()
  }

  /** Takes no more connections, lets requests finish for `drainMs`, then cuts what is left; returns how many. */
  async drain(drainMs: number): Promise<number> {
    this.#plane.draining = true
    this.#server.close()
    for (const client of this.#clients) client.drain()
    if (this.#clients.size > 0 && drainMs > 0) {
      await new Promise<void>(resolve => {
        const cancel = this.#plane.clock.after(drainMs, resolve)
        this.#idle = () => {
          cancel()
          resolve()
        }
      })
    }
    const left = this.#clients.size
    for (const client of this.#clients) client.destroy()
    this.#cancelLook()
    this.#plane.close()
    return left
  }
}

/** Says what to do about an address that cannot be listened at. */
export function listenError(error: NodeJS.ErrnoException, address: string, field: string): Unavailable {
  const hints: Readonly<Record<string, string>> = {
    EADDRINUSE: 'Another process listens there: stop it, or choose another address.',
    EACCES: 'This user may not listen there: choose a port over 1024, or give the permission.',
    EADDRNOTAVAIL: 'This machine has no such address.',
    ENOENT: 'The folder of the socket is missing: make it first.',
  }
  const hint = hints[error.code ?? '']
  return new Unavailable(`cannot listen at ${address}`, {
    field: `gateway.${field}`,
    cause: error,
    ...(hint ? { hint } : {}),
  })
}
