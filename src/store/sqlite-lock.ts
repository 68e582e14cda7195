import { hostname } from 'node:os'
import { DatabaseSync } from 'node:sqlite'
import { type Clock, Conflict, toRfc3339 } from '../kernel/index.ts'

interface Holder {
  readonly pid: number
  readonly host: string
  readonly since_ms: number
}

/** How long to wait for somebody who only writes its name; the lock itself is not waited for. */
const NAME_WAIT_MS = 500

/**
 * Makes this program the only one that writes `path`, until `release` or the program's end, however it
 * comes: the lock is SQLite's own on a second, tiny file, which the system drops with the process.
 * That file stays; deleting it while a hub runs would let a second one in.
 *
 * @throws Conflict naming who holds it.
 */
export function lockFile(path: string, clock: Clock): { readonly release: () => void } {
  const database = new DatabaseSync(lockPathOf(path), { timeout: NAME_WAIT_MS })
  try {
    // Readers must get in while the lock is held, and after a kill -9 there is nothing to recover: the name
    // is only told to people.
    database.exec('pragma synchronous = off')
    begin(database, path)
    database.exec(
      'create table if not exists holder (id integer primary key check (id = 1), pid integer, host text, since_ms integer)',
    )
    database
      .prepare('insert or replace into holder (id, pid, host, since_ms) values (1, ?, ?, ?)')
      .run(process.pid, hostname(), clock.now())
    database.exec('commit')
    begin(database, path)
  } catch (error) {
    database.close()
    throw error
  }
  return { release: () => database.close() }
}

export function lockPathOf(path: string): string {
  return `${path}.lock`
}

function begin(database: DatabaseSync, path: string): void {
  try {
    database.exec('begin immediate')
  } catch (error) {
    if ((error as { errcode?: number }).errcode !== 5) throw error
    const holder = database.prepare('select pid, host, since_ms from holder').get() as Holder | undefined
    const who = holder
      ? `process ${holder.pid} on ${holder.host}, since ${toRfc3339(holder.since_ms)}`
      : 'another process'
    throw new Conflict(`${path} is in use by ${who}`, {
      hint: 'Stop that hub, or give this one a file of its own.',
      cause: error,
    })
  }
}
