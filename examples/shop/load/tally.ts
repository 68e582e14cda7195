import { Latencies, type Percentiles } from './latencies.ts'

/** How one request ended. */
export interface Outcome {
  readonly act: 'list' | 'view' | 'put' | 'pay' | 'look-back'
  /** The HTTP status, or why there was none: `refused`, `hung-up`, `timeout`, `too-large`. */
  readonly status: number | string
  /** What the answer's X-Served-By says, if it has one. */
  readonly servedBy: string | undefined
  /** From when the user meant to ask, not from when a socket was free: a slow server can't hide its own queue. */
  readonly latencyMs: number
}

export interface Counts {
  readonly answered: number
  /** Below 400. */
  readonly ok: number
  /** 4xx: a declined card, a sold-out product: the shop works, the answer is no. */
  readonly turnedDown: number
  /** 5xx, or no answer. */
  readonly failed: number
  readonly byStatus: Readonly<Record<string, number>>
  readonly ordersPaid: number
  /** Checkouts that failed. */
  readonly ordersLost: number
  readonly latencyMs?: Percentiles
}

export interface Report extends Counts {
  readonly sent: number
  /** Sessions not started because every user was busy. */
  readonly skipped: number
  readonly servedBy: Readonly<Record<string, Counts>>
}

class Group {
  readonly #byStatus = new Map<string, number>()
  readonly #latencies = new Latencies()
  #ok = 0
  #turnedDown = 0
  #failed = 0
  #ordersPaid = 0
  #ordersLost = 0

  add({ act, status, latencyMs }: Outcome): void {
    const failed = typeof status === 'string' || status >= 500
    const ok = !failed && status < 400
    if (failed) this.#failed++
    else if (ok) this.#ok++
    else this.#turnedDown++
    if (act === 'pay' && ok) this.#ordersPaid++
    if (act === 'pay' && failed) this.#ordersLost++
    const key = String(status)
    this.#byStatus.set(key, (this.#byStatus.get(key) ?? 0) + 1)
    this.#latencies.add(latencyMs)
  }

  counts(): Counts {
    const latencyMs = this.#latencies.percentiles()
    return {
      answered: this.#ok + this.#turnedDown + this.#failed,
      ok: this.#ok,
      turnedDown: this.#turnedDown,
      failed: this.#failed,
      byStatus: Object.fromEntries([...this.#byStatus].toSorted(([a], [b]) => a.localeCompare(b))),
      ordersPaid: this.#ordersPaid,
      ordersLost: this.#ordersLost,
      ...(latencyMs === undefined ? {} : { latencyMs }),
    }
  }
}

/** More than any release has versions; a server that makes names up does not cost memory. */
const MOST_GROUPS = 32

/** Counts requests, all together and by who served them. */
export class Tally {
  readonly #all = new Group()
  readonly #groups = new Map<string, Group>()
  #sent = 0
  #skipped = 0

  addSent(): void {
    this.#sent++
  }

  addSkipped(): void {
    this.#skipped++
  }

  add(outcome: Outcome): void {
    this.#all.add(outcome)
    if (outcome.servedBy === undefined) return
    const name = this.#groups.size < MOST_GROUPS || this.#groups.has(outcome.servedBy) ? outcome.servedBy : 'others'
    const group = this.#groups.get(name) ?? new Group()
    this.#groups.set(name, group)
    group.add(outcome)
  }

  report(): Report {
    const names = [...this.#groups].toSorted(([a], [b]) => a.localeCompare(b))
    return {
      sent: this.#sent,
      skipped: this.#skipped,
      ...this.#all.counts(),
      servedBy: Object.fromEntries(names.map(([name, group]) => [name, group.counts()])),
    }
  }
}
