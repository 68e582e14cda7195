import { Conflict } from '../kernel/index.ts'
import type { Store, Transaction } from './store.ts'

/** A duty as it was given to one holder: a token is greater than that of every holder before. */
export interface Held {
  readonly name: string
  readonly token: number
}

/** Whether the duty is still held under this token; it stays so until the transaction is over. */
export async function isHeld(tx: Transaction, { name, token }: Held): Promise<boolean> {
  const query = tx.db.selectFrom('leases').select('token').where('name', '=', name).where('token', '=', token)
  // The lock keeps the duty from changing hands before this transaction is committed.
  const row = await (tx.dialect === 'postgres' ? query.forShare() : query).executeTakeFirst()
  return row !== undefined
}

/**
 * The same store for whoever holds the duty: once it has passed to another, each transaction tells `lost` and fails
 * before it has done anything. A program that was suspended may find out too late that its time has passed; what it
 * writes with this does no harm. Reads are open to all.
 */
export function fenced(store: Store, held: Held, lost: () => void): Store {
  return {
    ...store,
    get db() {
      return store.db
    },
    transaction: (run, options) =>
      store.transaction(async tx => {
        if (await isHeld(tx, held)) return run(tx)
        lost()
        throw new Conflict(`the duty “${held.name}” has passed to another hub`)
      }, options),
    statement: () => Promise.reject(new TypeError(`what is done for the duty “${held.name}” needs a transaction`)),
  }
}
