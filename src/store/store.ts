import { AsyncLocalStorage } from 'node:async_hooks'
import type { Kysely } from 'kysely'
import {
  type Clock,
  Conflict,
  deadline,
  formatDuration,
  InvalidInput,
  idMaker,
  type NewId,
  type Random,
  Unavailable,
} from '../kernel/index.ts'
import type { Backend, DialectName } from './backend.ts'
import { checkMigrated, migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'
import { openPostgres } from './postgres.ts'
import { Queue } from './queue.ts'
import { openSqlite, openSqliteForReading } from './sqlite.ts'
import type { Tables } from './tables.ts'
import { explain, isConnectionLoss, isPassing } from './trouble.ts'

/** Where rows can be read: the store (what is committed) or a transaction (and its own changes). */
export interface Reads {
  readonly dialect: DialectName
  readonly db: Kysely<Tables>
}

/** One change, whole or not at all. */
export interface Transaction extends Reads {
  /** When it began: one time for all that it writes. */
  readonly atMs: number
  readonly newId: NewId
}

export interface Store extends Reads {
  /** The file or the server, for messages. */
  readonly where: string
  readonly clock: Clock
  /**
   * Runs `run` as if nothing else happened meanwhile, in this program or in any other on this database, and
   * commits what it did; or, when it throws, undoes it and throws the same. Use only `tx` within it, and have
   * no effect outside the database: after a lost connection or a conflict it is run again from its beginning.
   *
   * @throws Unavailable when the database cannot be reached, is full, or is kept busy.
   */
  transaction<T>(run: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>
  /**
   * Runs one statement by itself, past the queue of transactions: for what must not wait and does not belong
   * together with anything else.
   */
  statement<T>(run: (db: Kysely<Tables>) => Promise<T>): Promise<T>
  /** Calls `listener` after each transaction that this program commits. */
  onCommit(listener: () => void): () => void
  /** Waits for the transactions under way, then lets go of the database. */
  close(): Promise<void>
}

export interface TransactionOptions {
  /** It is undone when it takes longer. */
  readonly withinMs?: number
}

export interface StoreOptions {
  /** PostgreSQL's address; wins over `path`. */
  readonly url?: string | undefined
  /** SQLite's file. */
  readonly path?: string | undefined
  readonly clock: Clock
  /** For reading beside a running hub: changes nothing, not even to bring an older database forward. */
  readonly readOnly?: boolean
  /** Where our tables live in a PostgreSQL database. */
  readonly schema?: string
  readonly migrations?: readonly Migration[]
  /** Spreads the retries of several hubs. */
  readonly random?: Random
}

const WITHIN_MS = 30_000
/** With the delays below about four seconds in all: a database server restarts in that time. */
const TRIES = 8
const MOST_WAITING = 1_000

/** Opens the store and brings its tables up to date. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { clock, readOnly = false, migrations = MIGRATIONS } = options
  const where = options.url === undefined ? (options.path ?? '') : 'DATABASE_URL'
  let backend: Backend | undefined
  try {
    backend = await openBackend(options)
    await (readOnly ? checkMigrated(backend, migrations) : migrate(backend, migrations, clock))
    return makeStore(backend, clock, options.random ?? Math.random)
  } catch (error) {
    await backend?.close()
    throw explain(error, backend?.where ?? where)
  }
}

async function openBackend({
  url,
  path,
  clock,
  schema = 'shipwatch',
  readOnly = false,
}: StoreOptions): Promise<Backend> {
  if (url !== undefined) return openPostgres({ url, schema, readOnly })
  if (!path)
    throw new InvalidInput('the store has no place', { field: 'path', hint: 'Give a file, or set DATABASE_URL.' })
  return readOnly ? openSqliteForReading(path) : openSqlite(path, clock)
}

function makeStore(backend: Backend, clock: Clock, random: Random): Store {
  const { dialect, where, reads } = backend
  const newId = idMaker(clock)
  const listeners = new Set<() => void>()
  const queue = new Queue(MOST_WAITING, where)
  const inside = new AsyncLocalStorage<{ open: boolean }>()
  let closed = false
  let released = false

  const once = async <T>(
    writes: Kysely<Tables>,
    run: (tx: Transaction) => Promise<T>,
    withinMs: number,
  ): Promise<T> => {
    const flag = { open: true }
    const late = deadline(clock, withinMs)
    let committing = false
    try {
      return await writes.transaction().execute(async db => {
        await backend.enter(db)
        const tx: Transaction = { dialect, db, atMs: clock.now(), newId }
        const result = await Promise.race([
          inside.run(flag, () => run(tx).finally(() => (flag.open = false))),
          aborted(late.signal, withinMs),
        ])
        committing = true
        return result
      })
    } catch (error) {
      if (committing && isConnectionLoss(error)) {
        throw new Unavailable(
          `the connection to ${where} broke during a commit: it may or may not have been carried out`,
          {
            hint: 'Look at the present state before trying again.',
            cause: error,
          },
        )
      }
      throw error
    } finally {
      late.done()
    }
  }

  const persist = async <T>(
    writes: Kysely<Tables>,
    run: (tx: Transaction) => Promise<T>,
    withinMs: number,
  ): Promise<T> => {
    for (let tries = 1; ; tries++) {
      try {
        return await once(writes, run, withinMs)
      } catch (error) {
        if (tries === TRIES || !isPassing(error)) throw explain(error, where)
        await clock.sleep(random() * Math.min(2_000, 50 * 2 ** tries))
      }
    }
  }

  const writable = (): Kysely<Tables> => {
    if (closed) throw new Unavailable(`the store at ${where} is closed`)
    if (!backend.writes) throw new Conflict(`${where} is opened for reading only`)
    return backend.writes
  }

  return {
    dialect,
    where,
    clock,
    get db() {
      if (released) throw new Unavailable(`the store at ${where} is closed`)
      return reads
    },
    async statement(run) {
      try {
        return await run(writable())
      } catch (error) {
        throw explain(error, where)
      }
    },
    async transaction(run, { withinMs = WITHIN_MS } = {}) {
      const writes = writable()
      if (inside.getStore()?.open)
        throw new Error('a transaction within a transaction would wait for itself: pass `tx` on')
      const result = await queue.run(() => persist(writes, run, withinMs))
      for (const listener of listeners) queueMicrotask(listener) // its bugs must not look like a failed commit
      return result
    },
    onCommit(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      if (closed) return
      closed = true
      await queue.drained()
      released = true
      await backend.close()
      for (const listener of listeners) queueMicrotask(listener) // whoever waits for news learns that there will be none
    },
  }
}

/** Once it rejects, the transaction is rolled back, and every later use of it throws. */
function aborted(signal: AbortSignal, withinMs: number): Promise<never> {
  return new Promise((_, reject) => {
    const undo = (): void =>
      reject(new Unavailable(`a change took longer than ${formatDuration(withinMs)} and was undone`))
    signal.addEventListener('abort', undo, { once: true })
  })
}
