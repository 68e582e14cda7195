import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, buy, Cleanup, type ShopProcess, startProcess } from '../shop.fixture.ts'
import { CATALOGUE } from './catalogue.ts'

const cleanup = new Cleanup()
afterAll(() => cleanup.run())

const STOCK = 6

/** The accounts of the shop: what is on the shelf and in orders adds up to what was delivered. */
function audit(file: string, charges: string) {
  const db = new DatabaseSync(file, { readOnly: true })
  const payment = new DatabaseSync(charges, { readOnly: true })
  try {
    const stock = db.prepare('SELECT sku, available FROM products').all()
    const sold = db
      .prepare(
        `SELECT sku, sum(quantity) AS units FROM order_lines JOIN orders ON id = order_id
         WHERE state IN ('created', 'paid') GROUP BY sku`,
      )
      .all()
    const paid = db.prepare("SELECT id, total_minor AS amount FROM orders WHERE state = 'paid' ORDER BY id").all()
    const taken = payment
      .prepare("SELECT key AS id, amount_minor AS amount FROM charges WHERE status = 'succeeded' ORDER BY key")
      .all()
    const soldOf = new Map(sold.map(({ sku, units }) => [sku, Number(units)]))
    const open = db.prepare("SELECT count(*) AS n FROM orders WHERE state = 'created'").get()?.['n']
    return {
      accounts: stock.map(({ sku, available }) => ({ sku, total: Number(available) + (soldOf.get(sku ?? '') ?? 0) })),
      lowest: Math.min(...stock.map(({ available }) => Number(available))),
      paid,
      taken,
      open,
    }
  } finally {
    db.close()
    payment.close()
  }
}

describe('instances of several versions on one file', () => {
  const folder = cleanup.folder()
  const orderFile = join(folder, 'order.db')
  const paymentFile = join(folder, 'payment.db')
  let orders: ShopProcess[] = []
  let restocked = 0

  beforeAll(async () => {
    const payment = await startProcess(
      'payment',
      { DATA_DIR: folder, DECLINE_RATIO: '0.2', PROCESSING_MS: '1' },
      cleanup,
    )
    // All at once on no file at all: who makes it, who migrates it and who fills the shelves is decided by its lock.
    orders = await Promise.all(
      ['v1', 'v2', 'v6'].map(VERSION =>
        startProcess(
          'order',
          { VERSION, DATA_DIR: folder, PAYMENT_URL: payment.url, STOCK_PER_PRODUCT: String(STOCK) },
          cleanup,
        ),
      ),
    )
  })

  it('never oversell, never charge twice and lose nothing, whoever buys what where at once', async () => {
    const demand = fc.record({
      user: fc.integer({ min: 0, max: 5 }),
      sku: fc.constantFrom(...CATALOGUE.slice(0, 2).map(({ sku }) => sku)),
      quantity: fc.integer({ min: 1, max: 3 }),
      instance: fc.nat(2),
      /** The impatient click twice, and the second click may reach another instance. */
      clicks: fc.constantFrom([0], [0, 1], [0, 1, 2]),
    })
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(demand, { minLength: 10, maxLength: 30 }), async demands => {
        run++
        const urlOf = (instance: number) => orders[instance % orders.length]?.url ?? ''
        const answers = await Promise.all(
          demands.map(async ({ user, sku, quantity, instance, clicks }, i) => {
            const who = { user: `user-${user}`, market: 'eu' }
            const url = urlOf(instance)
            const cart = await ask('PUT', `${url}/cart/lines/${sku}`, { ...who, body: { quantity } })
            const body = { card: 'card-visa', ...cart.body.total }
            return Promise.all(
              clicks.map(offset =>
                ask('POST', `${urlOf(instance + offset)}/orders`, { ...who, key: `${run}-${i}`, body }),
              ),
            )
          }),
        )
        const statuses = answers.flat().map(({ status }) => status)
        expect(statuses.filter(status => status !== 201 && status !== 402 && status !== 409)).toEqual([])
        for (const clicks of answers) {
          const ids = clicks.flatMap(({ status, body }) => (status === 201 ? [body.order.id] : []))
          expect(new Set(ids).size).toBeLessThanOrEqual(1)
        }
        const { accounts, lowest, paid, taken, open } = audit(orderFile, paymentFile)
        expect(lowest).toBeGreaterThanOrEqual(0)
        expect(accounts).toEqual(accounts.map(({ sku }) => ({ sku, total: STOCK + restocked })))
        expect(taken).toEqual(paid)
        expect(open).toBe(0)
        // New goods for the next run, so that it sells out anew.
        await Promise.all(
          CATALOGUE.map(({ sku }) => ask('POST', `${urlOf(run)}/products/${sku}/restock`, { body: { quantity: 3 } })),
        )
        restocked += 3
      }),
      { numRuns: 8, endOnFailure: true },
    )
    // It was about something: things were sold, and things were sold out.
    expect(audit(orderFile, paymentFile).paid.length).toBeGreaterThan(0)
  })

  it('lose no order that was answered when one is killed, and the others sell on', async () => {
    const [victim, survivor] = orders
    if (victim === undefined || survivor === undefined) throw new Error('not started')
    await ask('POST', `${survivor.url}/products/tent/restock`, { body: { quantity: 500 } })
    let sold = 0
    const ids: string[] = []
    const selling = Promise.allSettled(
      Array.from({ length: 8 }, async (_, i) => {
        for (let n = 0; n < 50; n++) {
          const bought = await buy(victim.url, { user: `late-${i}`, key: `late-${i}-${n}`, sku: 'tent' })
          if (bought.status === 201) ids.push(bought.body.order.id)
          if (++sold === 20) victim.child.kill('SIGKILL')
        }
      }),
    )
    await victim.exit
    await selling
    expect(ids.length).toBeGreaterThan(5)
    const db = new DatabaseSync(orderFile, { readOnly: true })
    const paid = db.prepare("SELECT id FROM orders WHERE state = 'paid'").all()
    const known = new Set(paid.map(({ id }) => id))
    db.close()
    expect(ids.filter(id => !known.has(id))).toEqual([])
    expect((await buy(survivor.url, { user: 'next', key: 'next-1', sku: 'tent' })).status).toBeLessThan(500)
  })
})
