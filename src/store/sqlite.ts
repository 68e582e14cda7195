import { closeSync, existsSync, mkdirSync, openSync, realpathSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { type Clock, Conflict, InvalidInput, NotFound } from '../kernel/index.ts'
import type { Backend } from './backend.ts'
import { explained } from './explained.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { lockFile, lockPathOf } from './sqlite-lock.ts'
import type { Tables } from './tables.ts'

/** “SHIP”: SQLite's own place, in the file's header, to say whose file it is. */
const APPLICATION_ID = 0x53_48_49_50

/**
 * How long a statement may hold up the whole program for a lock. Only a stranger at the file (a backup, a
 * person with the sqlite3 shell) can cause that; the transaction is tried again after it.
 */
const BUSY_MS = 100

/** Opens the file for this program alone, making it and its folder where there are none. */
export function openSqlite(path: string, clock: Clock): Backend {
  mkdirSync(dirname(resolve(path)), { recursive: true })
  makePrivate(path)
  const file = realpathSync(path)
  if (!statSync(file).isFile())
    throw new InvalidInput(`${file} is no file`, { hint: 'Give the path of a file, not of a folder.' })
  makePrivate(lockPathOf(file))
  const lock = lockFile(file, clock)
  const open: DatabaseSync[] = []
  try {
    const writer = new DatabaseSync(file, { timeout: BUSY_MS, enableForeignKeyConstraints: true })
    open.push(writer)
    claim(writer, file)
    writer.exec('pragma journal_mode = wal; pragma synchronous = full')
    const reader = openReader(file)
    open.push(reader)
    const reads = new Kysely<Tables>({ dialect: explained(sqliteDialect(reader), file) })
    const writes = new Kysely<Tables>({ dialect: sqliteDialect(writer) })
    return {
      dialect: 'sqlite',
      where: file,
      reads,
      writes,
      enter: async () => {}, // the file is ours alone, and its one connection serves one transaction at a time
      close: async () => {
        await close(reads, reader)
        await close(writes, writer) // last: it alone can bring what the -wal file holds into the main one
        lock.release()
      },
    }
  } catch (error) {
    for (const database of open) database.close()
    lock.release()
    throw error
  }
}

/** Opens the file beside whoever writes it, without taking it from them. */
export function openSqliteForReading(path: string): Backend {
  if (!existsSync(path)) {
    throw new NotFound(`there is no store at ${resolve(path)}`, { hint: 'Check the path, or start the hub once.' })
  }
  const file = realpathSync(path)
  const reader = openReader(file)
  const reads = new Kysely<Tables>({ dialect: explained(sqliteDialect(reader), file) })
  return {
    dialect: 'sqlite',
    where: file,
    reads,
    writes: undefined,
    enter: async () => {},
    close: () => close(reads, reader),
  }
}

/**
 * Makes the file where there is none; what it will hold is nobody else's business, and the files that SQLite
 * puts beside it inherit that. One that exists is not even opened: to close it again would drop the locks
 * that this very process may have on it (POSIX, fcntl).
 */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error
  }
}

/** Kysely closes only what was used. */
async function close(db: Kysely<Tables>, database: DatabaseSync): Promise<void> {
  await db.destroy()
  if (database.isOpen) database.close()
}

/** A second connection: a read on the writer's own would see what an open transaction has not committed. */
function openReader(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BUSY_MS, readOnly: true })
  try {
    checkOurs(database, file)
  } catch (error) {
    database.close()
    throw error
  }
  return database
}

/** Marks an empty file as ours; refuses one that another program made. */
function claim(database: DatabaseSync, file: string): void {
  if (isEmpty(database)) database.exec(`pragma application_id = ${APPLICATION_ID}`)
  checkOurs(database, file)
}

function checkOurs(database: DatabaseSync, file: string): void {
  if (applicationId(database) === APPLICATION_ID) return
  throw new Conflict(`${file} is another program's database`, { hint: 'Give Shipwatch a file of its own.' })
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare('select 1 from sqlite_schema limit 1').get() === undefined && applicationId(database) === 0
}

function applicationId(database: DatabaseSync): unknown {
  return database.prepare('pragma application_id').get()?.['application_id']
}
