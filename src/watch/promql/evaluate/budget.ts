import type { Clock } from '../../../kernel/clock.ts'
import { PromQLError } from '../error.ts'
import type { Pieces } from '../pieces.ts'

/** What a query may use. */
export interface Limits {
  readonly maxSamples: number
  readonly timeoutMs: number
  readonly clock: Pick<Clock, 'elapsed' | 'sleep'>
  readonly signal: AbortSignal | undefined
}

/** The event loop gets a turn this often, so that whoever aborts is heard. */
const TURN_EVERY_MS = 8

/** A piece of work between two looks at the clock: about a millisecond, in values. */
const VALUES_A_PIECE = 30_000

/** Nobody knows beforehand what an item costs: pieces grow from one item on, and shrink where they take longer. */
const LONGEST_PIECE_MS = 2

/** What timers can count. A query that may take longer than these 24 days waits for its storage for good. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The same of whatever a storage gives one by one. */
const ITEMS_A_PIECE = 1000

/**
 * Keeps one query within its limits: samples in memory, time, and its caller's patience. JavaScript cannot be
 * interrupted, so long work is done in pieces, and between pieces the budget looks at the clock and lets others run.
 */
export class Budget implements Pieces {
  readonly #limits: Limits
  readonly #endsAtMs: number
  #turnedAtMs: number
  #pausedAtMs: number
  #samples = 0

  constructor(limits: Limits) {
    this.#limits = limits
    this.#turnedAtMs = limits.clock.elapsed()
    this.#pausedAtMs = this.#turnedAtMs
    this.#endsAtMs = this.#turnedAtMs + limits.timeoutMs
  }

  /** How many samples are in memory; a histogram counts by its size. */
  get samples(): number {
    return this.#samples
  }

  /** Throws where it would be more than allowed. */
  hold(samples: number): void {
    this.allow(samples)
    this.#samples += samples
  }

  /** Throws where so many more, for a moment, would be more than allowed. */
  allow(samples: number): void {
    if (this.#samples + samples <= this.#limits.maxSamples) return
    throw new PromQLError(
      'too-many-samples',
      'query processing would load too many samples into memory in query execution',
    )
  }

  /** Back to what `samples` was before. */
  release(to: number): void {
    this.#samples = to
  }

  async inPieces(items: number, valuesAnItem: number, work: (item: number) => void): Promise<void> {
    const most = Math.max(1, Math.floor(VALUES_A_PIECE / Math.max(1, valuesAnItem)))
    let piece = 1
    for (let item = 0; item < items; ) {
      const end = Math.min(items, item + piece)
      for (; item < end; item++) work(item)
      const tookMs = await this.#pause()
      piece = tookMs > LONGEST_PIECE_MS ? Math.ceil(piece / 2) : Math.min(most, piece * 2)
    }
  }

  /** All that there is, although it may come slowly; of an array, what it holds now. */
  async gather<Item>(items: Iterable<Item>): Promise<Item[]> {
    if (Array.isArray(items)) return items.slice()
    if (typeof items?.[Symbol.iterator] !== 'function') throw new TypeError('what was selected is not iterable')
    const gathered: Item[] = []
    for (const item of items) {
      gathered.push(item)
      if (gathered.length % ITEMS_A_PIECE === 0) await this.#pause()
    }
    return gathered
  }

  /**
   * What somebody else works at, for no longer than the query may take: a storage may never answer. The signal that it
   * gets aborts when nobody waits for it any more.
   */
  async waitFor<Result>(work: (signal: AbortSignal) => Result | Promise<Result>): Promise<Result> {
    this.check()
    const { signal, clock } = this.#limits
    const unwanted = new AbortController()
    const answered = new AbortController()
    const leave = (): void => unwanted.abort(signal?.reason)
    const ended = new Promise<never>((_, reject) => {
      unwanted.signal.addEventListener('abort', () => reject(this.#ending()), { once: true })
    })
    ended.catch(() => undefined)
    signal?.addEventListener('abort', leave, { once: true })
    try {
      const working = work(unwanted.signal)
      if (!(working instanceof Promise)) return working
      const leftMs = this.#endsAtMs - clock.elapsed()
      if (leftMs <= LONGEST_TIMER_MS) {
        const timeIsUp = (): void => unwanted.abort(new DOMException('the query timed out', 'TimeoutError'))
        clock.sleep(leftMs, answered.signal).then(timeIsUp, () => undefined)
      }
      return await Promise.race([working, ended])
    } catch (error) {
      // It may well have failed because it heard the signal.
      throw unwanted.signal.aborted ? this.#ending() : error
    } finally {
      answered.abort()
      signal?.removeEventListener('abort', leave)
    }
  }

  /** Throws when the time is up or the signal has aborted. */
  check(): void {
    this.#check(this.#limits.clock.elapsed())
  }

  /** Between two pieces: lets the event loop go round where it did not for long. Gives how long the piece took. */
  async #pause(): Promise<number> {
    const nowMs = this.#limits.clock.elapsed()
    const tookMs = nowMs - this.#pausedAtMs
    this.#pausedAtMs = nowMs
    this.#check(nowMs)
    if (nowMs - this.#turnedAtMs < TURN_EVERY_MS) return tookMs
    await nextTurn()
    this.#pausedAtMs = this.#turnedAtMs = this.#limits.clock.elapsed()
    this.#check(this.#turnedAtMs)
    return tookMs
  }

  #check(nowMs: number): void {
    if (this.#limits.signal?.aborted === true || nowMs >= this.#endsAtMs) throw this.#ending()
  }

  #ending(): PromQLError {
    const { signal } = this.#limits
    if (signal?.aborted !== true) return new PromQLError('timeout', 'query timed out in expression evaluation')
    const cause: unknown = signal.reason
    return new PromQLError('canceled', 'query was canceled in expression evaluation', { cause })
  }
}

/** After what waits in the event loop; a timer of 0 ms would take one. */
function nextTurn(): Promise<void> {
  return new Promise(resolve => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve)
      return
    }
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(undefined)
  })
}
