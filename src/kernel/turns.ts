/** Lets work with the same key follow each other, and work with different keys run side by side. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>()

  /** Runs `work` after everything that was asked for the key before, unless the signal aborts until then. */
  take<Result>(key: string, work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const before = this.#last.get(key) ?? Promise.resolve()
    const turn = before.then(() => {
      signal?.throwIfAborted()
      return work()
    })
    const over: Promise<void> = turn.then(
      () => this.#leave(key, over),
      () => this.#leave(key, over),
    )
    this.#last.set(key, over)
    return turn
  }

  /** Whether somebody has the turn, or waits for it. */
  isTaken(key: string): boolean {
    return this.#last.has(key)
  }

  #leave(key: string, over: Promise<void>): void {
    if (this.#last.get(key) === over) this.#last.delete(key)
  }
}
