import { Unavailable } from '../kernel/index.ts'

/** Runs one thing at a time, first come, first served: more fairly than either database would. */
export class Queue {
  readonly #most: number
  readonly #where: string
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** Refuses what comes when `most` are under way or waiting; `where` names what they wait for. */
  constructor(most: number, where: string) {
    this.#most = most
    this.#where = where
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#most) {
      throw new Unavailable(`${this.#where} has ${this.#waiting} changes waiting already`, {
        hint: 'Try again in a moment.',
      })
    }
    this.#waiting += 1
    const turn = this.#last.then(work)
    const over = (): void => {
      this.#waiting -= 1
    }
    this.#last = turn.then(over, over)
    return turn
  }

  /** Resolves when all that was asked for until now is over, however it ended. */
  async drained(): Promise<void> {
    await this.#last
  }
}
