import { Conflict } from '../kernel/index.ts'
import type { Reads, Transaction } from '../store/index.ts'

/** A reply as it was given, to be given again. */
export interface Remembered {
  /** What was asked for. */
  readonly request: string
  readonly status: number
  readonly reply: string
}

/** So long a repetition is known. */
export const REMEMBERED_MS = 86_400_000

/** The reply that was given under a key within the last day. */
export async function recall({ db }: Reads, key: string, nowMs: number): Promise<Remembered | undefined> {
  return db
    .selectFrom('idempotency_keys')
    .select(['request', 'status', 'reply'])
    .where('key', '=', key)
    .where('at_ms', '>', nowMs - REMEMBERED_MS)
    .executeTakeFirst()
}

/**
 * Keeps a reply in the transaction that has the effect. Rejects with `Conflict`, and so undoes the effect, where
 * another hub was faster under the same key.
 */
export async function remember(tx: Transaction, key: string, what: Remembered): Promise<void> {
  await tx.db
    .deleteFrom('idempotency_keys')
    .where('at_ms', '<=', tx.atMs - REMEMBERED_MS)
    .execute()
  const row = { key, at_ms: tx.atMs, ...what }
  const kept = await tx.db
    .insertInto('idempotency_keys')
    .values(row)
    .onConflict(conflict => conflict.column('key').doNothing())
    .executeTakeFirst()
  if (Number(kept.numInsertedOrUpdatedRows) === 1) return
  throw new Conflict('another hub has carried out a request with this key just now', {
    field: 'Idempotency-Key',
    hint: 'Repeat the request: it is told what became of that one.',
  })
}
