/** Each bucket is 2 % wider than the one before: a percentile is at most 1 % off. */
const GROWTH = 1.02
const LOWEST_MS = 0.05
const BUCKETS = 760 // Up to 0.05 · 1.02^760 ms = 2.8 minutes; slower ones count as that.

export interface Percentiles {
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
}

/** Counts latencies in a fixed amount of memory. */
export class Latencies {
  readonly #counts = new Uint32Array(BUCKETS)
  #total = 0
  #maxMs = 0

  add(ms: number): void {
    const bucket = ms <= LOWEST_MS ? 0 : Math.min(BUCKETS - 1, Math.floor(Math.log(ms / LOWEST_MS) / Math.log(GROWTH)))
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#total++
    this.#maxMs = Math.max(this.#maxMs, ms)
  }

  /** In milliseconds; undefined while there are none. */
  percentiles(): Percentiles | undefined {
    if (this.#total === 0) return undefined
    const [p50 = 0, p90 = 0, p99 = 0] = [0.5, 0.9, 0.99].map(share => this.#at(share))
    return { p50, p90, p99, max: round(this.#maxMs) }
  }

  #at(share: number): number {
    let left = Math.ceil(share * this.#total)
    for (const [bucket, count] of this.#counts.entries()) {
      left -= count
      if (left <= 0) return round(Math.min(LOWEST_MS * GROWTH ** (bucket + 0.5), this.#maxMs))
    }
    return round(this.#maxMs)
  }
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}
