import { type Cancel, type Clock, sleepOn } from './clock.ts'

interface Pending {
  readonly atMs: number
  readonly order: number
  readonly run: () => void
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #nowMs: number
  #elapsedMs = 0
  #order = 0
  #pending: Pending[] = []

  constructor(startMs = 1_700_000_000_000) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  elapsed(): number {
    return this.#elapsedMs
  }

  after(delayMs: number, run: () => void): Cancel {
    const pending = { atMs: this.#elapsedMs + Math.max(0, delayMs), order: this.#order++, run }
    this.#pending.push(pending)
    return () => {
      this.#pending = this.#pending.filter(other => other !== pending)
    }
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn((ms, run) => this.after(ms, run), delayMs, signal)
  }

  /** How many calls wait for their time. */
  get waiting(): number {
    return this.#pending.length
  }

  /**
   * Moves time on by `byMs`, making each call that falls due on the way at its own moment, and lets
   * the promises that it settled run before the next one.
   */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#elapsedMs + byMs
    await settle()
    for (;;) {
      const next = this.#pending
        .filter(pending => pending.atMs <= untilMs)
        .toSorted((a, b) => a.atMs - b.atMs || a.order - b.order)[0]
      if (!next) break
      this.#pending = this.#pending.filter(pending => pending !== next)
      this.#move(next.atMs - this.#elapsedMs)
      next.run()
      await settle()
    }
    this.#move(untilMs - this.#elapsedMs)
    await settle()
  }

  /** Sets the wall clock alone, as an administrator or NTP does; `elapsed` and pending calls do not move. */
  jump(toMs: number): void {
    this.#nowMs = toMs
  }

  #move(byMs: number): void {
    this.#elapsedMs += byMs
    this.#nowMs += byMs
  }
}

/** Lets every promise that can go on go on: a turn of the event loop runs all microtasks before it. */
function settle(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
