import { createServer } from 'node:net'
import type { Random } from '../../../kernel/index.ts'
import { type Holder, holderOf } from './sockets.ts'

/** The ports that instances get, both ends included. */
export interface PortRange {
  readonly from: number
  readonly to: number
}

/**
 * Below the range from which Linux takes the near ends of outgoing connections (32768–60999): a port
 * from there could be taken by any connection while its instance is between two runs.
 */
export const DEFAULT_PORTS: PortRange = { from: 20_000, to: 32_767 }

/** Hands out free ports of 127.0.0.1, each to one instance at a time. */
export class Ports {
  readonly #range: PortRange
  readonly #random: Random
  readonly #taken = new Set<number>()

  constructor(range: PortRange, random: Random) {
    this.#range = range
    this.#random = random
  }

  /** Keeps a port that an instance already has. */
  keep(port: number): void {
    this.#taken.add(port)
  }

  giveBack(port: number): void {
    this.#taken.delete(port)
  }

  /** A port that nobody has; from a random place on, so that two hubs rarely try the same. `undefined` when the range is used up. */
  async take(): Promise<number | undefined> {
    const { from, to } = this.#range
    const size = to - from + 1
    const start = Math.floor(this.#random() * size)
    for (let i = 0; i < size; i++) {
      const port = from + ((start + i) % size)
      if (this.#taken.has(port)) continue
      this.#taken.add(port) // before anything is awaited: two that look at once must not find the same
      if ((await usedBy(port)) === undefined) return port
      this.#taken.delete(port)
    }
    return undefined
  }
}

/** Who has a port of 127.0.0.1, or `undefined` when it is free. */
export async function usedBy(port: number): Promise<Holder | undefined> {
  const free = await canListen(port)
  // Nobody listens, yet it cannot be had: the near end of a connection.
  if (!free) return (await holderOf(port)) ?? {}
  return undefined
}

function canListen(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    // A port below 1024 may be refused to the hub and not to the program: only "in use" counts.
    server.once('error', error => resolve(!('code' in error && error.code === 'EADDRINUSE')))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
