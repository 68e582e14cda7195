import type { DatabaseSync } from 'node:sqlite'
import { type Migration, migrate, transact } from '../chassis/database.ts'
import { CURRENCY_OF, MARKETS } from '../chassis/market.ts'
import { CATALOGUE } from './catalogue.ts'

/**
 * The schema, step by step. Versions of this service run beside each other on one file: a step may only add, and what
 * an older version writes must go on making sense. Removing something takes two releases: first nobody uses it.
 */
const MIGRATIONS: readonly Migration[] = [
  `CREATE TABLE products (
     sku TEXT PRIMARY KEY,
     position INTEGER NOT NULL,
     name_en TEXT NOT NULL,
     name_zh TEXT NOT NULL,
     -- The last word against overselling, whatever the code above does.
     available INTEGER NOT NULL CHECK (available >= 0)
   ) WITHOUT ROWID;
   CREATE TABLE prices (
     sku TEXT NOT NULL REFERENCES products,
     market TEXT NOT NULL,
     amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
     currency TEXT NOT NULL,
     PRIMARY KEY (sku, market)
   ) WITHOUT ROWID;
   CREATE TABLE cart_lines (
     user_id TEXT NOT NULL,
     sku TEXT NOT NULL REFERENCES products,
     quantity INTEGER NOT NULL CHECK (quantity > 0),
     PRIMARY KEY (user_id, sku)
   ) WITHOUT ROWID;
   CREATE TABLE orders (
     id TEXT PRIMARY KEY,
     user_id TEXT NOT NULL,
     checkout_key TEXT NOT NULL,
     fingerprint TEXT NOT NULL,
     market TEXT NOT NULL,
     currency TEXT NOT NULL,
     total_minor INTEGER NOT NULL CHECK (total_minor > 0),
     state TEXT NOT NULL,
     -- 0 while it is not known for sure what payment did.
     settled INTEGER NOT NULL,
     created_by TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL,
     changed_at_ms INTEGER NOT NULL,
     UNIQUE (user_id, checkout_key)
   ) WITHOUT ROWID;
   CREATE INDEX orders_unsettled ON orders (created_at_ms) WHERE settled = 0;
   CREATE TABLE order_lines (
     order_id TEXT NOT NULL REFERENCES orders,
     sku TEXT NOT NULL REFERENCES products,
     quantity INTEGER NOT NULL CHECK (quantity > 0),
     unit_minor INTEGER NOT NULL CHECK (unit_minor > 0),
     PRIMARY KEY (order_id, sku)
   ) WITHOUT ROWID;`,
  // For reading a market's whole shelf in one query.
  'CREATE INDEX prices_by_market ON prices (market, sku, amount_minor, currency)',
]

/** Brings the file to a version's schema, and fills empty shelves. Safe beside running instances of any version. */
export function prepareSchema(db: DatabaseSync, upTo: number, stockPerProduct: number): void {
  migrate(db, MIGRATIONS, upTo)
  if (db.prepare('SELECT 1 FROM products').get() !== undefined) return
  const product = db.prepare(
    'INSERT OR IGNORE INTO products (sku, position, name_en, name_zh, available) VALUES (?, ?, ?, ?, ?)',
  )
  const price = db.prepare('INSERT OR IGNORE INTO prices (sku, market, amount_minor, currency) VALUES (?, ?, ?, ?)')
  transact(db, () => {
    for (const [position, { sku, en, zh, price: amounts }] of CATALOGUE.entries()) {
      product.run(sku, position, en, zh, stockPerProduct)
      for (const market of MARKETS) price.run(sku, market, amounts[market], CURRENCY_OF[market])
    }
  })
}
