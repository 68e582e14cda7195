/** The browser's clock. The one place that may ask for the time or wait for it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls once, later; the function it gives back calls it off. */
  after(delayMs: number, call: () => void): () => void
  /** Calls again and again until called off. */
  every(intervalMs: number, call: () => void): () => void
}

export const browserClock: Clock = {
  now: () => Date.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs)
    return () => clearTimeout(timer)
  },
  every(intervalMs, call) {
    const timer = setInterval(call, intervalMs)
    return () => clearInterval(timer)
  },
}

/** Milliseconds since 1970 of an RFC 3339 time; 0 for what is none. */
export function timeOf(rfc3339: string): number {
  const atMs = Date.parse(rfc3339)
  return Number.isNaN(atMs) ? 0 : atMs
}

/** RFC 3339 in UTC. */
export function toRfc3339(atMs: number): string {
  return new Date(atMs).toISOString()
}
