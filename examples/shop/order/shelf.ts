import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { Market, Money } from '../chassis/market.ts'
import type { Behaviour } from './versions.ts'

export interface Product {
  readonly sku: string
  readonly name: { readonly en: string; readonly zh: string }
  readonly price: Money
  readonly available: number
}

export interface CartLine {
  readonly sku: string
  readonly name: { readonly en: string; readonly zh: string }
  readonly quantity: number
  readonly unit: Money
}

/** Reads what there is to buy and what is in a cart. */
export interface Shelf {
  products(market: Market): Product[]
  product(sku: string, market: Market): Product | undefined
  cart(userId: string, market: Market): CartLine[]
}

type Row = Record<string, SQLOutputValue>

const ONE_PRODUCT = 'SELECT sku, name_en, name_zh, available FROM products WHERE sku = ?'
const ONE_PRICE = 'SELECT amount_minor, currency FROM prices WHERE sku = ? AND market = ?'

/** Makes the shelf as a version reads it. */
export function openShelf(db: DatabaseSync, how: Behaviour['shelf']): Shelf {
  return how === 'joined' ? joinedShelf(db) : queryPerProductShelf(db)
}

function queryPerProductShelf(db: DatabaseSync): Shelf {
  const skus = db.prepare('SELECT sku FROM products ORDER BY position')
  const one = db.prepare(ONE_PRODUCT)
  const price = db.prepare(ONE_PRICE)
  const lines = db.prepare('SELECT sku, quantity FROM cart_lines WHERE user_id = ? ORDER BY sku')
  const product = (sku: string, market: Market): Product | undefined => {
    const row = one.get(sku)
    const priced = price.get(sku, market)
    return row && priced && toProduct({ ...row, ...priced })
  }
  return {
    products: market => skus.all().flatMap(({ sku }) => product(String(sku), market) ?? []),
    product,
    cart: (userId, market) =>
      lines.all(userId).flatMap(({ sku, quantity }) => {
        const found = product(String(sku), market)
        return found ? { sku: found.sku, name: found.name, quantity: Number(quantity), unit: found.price } : []
      }),
  }
}

function joinedShelf(db: DatabaseSync): Shelf {
  const columns = 'p.sku, p.name_en, p.name_zh, p.available, r.amount_minor, r.currency'
  const all = db.prepare(
    `SELECT ${columns} FROM products p JOIN prices r ON r.market = ? AND r.sku = p.sku ORDER BY p.position`,
  )
  const one = db.prepare(
    `SELECT ${columns} FROM products p JOIN prices r ON r.market = ? AND r.sku = p.sku WHERE p.sku = ?`,
  )
  const lines = db.prepare(
    `SELECT ${columns}, c.quantity FROM cart_lines c
     JOIN products p ON p.sku = c.sku JOIN prices r ON r.market = ? AND r.sku = c.sku
     WHERE c.user_id = ? ORDER BY c.sku`,
  )
  return {
    products: market => all.all(market).map(toProduct),
    product(sku, market) {
      const row = one.get(market, sku)
      return row && toProduct(row)
    },
    cart: (userId, market) =>
      lines.all(market, userId).map(row => {
        const { sku, name, price } = toProduct(row)
        return { sku, name, quantity: Number(row['quantity']), unit: price }
      }),
  }
}

function toProduct(row: Row): Product {
  return {
    sku: String(row['sku']),
    name: { en: String(row['name_en']), zh: String(row['name_zh']) },
    price: { amountMinor: Number(row['amount_minor']), currency: String(row['currency']) },
    available: Number(row['available']),
  }
}

/** Adds up a cart. Empty carts have no currency of their own: they take their market's. */
export function totalOf(lines: readonly CartLine[], currency: string): Money {
  let amountMinor = 0
  for (const { quantity, unit } of lines) amountMinor += quantity * unit.amountMinor
  return { amountMinor, currency }
}
