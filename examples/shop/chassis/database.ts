import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** How long SQLite itself waits for a lock. Short, since it blocks the event loop; GroupWriter goes on waiting without. */
const BUSY_TIMEOUT_MS = 25

/** Whether durable writes are synced to disk (and survive a power cut), or only survive a killed process. */
export type Synchronous = 'full' | 'normal'

/** Opens a database file that several processes use at once, making it if there is none. */
export function openDatabase(file: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true })
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS })
  try {
    persist(() => db.exec('PRAGMA journal_mode = WAL'))
    db.exec('PRAGMA foreign_keys = ON')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** One step of the schema; steps are numbered by their place in the list, from 1. */
export type Migration = string

/**
 * Brings the schema up to a step, unless it is there or further already.
 * Safe while other versions serve from the same file, as long as steps only ever add (tables, columns with defaults,
 * indexes): an older version goes on working on a newer schema, so it neither refuses nor undoes one.
 */
export function migrate(db: DatabaseSync, migrations: readonly Migration[], upTo = migrations.length): void {
  if (schemaOf(db) >= upTo) return
  transact(db, () => {
    // Read again: another process may have migrated while this one waited for the lock.
    for (let step = schemaOf(db); step < upTo; step++) db.exec(migrations[step] ?? '')
    if (schemaOf(db) < upTo) db.exec(`PRAGMA user_version = ${upTo}`)
  })
}

/** Runs `work` in a transaction of its own. For the start of a process only: waiting for the lock blocks. */
export function transact(db: DatabaseSync, work: () => void): void {
  persist(() => db.exec('BEGIN IMMEDIATE'))
  try {
    work()
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

export function schemaOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
}

/** True if the statement failed because another connection holds the lock, so that trying again is right. */
export function isBusy(error: unknown): boolean {
  // The low byte is the primary code: SQLITE_BUSY is 5, and has variants such as SQLITE_BUSY_RECOVERY.
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5
}

/** Tries again for up to ten seconds while others hold the lock. */
function persist(work: () => void): void {
  const deadlineMs = performance.now() + 10_000
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadlineMs) throw error
    }
  }
}
