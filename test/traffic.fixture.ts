import { Pool } from 'undici'
import { messageOf, systemClock } from '../src/kernel/index.ts'

/** One answer that was not what a customer wants. */
export interface Miss {
  readonly atMs: number
  readonly method: string
  /** The version that answered; none when the gateway did itself, or nobody. */
  readonly version: string | undefined
  readonly status: number | undefined
  readonly what: string
}

const TICK_MS = 10

/**
 * Customers: so many requests a second whatever becomes of those before (open loop), each by somebody new, one
 * in three of a kind that must not be repeated.
 */
export class Traffic {
  readonly misses: Miss[] = []
  /** Answers of each version, and when the last of them came. */
  readonly answers = new Map<string, { count: number; lastMs: number }>()
  #sent = 0
  #answered = 0
  readonly #over = new AbortController()
  readonly #url: string
  readonly #pool: Pool
  readonly #running: Promise<void>
  readonly #open = new Set<Promise<void>>()

  constructor(url: string, requestsPerSecond: number) {
    this.#url = url
    this.#pool = new Pool(url, { connections: 64, headersTimeout: 60_000, bodyTimeout: 60_000 })
    this.#running = this.#run(requestsPerSecond)
  }

  get sent(): number {
    return this.#sent
  }

  get answered(): number {
    return this.#answered
  }

  async #run(requestsPerSecond: number): Promise<void> {
    const startedMs = systemClock.elapsed()
    while (!this.#over.signal.aborted) {
      const due = Math.floor(((systemClock.elapsed() - startedMs) * requestsPerSecond) / 1_000)
      while (this.#sent < due) this.#send(this.#sent++)
      await systemClock.sleep(TICK_MS, this.#over.signal).catch(() => undefined) // the loop looks why
    }
    await Promise.all(this.#open)
    await this.#pool.destroy()
  }

  #send(number: number): void {
    const request = this.#ask(number).finally(() => this.#open.delete(request))
    this.#open.add(request)
  }

  async #ask(number: number): Promise<void> {
    const method = number % 3 === 0 ? 'POST' : 'GET'
    const miss = (what: string, status?: number, version?: string): void => {
      this.misses.push({ atMs: systemClock.now(), method, version, status, what })
    }
    try {
      const { statusCode, headers, body } = await this.#pool.request({
        path: `/items/${number}`,
        method,
        ...(method === 'POST' ? { body: '{"quantity":1}', headers: { 'content-type': 'application/json' } } : {}),
      })
      const text = await body.text()
      const served = headers['x-served-by']
      const version = typeof served === 'string' ? served : undefined
      this.#answered += 1
      if (version !== undefined) {
        const before = this.answers.get(version)?.count ?? 0
        this.answers.set(version, { count: before + 1, lastMs: systemClock.now() })
      }
      if (statusCode !== 200) miss(`answered ${statusCode}: ${text.slice(0, 80)}`, statusCode, version)
    } catch (error) {
      miss(`${this.#url}: ${messageOf(error)}`)
    }
  }

  /** Ends, once every request has its answer. */
  async stop(): Promise<void> {
    this.#over.abort()
    await this.#running
  }
}

/** Misses that are not a bad version's own: requests that the gateway lost. */
export function lost(misses: readonly Miss[]): readonly Miss[] {
  return misses.filter(({ status, version }) => !(status === 500 && version?.startsWith('bad')))
}
