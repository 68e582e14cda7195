import { append } from '../../logbook/index.ts'
import type { Transaction } from '../../store/index.ts'
import { beganBeyond } from './ledger/store.ts'
import { changeDeliveries, countWaiting, dispensable, forget } from './store.ts'

export interface Bounds {
  /** Deliveries that wait, at most. */
  readonly waiting: number
  /** Attempts in the ledger, at most. */
  readonly attempts: number
  /** How long what is over is kept. */
  readonly keptMs: number
}

export const BOUNDS: Bounds = { waiting: 10_000, attempts: 100_000, keptMs: 30 * 86_400_000 }

/** So many are forgotten in one transaction, that others need not wait long. */
const LOT = 500

/**
 * Drops what has waited longest, news before what is critical, where too much waits: a tenth at once, so that the
 * logbook tells of it now and then and not each time. Returns how many.
 */
export async function keepBounded(tx: Transaction, { waiting }: Pick<Bounds, 'waiting'>): Promise<number> {
  const over = (await countWaiting(tx)) - waiting
  if (over <= 0) return 0
  const dropped = await dispensable(tx, Math.max(over, Math.ceil(waiting / 10)))
  const reason = `more than ${waiting} notices waited`
  await changeDeliveries(
    tx,
    dropped.map(({ id }) => id),
    { state: 'dropped', ended_at_ms: tx.atMs, reason },
  )
  const critical = dropped.filter(({ urgency }) => urgency === 'critical').length
  const data = { dropped: dropped.length, critical }
  await append(tx, { kind: 'notice.dropped', subject: 'notices', actor: 'hub', reason, data })
  return dropped.length
}

/** Forgets a lot of what has been over for longest. Returns how many deliveries; none are left when it is 0. */
export async function prune(tx: Transaction, { attempts, keptMs }: Omit<Bounds, 'waiting'>): Promise<number> {
  const beyondMs = await beganBeyond(tx, attempts)
  return forget(tx, Math.max(tx.atMs - keptMs, beyondMs ?? 0), LOT)
}
