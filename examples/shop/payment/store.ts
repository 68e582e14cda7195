import type { DatabaseSync } from 'node:sqlite'
import type { Migration } from '../chassis/database.ts'
import type { Money } from '../chassis/market.ts'

export const MIGRATIONS: readonly Migration[] = [
  `CREATE TABLE charges (
     key TEXT PRIMARY KEY,
     id TEXT NOT NULL,
     fingerprint TEXT NOT NULL,
     status TEXT NOT NULL CHECK (status IN ('succeeded', 'declined', 'cancelled', 'refunded')),
     amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
     currency TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL,
     changed_at_ms INTEGER NOT NULL
   ) WITHOUT ROWID`,
]

export type ChargeStatus = 'succeeded' | 'declined' | 'cancelled' | 'refunded'

/** What became of the one attempt to take money under a key. */
export interface Charge extends Money {
  readonly key: string
  readonly id: string
  /** Of the request that made it; empty if it was cancelled before it was asked for. */
  readonly fingerprint: string
  readonly status: ChargeStatus
}

export interface ChargeStore {
  find(key: string): Charge | undefined
  insert(charge: Charge, nowMs: number): void
  mark(key: string, status: ChargeStatus, nowMs: number): void
}

export function openChargeStore(db: DatabaseSync): ChargeStore {
  const find = db.prepare('SELECT key, id, fingerprint, status, amount_minor, currency FROM charges WHERE key = ?')
  const insert = db.prepare('INSERT INTO charges VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const mark = db.prepare('UPDATE charges SET status = ?, changed_at_ms = ? WHERE key = ?')
  return {
    find(key) {
      const row = find.get(key)
      if (row === undefined) return undefined
      return {
        key: String(row['key']),
        id: String(row['id']),
        fingerprint: String(row['fingerprint']),
        status: row['status'] as ChargeStatus,
        amountMinor: Number(row['amount_minor']),
        currency: String(row['currency']),
      }
    },
    insert({ key, id, fingerprint, status, amountMinor, currency }, nowMs) {
      insert.run(key, id, fingerprint, status, amountMinor, currency, nowMs, nowMs)
    },
    mark(key, status, nowMs) {
      mark.run(status, nowMs, key)
    },
  }
}
