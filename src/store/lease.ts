import { type Kysely, sql } from 'kysely'
import { type Clock, Conflict, deadline, pause, type Random, Unavailable } from '../kernel/index.ts'
import type { DialectName } from './backend.ts'
import type { Store, Transaction } from './store.ts'
import type { Tables } from './tables.ts'

export interface LeaseOptions {
  /** The duty: one holder at a time. */
  readonly name: string
  /** Who would carry it out, for people to read. */
  readonly holder: string
  /** How long after its holder's last sign of life a duty passes to another. */
  readonly ttlMs: number
  readonly clock: Clock
  /** Told of each failure to reach the database; it is tried again by itself. */
  readonly trouble?: (error: unknown) => void
  readonly random?: Random
}

/** A duty held: which one, and under which number. */
export interface Term {
  readonly name: string
  /** Greater than that of every holder before. */
  readonly token: number
}

/** By this share of its time a lease ends for its holder before it ends for the others: clocks do not run equally fast. */
const SAFETY = 0.1

/**
 * Carries out a duty that only one hub at a time may: waits until it falls to this one, then calls `run`
 * with a signal that aborts before anybody else can take it over, and with a token for `fence`. A duty that
 * was lost is contended for again. Resolves when `run` ended by itself or `signal` aborted; throws what `run`
 * throws while it holds the duty.
 *
 * Whose turn it is is decided in the database by the database server's clock; how long the holder may trust
 * in it, by the time that has elapsed here since it asked: no wall clocks are compared. A SQLite file has
 * one hub anyway, so there the duty falls to it at once and stays.
 */
export async function lead(
  store: Store,
  options: LeaseOptions,
  signal: AbortSignal,
  run: (signal: AbortSignal, token: number) => Promise<void>,
): Promise<void> {
  const { clock, ttlMs, random = Math.random, name } = options
  while (!signal.aborted) {
    const askedMs = clock.elapsed()
    const token = await ask(store, options, db => take(db, store.dialect, options))
    if (token !== undefined) {
      const held = await hold(store, options, { name, token }, askedMs, signal, run)
      if (held === 'ended') return
    }
    // Contenders that came at the same moment should not come back at the same moment.
    await pause(clock, (ttlMs / 3) * (0.5 + random() / 2), signal)
  }
}

/**
 * Makes the transaction fail unless the duty is still held under this token. A program that was suspended
 * may find out too late that its time has passed; what it writes with this does no harm.
 */
export async function fence(tx: Transaction, { name, token }: Term): Promise<void> {
  const query = tx.db.selectFrom('leases').select('token').where('name', '=', name).where('token', '=', token)
  // The lock keeps the duty from changing hands before this transaction is committed.
  const row = await (tx.dialect === 'postgres' ? query.forShare() : query).executeTakeFirst()
  if (!row) throw new Conflict(`the duty “${name}” has passed to another hub`)
}

/** The same store for whoever holds the duty: each of its transactions fails once the duty has passed to another. */
export function fenced(store: Store, term: Term): Store {
  return {
    ...store,
    get db() {
      return store.db
    },
    transaction: (run, options) =>
      store.transaction(async tx => {
        await fence(tx, term)
        return run(tx)
      }, options),
  }
}

async function hold(
  store: Store,
  options: LeaseOptions,
  term: Term,
  askedMs: number,
  signal: AbortSignal,
  run: (signal: AbortSignal, token: number) => Promise<void>,
): Promise<'ended' | 'lost'> {
  const { clock, name, ttlMs } = options
  const running = new AbortController()
  const over = new AbortController()
  const stop = (): void => running.abort(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  let isLost = false
  const lose = (): void => {
    isLost = true
    over.abort() // or a late answer would keep it from the others
    running.abort(new Unavailable(`the duty “${name}” was lost`, { hint: 'Another hub may hold it now.' }))
  }
  const expireFrom = (sinceMs: number): (() => void) =>
    clock.after(sinceMs + ttlMs * (1 - SAFETY) - clock.elapsed(), lose)
  const renewal =
    store.dialect === 'postgres'
      ? renew(store, options, term, over.signal, expireFrom(askedMs), expireFrom, lose)
      : undefined
  try {
    await run(running.signal, term.token)
    return isLost ? 'lost' : 'ended'
  } catch (error) {
    if (!isLost && !signal.aborted) throw error
    return isLost ? 'lost' : 'ended'
  } finally {
    over.abort()
    signal.removeEventListener('abort', stop)
    await renewal
    await ask(store, options, db => giveUp(db, term))
  }
}

/** Renews at a third of the time, sooner after a failure, until the duty is over or lost. */
async function renew(
  store: Store,
  options: LeaseOptions,
  term: Term,
  over: AbortSignal,
  expiry: () => void,
  expireFrom: (sinceMs: number) => () => void,
  lose: () => void,
): Promise<void> {
  const { clock, ttlMs } = options
  let cancel = expiry
  let pauseMs = ttlMs / 3
  while (await pause(clock, pauseMs, over)) {
    const askedMs = clock.elapsed()
    const kept = await ask(store, options, db => prolong(db, term, ttlMs))
    if (kept === false) lose()
    if (kept === false || over.aborted) break
    pauseMs = kept ? ttlMs / 3 : ttlMs / 10
    if (!kept) continue
    cancel()
    cancel = expireFrom(askedMs)
  }
  cancel()
}

/** One statement; nothing when it failed or was not answered in time to be of use. */
async function ask<T>(
  store: Store,
  { clock, ttlMs, name, trouble }: LeaseOptions,
  run: (db: Kysely<Tables>) => Promise<T>,
): Promise<T | undefined> {
  const late = deadline(clock, ttlMs / 3)
  try {
    return await Promise.race([
      store.statement(run),
      new Promise<never>((_, reject) => {
        const leave = (): void =>
          reject(new Unavailable(`${store.where} did not answer about the duty “${name}” in time`))
        late.signal.addEventListener('abort', leave, { once: true })
      }),
    ])
  } catch (error) {
    trouble?.(error)
    return undefined
  } finally {
    late.done()
  }
}

/** The server's wall clock, not the beginning of the transaction. */
const SERVER_NOW_MS = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`

/** The token, when the duty was free. */
async function take(
  db: Kysely<Tables>,
  dialect: DialectName,
  { name, holder, ttlMs }: LeaseOptions,
): Promise<number | undefined> {
  const nowMs = dialect === 'postgres' ? SERVER_NOW_MS : sql<number>`0`
  const row = await db
    .insertInto('leases')
    .values({ name, holder, token: 1, expires_at_ms: sql<number>`${nowMs} + ${Math.round(ttlMs)}` })
    .onConflict(conflict => {
      const taken = conflict.column('name').doUpdateSet(other => ({
        holder: other.ref('excluded.holder'),
        expires_at_ms: other.ref('excluded.expires_at_ms'),
        token: other('leases.token', '+', 1),
      }))
      return dialect === 'postgres' ? taken.where('leases.expires_at_ms', '<=', nowMs) : taken
    })
    .returning('token')
    .executeTakeFirst()
  return row?.token
}

async function prolong(db: Kysely<Tables>, { name, token }: Term, ttlMs: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('leases')
    .set({ expires_at_ms: sql<number>`${SERVER_NOW_MS} + ${Math.round(ttlMs)}` })
    .where('name', '=', name)
    .where('token', '=', token)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

async function giveUp(db: Kysely<Tables>, { name, token }: Term): Promise<void> {
  await db.updateTable('leases').set({ expires_at_ms: 0 }).where('name', '=', name).where('token', '=', token).execute()
}
