import type { Reads, SessionRow, Store, Transaction, UserRow } from '../../store/index.ts'
import { IDLE_MS, LIFE_MS, SEEN_EVERY_MS } from './life.ts'

/** A session and whose it is. */
export type SessionOfUser = Pick<SessionRow, 'created_at_ms' | 'seen_at_ms'> &
  Pick<UserRow, 'name' | 'display_name' | 'role' | 'language' | 'must_change_password' | 'disabled'> & {
    readonly session_id: string
    /** The user's. */
    readonly id: string
  }

export async function findSession({ db }: Reads, hash: string): Promise<SessionOfUser | undefined> {
  return db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select([
      'sessions.id as session_id',
      'sessions.created_at_ms',
      'sessions.seen_at_ms',
      'users.id',
      'users.name',
      'users.display_name',
      'users.role',
      'users.language',
      'users.must_change_password',
      'users.disabled',
    ])
    .where('sessions.hash', '=', hash)
    .executeTakeFirst()
}

/** The user's sessions, newest first. */
export async function readSessions({ db }: Reads, userId: string): Promise<readonly SessionRow[]> {
  return db.selectFrom('sessions').selectAll().where('user_id', '=', userId).orderBy('created_at_ms', 'desc').execute()
}

export async function insertSession({ db }: Transaction, row: SessionRow): Promise<void> {
  await db.insertInto('sessions').values(row).execute()
}

/** Notes a use, unless that was done within the last minute. */
export async function touchSession(store: Store, id: string, nowMs: number): Promise<void> {
  await store.statement(db =>
    db
      .updateTable('sessions')
      .set({ seen_at_ms: nowMs })
      .where('id', '=', id)
      .where('seen_at_ms', '<=', nowMs - SEEN_EVERY_MS)
      .execute(),
  )
}

export async function endSession({ db }: Transaction, id: string): Promise<void> {
  await db.deleteFrom('sessions').where('id', '=', id).execute()
}

export async function endSessionByHash({ db }: Transaction, hash: string): Promise<void> {
  await db.deleteFrom('sessions').where('hash', '=', hash).execute()
}

/** All of the user's, or all beyond the newest few; gives how many there were. */
export async function endSessionsOf({ db }: Transaction, userId: string, keep = 0): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('sessions')
    .where('id', 'in', from =>
      from
        .selectFrom('sessions as old')
        .select('old.id')
        .where('old.user_id', '=', userId)
        .orderBy('old.created_at_ms', 'desc')
        .orderBy('old.id', 'desc')
        .limit(1_000_000) // SQLite allows no offset without it
        .offset(keep),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Removes what has ended by itself. */
export async function sweepSessions({ db, atMs }: Transaction): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where('created_at_ms', '<=', atMs - LIFE_MS)
    .execute()
  await db
    .deleteFrom('sessions')
    .where('seen_at_ms', '<=', atMs - IDLE_MS)
    .execute()
}
