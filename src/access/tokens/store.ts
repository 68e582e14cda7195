import { type Expression, type SqlBool, sql } from 'kysely'
import type { Reads, Store, TokenRow, Transaction } from '../../store/index.ts'
import { SEEN_EVERY_MS } from '../sessions/life.ts'

/** A token and whose it is; a token of nobody's has no user at all. */
export interface TokenOfUser extends Omit<TokenRow, 'hash'> {
  readonly user_name: string | null
  readonly display_name: string | null
  readonly role: string | null
  readonly language: string | null
  readonly disabled: 0 | 1 | null
}

export async function findToken(reads: Reads, hash: string): Promise<TokenOfUser | undefined> {
  return (await select(reads, sql`tokens.hash = ${hash}`))[0]
}

export async function findTokenByName(reads: Reads, name: string): Promise<TokenOfUser | undefined> {
  return (await select(reads, sql`tokens.name = ${name}`))[0]
}

/** All tokens, or those of one user. */
export async function readTokens(reads: Reads, userId?: string): Promise<readonly TokenOfUser[]> {
  return select(reads, userId === undefined ? sql`1 = 1` : sql`tokens.user_id = ${userId}`)
}

async function select({ db }: Reads, which: Expression<SqlBool>): Promise<readonly TokenOfUser[]> {
  return db
    .selectFrom('tokens')
    .leftJoin('users', 'users.id', 'tokens.user_id')
    .select([
      'tokens.id',
      'tokens.name',
      'tokens.user_id',
      'tokens.scopes',
      'tokens.created_by',
      'tokens.created_at_ms',
      'tokens.expires_at_ms',
      'tokens.used_at_ms',
      'tokens.used_from',
      'users.name as user_name',
      'users.display_name',
      'users.role',
      'users.language',
      'users.disabled',
    ])
    .where(which)
    .orderBy('tokens.name')
    .execute()
}

export async function insertToken({ db }: Transaction, row: TokenRow): Promise<void> {
  await db.insertInto('tokens').values(row).execute()
}

export async function deleteToken({ db }: Transaction, id: string): Promise<void> {
  await db.deleteFrom('tokens').where('id', '=', id).execute()
}

/** Notes a use, unless that was done within the last minute. */
export async function touchToken(store: Store, id: string, from: string, nowMs: number): Promise<void> {
  await store.statement(db =>
    db
      .updateTable('tokens')
      .set({ used_at_ms: nowMs, used_from: from })
      .where('id', '=', id)
      .where(where => where.or([where('used_at_ms', 'is', null), where('used_at_ms', '<=', nowMs - SEEN_EVERY_MS)]))
      .execute(),
  )
}
