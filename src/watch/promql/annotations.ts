import { positionOf, type Span } from './error.ts'

/**
 * What a query should know of its answer: `PromQL warning: …` where it is likely wrong, `PromQL info: …` where it may
 * be. Each is said once, with the position it is about.
 */
export class Annotations {
  readonly #query: string
  readonly #warnings = new Set<string>()
  readonly #infos = new Set<string>()

  constructor(query: string) {
    this.#query = query
  }

  /** The text without its prefix, e.g. `quantile value should be between 0 and 1, got 2`. */
  warn(text: string, span: Span): void {
    this.#warnings.add(`PromQL warning: ${text} (${positionOf(this.#query, span.start)})`)
  }

  info(text: string, span: Span): void {
    this.#infos.add(`PromQL info: ${text} (${positionOf(this.#query, span.start)})`)
  }

  get warnings(): string[] {
    return [...this.#warnings]
  }

  get infos(): string[] {
    return [...this.#infos]
  }
}
