import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAgent } from '../chassis/client.ts'
import { exponential, seededRandom } from './random.ts'
import { planSession, requestsPerSession, type SessionOptions } from './session.ts'
import { type Report, Tally } from './tally.ts'
import { visit } from './visit.ts'

export interface LoadOptions extends SessionOptions {
  /** Where the API is: the storefront's address with `/api`, or the order service's. */
  readonly base: string
  /** How many requests to aim at each second; sessions arrive at this rate over the requests that one makes. */
  readonly requestsPerSecond: number
  /** How long sessions arrive; undefined for until the signal. */
  readonly forMs: number | undefined
  readonly timeoutMs: number
  readonly maxSockets: number
  /** How long the requests in flight get to end when the run does; then they are cut off. */
  readonly finishMs: number
  readonly onSecond: (second: SecondReport) => void
}

export interface SecondReport extends Report {
  readonly type: 'second'
  /** 1 for the first. */
  readonly second: number
  readonly at: string
  /** Users who are on a visit at its end. */
  readonly visiting: number
}

export interface SummaryReport extends Report {
  readonly type: 'summary'
  readonly at: string
  readonly seconds: number
}

export interface Load {
  /** What has happened so far; what was sent and not answered is in flight, or was cut off at the end. */
  stats(): SummaryReport
  /** Resolves when the last request has ended; never rejects because of the shop. */
  readonly done: Promise<SummaryReport>
}

/**
 * Puts load on the shop as a public would: sessions arrive by a Poisson process that does not care how the shop is
 * doing. Memory is bounded by the number of users: one is on one visit at a time, and who finds all busy is counted
 * as skipped.
 */
export function runLoad(options: LoadOptions, signal: AbortSignal): Load {
  const startMs = performance.now()
  const total = new Tally()
  let current = new Tally()
  let second = 0
  const stats = (): SummaryReport => ({
    type: 'summary',
    at: new Date().toISOString(),
    seconds: Math.round(performance.now() - startMs) / 1000,
    ...total.report(),
  })
  const crowd = new Crowd(options, () => [total, current])
  const closeSecond = () => {
    const report = current.report()
    current = new Tally()
    options.onSecond({
      type: 'second',
      second: ++second,
      at: new Date().toISOString(),
      visiting: crowd.size,
      ...report,
    })
  }
  const run = async (): Promise<SummaryReport> => {
    const ticking = setInterval(closeSecond, 1000)
    try {
      await crowd.arrive(startMs, signal)
      await crowd.leave()
    } finally {
      clearInterval(ticking)
    }
    closeSecond()
    return stats()
  }
  return { stats, done: run() }
}

class Crowd {
  readonly #options: LoadOptions
  readonly #tallies: () => readonly Tally[]
  readonly #agent
  readonly #over = new AbortController()
  readonly #cut = new AbortController()
  /** Sets idempotency keys of different runs apart, which the seed must not. */
  readonly #run = randomBytes(6).toString('hex')
  readonly #visits = new Map<number, Promise<void>>()

  constructor(options: LoadOptions, tallies: () => readonly Tally[]) {
    this.#options = options
    this.#tallies = tallies
    this.#agent = createAgent(options.maxSockets)
  }

  get size(): number {
    return this.#visits.size
  }

  /** Lets sessions begin at their moments until time is up or the signal comes. */
  async arrive(startMs: number, signal: AbortSignal): Promise<void> {
    const { seed, requestsPerSecond, forMs = Number.POSITIVE_INFINITY } = this.#options
    const betweenMs = (1000 * requestsPerSession(this.#options)) / requestsPerSecond
    const random = seededRandom(seed, -1)
    let nextMs = startMs + exponential(random, betweenMs)
    for (let number = 0; !signal.aborted; number++, nextMs += exponential(random, betweenMs)) {
      const endMs = Math.min(nextMs, startMs + forMs)
      const waitMs = endMs - performance.now()
      // A timer rounds up to whole milliseconds: those that are due sooner begin a little early instead of late.
      if (waitMs >= 0.5) await sleep(waitMs, undefined, { signal }).catch(() => undefined)
      if (endMs < nextMs) return
      if (!signal.aborted) this.#begin(number, nextMs)
    }
  }

  /** Ends every visit: requests in flight get a moment to end, thinking users go at once. */
  async leave(): Promise<void> {
    this.#over.abort()
    const grace = setTimeout(() => this.#cut.abort(), this.#options.finishMs)
    await Promise.all(this.#visits.values())
    clearTimeout(grace)
    this.#agent.destroy()
  }

  #begin(number: number, meantMs: number): void {
    const { base, timeoutMs, users } = this.#options
    const session = planSession(this.#options, number)
    if (this.#visits.size >= users) {
      for (const tally of this.#tallies()) tally.addSkipped()
      return
    }
    let { user } = session
    while (this.#visits.has(user)) user = (user + 1) % users
    const { signal } = this.#over
    const visiting = visit({ ...session, user }, `${this.#run}-${number}`, meantMs, {
      base,
      agent: this.#agent,
      timeoutMs,
      tallies: this.#tallies,
      cut: this.#cut.signal,
      sleepUntil: momentMs => sleep(momentMs - performance.now(), undefined, { signal }),
    }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
    const left = visiting.finally(() => this.#visits.delete(user))
    this.#visits.set(user, left)
  }
}
