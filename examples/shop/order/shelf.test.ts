import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { openDatabase, schemaOf } from '../chassis/database.ts'
import { MARKETS } from '../chassis/market.ts'
import { Cleanup } from '../shop.fixture.ts'
import { CATALOGUE } from './catalogue.ts'
import { prepareSchema } from './schema.ts'
import { openShelf, totalOf } from './shelf.ts'
import { openOrderStore } from './store.ts'
import { VERSIONS } from './versions.ts'

const cleanup = new Cleanup()
afterEach(() => cleanup.run())

function open(file = join(cleanup.folder(), 'order.db'), schema = 2, stock = 10) {
  const db = openDatabase(file)
  cleanup.later(() => db.close())
  prepareSchema(db, schema, stock)
  return { db, file }
}

describe('the shelf', () => {
  it('has every product in every market, with a name in both languages and a picture', async () => {
    const { db } = open()
    const { readFileSync } = await import('node:fs')
    const pictures = readFileSync(new URL('../storefront/page/pictures.svg', import.meta.url), 'utf8')
    for (const market of MARKETS) {
      const products = openShelf(db, 'joined').products(market)
      expect(products.map(({ sku }) => sku)).toEqual(CATALOGUE.map(({ sku }) => sku))
      for (const { sku, name, price, available } of products) {
        expect(pictures).toContain(`id="${sku}"`)
        expect(name.en).toMatch(/^[A-Z]/)
        expect(name.zh).toMatch(/\p{Script=Han}/u)
        expect(price.amountMinor).toBeGreaterThan(0)
        expect(available).toBe(10)
      }
    }
  })

  it('reads the same in both ways, whatever is in the cart', () => {
    const { db } = open()
    const store = openOrderStore(db)
    const [slow, fast] = [openShelf(db, 'query-per-product'), openShelf(db, 'joined')]
    const lines = fc.array(fc.tuple(fc.constantFrom(...CATALOGUE), fc.integer({ min: 0, max: 20 })), { maxLength: 15 })
    fc.assert(
      fc.property(lines, fc.constantFrom(...MARKETS), (lines, market) => {
        store.clearCart('ada')
        const expected = new Map<string, number>()
        for (const [{ sku }, quantity] of lines) {
          store.setCartLine('ada', sku, quantity)
          expected.set(sku, quantity)
        }
        const cart = fast.cart('ada', market)
        expect(slow.cart('ada', market)).toEqual(cart)
        expect(new Map(cart.map(({ sku, quantity }) => [sku, quantity]))).toEqual(
          new Map([...expected].filter(([, quantity]) => quantity > 0)),
        )
        const price = new Map(CATALOGUE.map(({ sku, price }) => [sku, price[market]]))
        const sum = cart.reduce((sum, { sku, quantity }) => sum + quantity * (price.get(sku) ?? Number.NaN), 0)
        expect(totalOf(cart, 'EUR')).toEqual({ amountMinor: sum, currency: 'EUR' })
        expect(slow.products(market)).toEqual(fast.products(market))
        expect(slow.product('mug', market)).toEqual(fast.product('mug', market))
      }),
      { numRuns: 50 },
    )
  })

  it('does not know what is not sold', () => {
    const { db } = open()
    for (const how of ['joined', 'query-per-product'] as const)
      expect(openShelf(db, how).product('x', 'eu')).toBeUndefined()
  })
})

describe('the schema', () => {
  it('of the first version serves beside that of the second, in either order of their starts', () => {
    for (const [earlier, later] of [
      ['v1', 'v2'],
      ['v2', 'v1'],
    ] as const) {
      const first = open(undefined, VERSIONS[earlier]?.schema)
      const second = open(first.file, VERSIONS[later]?.schema)
      expect(schemaOf(first.db)).toBe(2)
      const shelves = [first, second].map(({ db }, i) =>
        openShelf(db, VERSIONS[[earlier, later][i] ?? '']?.shelf ?? 'joined'),
      )
      expect(shelves[0]?.products('us')).toEqual(shelves[1]?.products('us'))
    }
  })

  it('fills empty shelves once: what was sold stays sold', () => {
    const { db, file } = open()
    expect(openOrderStore(db).reserve('mug', 4)).toBe(true)
    const again = open(file, 2, 99)
    expect(openShelf(again.db, 'joined').product('mug', 'eu')?.available).toBe(6)
  })

  it('lets no code oversell', () => {
    const { db } = open()
    expect(() => db.exec("UPDATE products SET available = available - 11 WHERE sku = 'mug'")).toThrow(
      'CHECK constraint',
    )
    expect(openOrderStore(db).reserve('mug', 11)).toBe(false)
  })
})
