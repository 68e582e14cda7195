import { type Clock, deadline, messageOf } from '../kernel/index.ts'

const WITHIN_MS = 1_000
/** What a look at the gateway found stands for so long: each reads all of its counters. */
const STANDS_MS = 1_000

interface Deps {
  readonly clock: Clock
  /** Rejects with what is wrong when the gateway does not answer. */
  readonly check: (signal: AbortSignal) => Promise<void>
}

/** Whether the gateway answers: one look for all who want to know. */
export class Reachability {
  readonly #deps: Deps
  #look: { readonly begunMs: number; readonly problem: Promise<string | undefined> } | undefined

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** What is wrong, or nothing. Found at most a second before it is asked for; takes at most a second. */
  problem(): Promise<string | undefined> {
    const { clock } = this.#deps
    const nowMs = clock.elapsed()
    if (!this.#look || nowMs - this.#look.begunMs >= STANDS_MS) {
      this.#look = { begunMs: nowMs, problem: this.#find() }
    }
    return this.#look.problem
  }

  async #find(): Promise<string | undefined> {
    const { clock, check } = this.#deps
    const within = deadline(clock, WITHIN_MS)
    try {
      await check(within.signal)
      return undefined
    } catch (error) {
      return messageOf(error)
    } finally {
      within.done()
    }
  }
}
