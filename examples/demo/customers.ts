import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../../src/kernel/index.ts'
import { Program } from './program.ts'

const SHOP = fileURLToPath(new URL('../shop', import.meta.url))

/** What the load generator says of a second. */
interface Second {
  readonly type: 'second' | 'summary'
  readonly answered: number
  readonly failed: number
  readonly ordersPaid: number
  readonly ordersLost: number
  /** By the version of the order service that answered. */
  readonly servedBy: Readonly<Record<string, { readonly latencyMs: { readonly p99: number } | null }>>
}

/** What customers met since some moment. */
export interface Met {
  readonly seconds: number
  readonly answered: number
  readonly failed: number
  readonly ordersPaid: number
  readonly ordersLost: number
}

const NOTHING: Met = { seconds: 0, answered: 0, failed: 0, ordersPaid: 0, ordersLost: 0 }

/** Customers who come whether the shop is well or not: the shop's own load generator, as a process of its own. */
export class Customers {
  readonly requestsPerSecond: number
  readonly #program: Program
  #met = NOTHING
  /** The 99th percentile of each second, by version. */
  readonly #p99Ms = new Map<string, number[]>()

  constructor(url: string, requestsPerSecond: number, env: NodeJS.ProcessEnv) {
    this.requestsPerSecond = requestsPerSecond
    this.#program = new Program(
      [process.execPath, join(SHOP, 'load.ts'), '--url', url, '--rate', String(requestsPerSecond), '--json'],
      { cwd: SHOP, env, onLine: line => this.#hear(line) },
    )
  }

  #hear(line: string): void {
    const second: Second = JSON.parse(line)
    if (second.type !== 'second') return
    const { seconds, answered, failed, ordersPaid, ordersLost } = this.#met
    this.#met = {
      seconds: seconds + 1,
      answered: answered + second.answered,
      failed: failed + second.failed,
      ordersPaid: ordersPaid + second.ordersPaid,
      ordersLost: ordersLost + second.ordersLost,
    }
    for (const [version, { latencyMs }] of Object.entries(second.servedBy)) {
      if (latencyMs) this.#p99Ms.set(version, [...(this.#p99Ms.get(version) ?? []), latencyMs.p99])
    }
  }

  get met(): Met {
    return this.#met
  }

  /** How slow a version's slowest requests were, in milliseconds: nine seconds in ten had a smaller 99th percentile. */
  p99Of(version: string): number | undefined {
    const seconds = this.#p99Ms.get(version)?.toSorted((a, b) => a - b) ?? []
    return seconds[Math.floor(seconds.length * 0.9)]
  }

  /** What they met after `then`. */
  since(then: Met): Met {
    const { met } = this
    return {
      seconds: met.seconds - then.seconds,
      answered: met.answered - then.answered,
      failed: met.failed - then.failed,
      ordersPaid: met.ordersPaid - then.ordersPaid,
      ordersLost: met.ordersLost - then.ordersLost,
    }
  }

  /** Resolves when they have come for so many seconds more. */
  async seconds(count: number, clock: Clock, signal: AbortSignal): Promise<void> {
    const until = this.met.seconds + count
    while (this.met.seconds < until) await clock.sleep(50, signal)
  }

  stop(): Promise<void> {
    return this.#program.stop()
  }
}
