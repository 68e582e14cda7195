import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { Market, Money } from '../chassis/market.ts'
import type { CartLine } from './shelf.ts'
import type { OrderState } from './state.ts'

interface OrderLine {
  readonly sku: string
  readonly quantity: number
  readonly unitMinor: number
}

export interface Order {
  readonly id: string
  readonly userId: string
  readonly checkoutKey: string
  /** Of the checkout request that made it. */
  readonly fingerprint: string
  readonly market: Market
  readonly total: Money
  readonly state: OrderState
  readonly settled: boolean
  /** The version that took it. */
  readonly createdBy: string
  readonly createdAtMs: number
}

/** Orders, carts and stock. What changes several rows must be called inside a transaction. */
export interface OrderStore {
  setCartLine(userId: string, sku: string, quantity: number): void
  clearCart(userId: string): void
  find(id: string): Order | undefined
  findByKey(userId: string, checkoutKey: string): Order | undefined
  linesOf(id: string): OrderLine[]
  newestOf(userId: string, limit: number): Order[]
  /** Those whose payment is unknown and that were made before a moment. Those that hold stock come first, so that the others,
   * which may be stuck for as long as payment is down, don't keep them from being looked at. */
  unsettledBefore(createdAtMs: number, limit: number): Order[]
  insert(order: Order, lines: readonly CartLine[]): void
  change(id: string, state: OrderState, settled: boolean, nowMs: number): void
  /** Takes units off the shelf; false, and nothing taken, if there are fewer. */
  reserve(sku: string, quantity: number): boolean
  /** Puts an order's units back on the shelf, and into its user's cart where that has none of the kind. */
  release(order: Order): void
  /** Adds units; false if there is no such product. */
  restock(sku: string, quantity: number): boolean
  stock(): readonly (readonly [sku: string, available: number])[]
}

export function openOrderStore(db: DatabaseSync): OrderStore {
  const setLine = db.prepare(
    `INSERT INTO cart_lines (user_id, sku, quantity) VALUES (?, ?, ?)
     ON CONFLICT (user_id, sku) DO UPDATE SET quantity = excluded.quantity`,
  )
  const keepLine = db.prepare('INSERT OR IGNORE INTO cart_lines (user_id, sku, quantity) VALUES (?, ?, ?)')
  const dropLine = db.prepare('DELETE FROM cart_lines WHERE user_id = ? AND sku = ?')
  const clearCart = db.prepare('DELETE FROM cart_lines WHERE user_id = ?')
  // Columns are always named: a newer version may have added some.
  const columns = `id, user_id, checkout_key, fingerprint, market, currency, total_minor, state, settled, created_by,
    created_at_ms`
  const find = db.prepare(`SELECT ${columns} FROM orders WHERE id = ?`)
  const findByKey = db.prepare(`SELECT ${columns} FROM orders WHERE user_id = ? AND checkout_key = ?`)
  const newest = db.prepare(`SELECT ${columns} FROM orders WHERE user_id = ? ORDER BY created_at_ms DESC LIMIT ?`)
  const unsettled = db.prepare(
    `SELECT ${columns} FROM orders WHERE settled = 0 AND created_at_ms < ?
     ORDER BY state <> 'created', created_at_ms LIMIT ?`,
  )
  const insertOrder = db.prepare(
    `INSERT INTO orders (${columns}, changed_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertLine = db.prepare('INSERT INTO order_lines (order_id, sku, quantity, unit_minor) VALUES (?, ?, ?, ?)')
  const linesOf = db.prepare('SELECT sku, quantity, unit_minor FROM order_lines WHERE order_id = ?')
  const change = db.prepare('UPDATE orders SET state = ?, settled = ?, changed_at_ms = ? WHERE id = ?')
  const reserve = db.prepare('UPDATE products SET available = available - ?1 WHERE sku = ?2 AND available >= ?1')
  const add = db.prepare('UPDATE products SET available = available + ? WHERE sku = ?')
  const stock = db.prepare('SELECT sku, available FROM products')
  const lines = (id: string): OrderLine[] =>
    linesOf.all(id).map(row => ({
      sku: String(row['sku']),
      quantity: Number(row['quantity']),
      unitMinor: Number(row['unit_minor']),
    }))
  return {
    setCartLine(userId, sku, quantity) {
      if (quantity === 0) dropLine.run(userId, sku)
      else setLine.run(userId, sku, quantity)
    },
    clearCart: userId => void clearCart.run(userId),
    find: id => toOrder(find.get(id)),
    findByKey: (userId, checkoutKey) => toOrder(findByKey.get(userId, checkoutKey)),
    linesOf: lines,
    newestOf: (userId, limit) => newest.all(userId, limit).flatMap(row => toOrder(row) ?? []),
    unsettledBefore: (createdAtMs, limit) => unsettled.all(createdAtMs, limit).flatMap(row => toOrder(row) ?? []),
    insert(order, cart) {
      const { id, userId, checkoutKey, fingerprint, market, total, state, settled, createdBy, createdAtMs } = order
      const { currency, amountMinor } = total
      const money = [currency, amountMinor] as const
      const history = [createdBy, createdAtMs, createdAtMs] as const
      insertOrder.run(id, userId, checkoutKey, fingerprint, market, ...money, state, Number(settled), ...history)
      for (const { sku, quantity, unit } of cart) insertLine.run(id, sku, quantity, unit.amountMinor)
    },
    change: (id, state, settled, nowMs) => void change.run(state, Number(settled), nowMs, id),
    reserve: (sku, quantity) => reserve.run(quantity, sku).changes === 1,
    release({ id, userId }) {
      for (const { sku, quantity } of lines(id)) {
        add.run(quantity, sku)
        keepLine.run(userId, sku, quantity)
      }
    },
    restock: (sku, quantity) => add.run(quantity, sku).changes === 1,
    stock: () => stock.all().map(row => [String(row['sku']), Number(row['available'])] as const),
  }
}

function toOrder(row: Record<string, SQLOutputValue> | undefined): Order | undefined {
  if (row === undefined) return undefined
  return {
    id: String(row['id']),
    userId: String(row['user_id']),
    checkoutKey: String(row['checkout_key']),
    fingerprint: String(row['fingerprint']),
    market: row['market'] as Market,
    total: { amountMinor: Number(row['total_minor']), currency: String(row['currency']) },
    state: row['state'] as OrderState,
    settled: row['settled'] === 1,
    createdBy: String(row['created_by']),
    createdAtMs: Number(row['created_at_ms']),
  }
}
