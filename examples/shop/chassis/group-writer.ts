import type { DatabaseSync } from 'node:sqlite'
import { isBusy, type Synchronous, schemaOf } from './database.ts'
import { Problem } from './problem.ts'

interface Waiting {
  readonly work: () => unknown
  readonly durable: boolean
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  readonly sinceMs: number
}
type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown }

export interface GroupWriterLimits {
  /** How many writes may wait; one more is answered with 503. */
  readonly waiting: number
  /** How long a write may wait for other processes' locks before it is answered with 503. */
  readonly waitMs: number
}

const LIMITS: GroupWriterLimits = { waiting: 1000, waitMs: 5000 }

/**
 * Writes in transactions, several callers' writes in one: all that arrive in one turn of the event loop share one
 * lock, one commit and one sync to disk. A write that throws is undone alone; its neighbours are committed.
 * A promise resolves after the commit, and after the sync if any of the group is durable: a power cut may then undo
 * only what the others wrote since. While another process holds the lock the loop stays free (reads and health
 * checks are answered), and the same writes are tried again: so `work` must do nothing but use the database.
 */
export class GroupWriter {
  readonly #db: DatabaseSync
  readonly #limits: GroupWriterLimits
  readonly #begin
  readonly #commit
  readonly #synchronous: Synchronous
  /** What the connection does now; SQLite takes it anew with each transaction. */
  #syncing: boolean | undefined
  #waiting: Waiting[] = []
  #scheduled = false
  #idle: (() => void)[] = []
  #lastFailure: string | undefined

  constructor(db: DatabaseSync, synchronous: Synchronous, limits: GroupWriterLimits = LIMITS) {
    this.#db = db
    this.#synchronous = synchronous
    this.#limits = limits
    this.#begin = db.prepare('BEGIN IMMEDIATE')
    this.#commit = db.prepare('COMMIT')
  }

  /** Runs `work` inside a transaction; resolves with its result once that will survive even a power cut. */
  write<Result>(work: () => Result): Promise<Result> {
    return this.#enqueue(work, true)
  }

  /** The same for what can be found out or done again: it survives a killed process, but maybe not a power cut. */
  writeRecoverable<Result>(work: () => Result): Promise<Result> {
    return this.#enqueue(work, false)
  }

  #enqueue<Result>(work: () => Result, durable: boolean): Promise<Result> {
    if (this.#waiting.length >= this.#limits.waiting) {
      return Promise.reject(new Problem(503, 'too-busy', 'too many writes are waiting; try again'))
    }
    return new Promise<Result>((resolve, reject) => {
      const done = resolve as (value: unknown) => void
      this.#waiting.push({ work, durable, resolve: done, reject, sinceMs: performance.now() })
      if (!this.#scheduled) {
        this.#scheduled = true
        setImmediate(() => this.#flush())
      }
    })
  }

  /**
   * Why nothing can be written (a full disk, a lock that nobody gives back), or undefined if it can.
   * Costs nothing while writes succeed; after a failure it tries one, for else an instance that gets no traffic
   * because it is not ready would never notice that it is again.
   */
  async failure(): Promise<string | undefined> {
    if (this.#lastFailure === undefined) return undefined
    try {
      await this.write(() => this.#db.exec(`PRAGMA user_version = ${schemaOf(this.#db)}`))
      return undefined
    } catch (error) {
      return (error as Error).message
    }
  }

  /** Resolves when nothing waits to be written. */
  async idle(): Promise<void> {
    if (this.#scheduled) await new Promise<void>(resolve => this.#idle.push(resolve))
  }

  #flush(): void {
    const batch = this.#waiting
    this.#waiting = []
    try {
      const outcomes = this.#commitAll(batch)
      this.#lastFailure = undefined
      for (const [i, waiting] of batch.entries()) {
        const outcome = outcomes[i]
        if (outcome?.ok) waiting.resolve(outcome.value)
        else waiting.reject(outcome?.error)
      }
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      this.#lastFailure = (error as Error).message
      if (isBusy(error)) {
        this.#waiting = [...this.#giveUpOnOld(batch), ...this.#waiting]
      } else for (const waiting of batch) waiting.reject(error)
    }
    if (this.#waiting.length > 0) {
      // Chance keeps processes that met once from meeting again.
      setTimeout(() => this.#flush(), 2 + Math.random() * 8)
      return
    }
    this.#scheduled = false
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  #commitAll(batch: readonly Waiting[]): Outcome[] {
    this.#sync(batch.some(({ durable }) => durable))
    this.#begin.run()
    const outcomes = batch.map((waiting): Outcome => {
      if (batch.length > 1) this.#db.exec('SAVEPOINT one')
      try {
        const value = waiting.work()
        if (batch.length > 1) this.#db.exec('RELEASE one')
        return { ok: true, value }
      } catch (error) {
        // A full disk or an I/O error ends the whole transaction; then there is nothing to go on with.
        if (!this.#db.isTransaction || isBusy(error)) throw error
        if (batch.length > 1) this.#db.exec('ROLLBACK TO one; RELEASE one')
        else this.#db.exec('ROLLBACK')
        return { ok: false, error }
      }
    })
    if (this.#db.isTransaction) this.#commit.run()
    return outcomes
  }

  #sync(durable: boolean): void {
    const syncing = durable && this.#synchronous === 'full'
    if (syncing !== this.#syncing) this.#db.exec(`PRAGMA synchronous = ${syncing ? 'FULL' : 'NORMAL'}`)
    this.#syncing = syncing
  }

  #giveUpOnOld(batch: readonly Waiting[]): Waiting[] {
    const now = performance.now()
    const old = batch.filter(({ sinceMs }) => now - sinceMs > this.#limits.waitMs)
    for (const { reject } of old) {
      reject(new Problem(503, 'database-locked', `the database was locked for ${this.#limits.waitMs} ms; try again`))
    }
    return batch.filter(waiting => !old.includes(waiting))
  }
}
