import type { Clock } from '../../src/kernel/index.ts'

/** Writes the story, each line with the seconds since it began; nothing when the story is wanted as JSON. */
export class Teller {
  readonly #clock: Clock
  readonly #startedMs: number
  readonly #sink: { readonly isTTY?: boolean; write(text: string): unknown } | undefined

  constructor(clock: Clock, sink: { readonly isTTY?: boolean; write(text: string): unknown } | undefined) {
    this.#clock = clock
    this.#startedMs = clock.elapsed()
    this.#sink = sink
  }

  get seconds(): number {
    return (this.#clock.elapsed() - this.#startedMs) / 1_000
  }

  heading(text: string): void {
    this.#write(`\n${this.#paint('1', text)}\n`)
  }

  line(text: string): void {
    this.#write(`${this.#paint('2', `${this.seconds.toFixed(1).padStart(6)} s`)}  ${text}\n`)
  }

  good(text: string): void {
    this.line(`${this.#paint('32', '✓')} ${text}`)
  }

  bad(text: string): void {
    this.line(`${this.#paint('31', '✗')} ${text}`)
  }

  more(text: string): void {
    this.#write(`          ${text}\n`)
  }

  #paint(style: string, text: string): string {
    return this.#sink?.isTTY && !process.env['NO_COLOR'] ? `\x1b[${style}m${text}\x1b[0m` : text
  }

  #write(text: string): void {
    this.#sink?.write(text)
  }
}
