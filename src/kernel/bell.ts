import { type Clock, type Patience, pause } from './clock.ts'

interface Wait {
  /** `rings` at a time before the caller looked: a ring since then has been missed already, and ends the wait at once. */
  readonly since: number
  readonly withinMs: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly patience?: Patience
}

/** Wakes whoever waits for a change; what has changed, the woken looks up. */
export class Bell {
  #rings = 0
  readonly #waiting = new Set<() => void>()

  /** How often it rang. Ask before you look, and wait with the answer: so no ring is missed in between. */
  get rings(): number {
    return this.#rings
  }

  ring(): void {
    this.#rings += 1
    for (const wake of this.#waiting) wake()
  }

  /** Resolves when it has rung since, after `withinMs`, or when the signal aborts; the caller looks which. */
  async wait({ since, withinMs, clock, signal, patience }: Wait): Promise<void> {
    if (this.#rings !== since || signal.aborted) return
    const over = new AbortController()
    const wake = (): void => over.abort()
    this.#waiting.add(wake)
    signal.addEventListener('abort', wake, { once: true })
    await pause(clock, withinMs, over.signal, patience)
    this.#waiting.delete(wake)
    signal.removeEventListener('abort', wake)
  }
}
