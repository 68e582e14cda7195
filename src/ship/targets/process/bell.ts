import type { Clock } from '../../../kernel/index.ts'

/** Wakes whoever waits for a change; what has changed, the woken looks up. */
export class Bell {
  readonly #waiting = new Set<() => void>()

  ring(): void {
    for (const wake of this.#waiting) wake()
  }

  /** Resolves when it rings, after `withinMs`, or when the signal aborts. Holds the program open meanwhile: somebody waits for an answer. */
  async wait(withinMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
    const rung = new AbortController()
    const wake = (): void => rung.abort()
    this.#waiting.add(wake)
    await clock.sleep(withinMs, AbortSignal.any([signal, rung.signal])).catch(() => undefined) // the caller looks which
    this.#waiting.delete(wake)
  }
}
