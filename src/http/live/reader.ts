import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type Clock, deadline } from '../../kernel/index.ts'

/** What may lie unread in this program for one client, beside what the system's socket holds. */
const MOST_UNREAD_BYTES = 1_048_576
/** Whoever reads nothing for so long is not there any more. */
const READS_WITHIN_MS = 30_000

/** A client that reads events. One that reads too slowly is let go: it comes back, and is told what it missed. */
export class Reader {
  readonly #response: ServerResponse
  readonly #clock: Clock
  readonly #mayStill: () => Promise<boolean>
  readonly #gone = new AbortController()
  #checkedMs: number
  /** The last entry that it was told, or need not be told. */
  knows = 0

  constructor(response: ServerResponse, clock: Clock, mayStill: () => Promise<boolean>) {
    this.#response = response
    this.#clock = clock
    this.#mayStill = mayStill
    this.#checkedMs = clock.elapsed()
    response.once('close', () => this.#gone.abort())
    response.on('error', () => this.#gone.abort()) // a connection that broke while it was written to
  }

  /** Aborts when it has gone, or was let go. */
  get signal(): AbortSignal {
    return this.#gone.signal
  }

  /** When it was last asked whether it may read. */
  get checkedMs(): number {
    return this.#checkedMs
  }

  /** Ends a stream that has outlived the session, or the right, that it was opened with. */
  async recheck(): Promise<void> {
    this.#checkedMs = this.#clock.elapsed()
    if (!(await this.#mayStill())) this.end()
  }

  /** Writes at once, or lets it go. */
  tell(bytes: Buffer | string): void {
    if (this.#gone.signal.aborted) return
    if (this.#response.writableLength > MOST_UNREAD_BYTES) this.drop()
    else this.#response.write(bytes)
  }

  /** Writes, and waits until it has read enough to be told more. Rejects when it has gone, or does not read. */
  async tellAll(all: readonly Buffer[]): Promise<void> {
    this.#gone.signal.throwIfAborted()
    if (all.length === 0 || this.#response.write(Buffer.concat(all))) return
    const late = deadline(this.#clock, READS_WITHIN_MS, this.#gone.signal)
    try {
      await once(this.#response, 'drain', { signal: late.signal })
    } catch (error) {
      this.drop()
      throw error
    } finally {
      late.done()
    }
  }

  /** Ends the stream in order. */
  end(): void {
    this.#response.end()
    this.#gone.abort()
  }

  drop(): void {
    this.#gone.abort()
    this.#response.destroy()
  }
}
