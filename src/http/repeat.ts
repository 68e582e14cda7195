import { hash } from 'node:crypto'
import { InvalidInput, Turns } from '../kernel/index.ts'
import type { Store, Transaction } from '../store/index.ts'
import { KeyReused } from './problem.ts'
import { type Remembered, recall, remember } from './store.ts'

/** A request that may come again. */
export interface Repeatable {
  /** Who asks: the same key of somebody else is another one. */
  readonly actor: string
  readonly key: string
  readonly method: string
  readonly path: string
  readonly body: unknown
  /** What it is answered with when all goes well. */
  readonly status: number
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal
}

/** Carries a request out. With `remember`, called in the transaction of the effect, the reply is kept with it. */
export type Act = (remember: (tx: Transaction, reply: unknown) => Promise<void>) => Promise<unknown>

export interface Answer {
  readonly status: number
  /** JSON. */
  readonly text: string
  /** Whether it was given before. */
  readonly repeated: boolean
}

/**
 * Carries out a request with a key once, and tells each repetition what the first was told: docs/adr/0053. Refusals
 * are not kept, as nothing was done; they are made anew.
 */
export class Repeats {
  readonly #store: Store
  readonly #turns = new Turns()

  constructor(store: Store) {
    this.#store = store
  }

  /** Two at once follow each other. Rejects with `KeyReused` where the key stands for another request. */
  answer(asked: Repeatable, act: Act): Promise<Answer> {
    const key = `${asked.actor} ${asked.key}`
    return this.#turns.take(key, () => this.#answer(key, asked, act), asked.signal)
  }

  async #answer(key: string, { method, path, body, status }: Repeatable, act: Act): Promise<Answer> {
    const request = hash('sha256', `${method} ${path} ${JSON.stringify(body)}`)
    const known = await this.#recall(key, request)
    if (known) return known
    let kept: string | undefined
    const keep = async (tx: Transaction, reply: unknown): Promise<void> => {
      const what: Remembered = { request, status, reply: JSON.stringify(reply) }
      await remember(tx, key, what)
      kept = what.reply
    }
    try {
      const reply = await act(keep)
      // A room that could not keep it with its effect: a crash before this is one after which it may be done again.
      if (kept === undefined) await this.#store.transaction(tx => keep(tx, reply))
      return { status, text: kept ?? '', repeated: false }
    } catch (error) {
      // It may have been done all the same: by another hub, or before the connection broke during the commit.
      const done = await this.#recall(key, request).catch(() => undefined)
      if (done) return done
      throw error
    }
  }

  async #recall(key: string, request: string): Promise<Answer | undefined> {
    const known = await recall(this.#store, key, this.#store.clock.now())
    if (!known) return undefined
    if (known.request === request) return { status: known.status, text: known.reply, repeated: true }
    throw new KeyReused('this key was used for another request', {
      field: 'Idempotency-Key',
      hint: 'Make a new key for each request, and send it again only with the same one.',
    })
  }
}

const KEY = /^[\x21-\x7e]{1,128}$/

/** The key that a request shows, if any. Rejects one that is none. */
export function keyOf(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  if (typeof header === 'string' && KEY.test(header)) return header
  throw new InvalidInput('this cannot be a key', {
    field: 'Idempotency-Key',
    hint: 'Send 1 to 128 printable ASCII characters without spaces, such as a UUID.',
  })
}
