import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import { systemClock } from '../kernel/index.ts'
import { MIGRATIONS } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'
import { openStore, type Store, type StoreOptions, type Transaction } from './store.ts'

/** Where one test keeps its store. */
export type Place = Pick<StoreOptions, 'url' | 'path'>

/** What holds for every store, whatever the database; `newPlace` names an empty one. */
export function storeContract(newPlace: () => Promise<Place>): void {
  const openAt = async (place: Place, options: Partial<StoreOptions> = {}): Promise<Store> => {
    const store = await openStore({ clock: systemClock, ...place, ...options })
    onTestFinished(() => store.close())
    return store
  }
  const open = async (options: Partial<StoreOptions> = {}): Promise<Store> => openAt(await newPlace(), options)

  describe('a transaction', () => {
    it('is seen by readers once it is committed, and not before', async () => {
      const store = await open()
      const halfWay = await store.transaction(async tx => {
        await addService(tx, 'checkout')
        return { outside: await serviceNames(store), inside: await serviceNames(tx) }
      })
      expect(halfWay).toEqual({ outside: [], inside: ['checkout'] })
      expect(await serviceNames(store)).toEqual(['checkout'])
    })

    it('gives back what its work returns', async () => {
      const store = await open()
      expect(await store.transaction(async tx => tx.dialect)).toBe(store.dialect)
    })

    it('that throws is undone and throws the same', async () => {
      const store = await open()
      const error = new Error('changed my mind')
      const failing = store.transaction(async tx => {
        await addService(tx, 'checkout')
        throw error
      })
      await expect(failing).rejects.toBe(error)
      expect(await serviceNames(store)).toEqual([])
    })

    it('that breaks a constraint is undone whole, and the next one works', async () => {
      const store = await open()
      const failing = store.transaction(async tx => {
        await addService(tx, 'checkout')
        await addService(tx, 'checkout')
      })
      await expect(failing).rejects.toThrow(/unique/i)
      expect(await serviceNames(store)).toEqual([])
      await store.transaction(tx => addService(tx, 'checkout'))
      expect(await serviceNames(store)).toEqual(['checkout'])
    })

    it('that swallows the failure of a statement never reports half a change as done', async () => {
      const store = await open()
      const swallowing = store.transaction(async tx => {
        await addService(tx, 'cart')
        await addService(tx, 'cart').catch(() => 'swallowed')
      })
      const outcome = await swallowing.then(
        () => 'committed',
        () => 'undone',
      )
      expect(await serviceNames(store)).toEqual(outcome === 'committed' ? ['cart'] : [])
    })

    it('runs alone: of many that read and then write, none loses what another wrote', async () => {
      const store = await open()
      await store.transaction(tx => addService(tx, 'counter'))
      await Promise.all(Array.from({ length: 40 }, () => store.transaction(countUp)))
      expect(await counted(store)).toBe(40)
    })

    it('waits its turn in the order of asking', async () => {
      const store = await open()
      const order: number[] = []
      await Promise.all(
        [0, 1, 2, 3, 4].map(place =>
          store.transaction(async tx => {
            await serviceNames(tx)
            order.push(place)
          }),
        ),
      )
      expect(order).toEqual([0, 1, 2, 3, 4])
    })

    it('carries one time and ids that sort', async () => {
      const clock = new FakeClock(1_700_000_000_000)
      const store = await open({ clock })
      const { atMs, ids } = await store.transaction(async tx => ({
        atMs: tx.atMs,
        ids: [tx.newId('x'), tx.newId('x')],
      }))
      expect(atMs).toBe(1_700_000_000_000)
      expect(ids).toEqual(ids.toSorted())
      expect(new Set(ids).size).toBe(2)
    })

    it('within a transaction is refused at once, because it would wait for itself', async () => {
      const store = await open()
      const nested = store.transaction(() => store.transaction(async () => {}))
      await expect(nested).rejects.toThrow('a transaction within a transaction')
    })

    it('may be started by what another one left behind', async () => {
      const store = await open()
      const over = Promise.withResolvers<void>()
      const { later } = await store.transaction(async () => ({
        later: over.promise.then(() => store.transaction(tx => addService(tx, 'later'))),
      }))
      over.resolve()
      await later
      expect(await serviceNames(store)).toEqual(['later'])
    })

    it('cannot be used after its end', async () => {
      const store = await open()
      let leaked: Transaction | undefined
      await store.transaction(async tx => {
        leaked = tx
      })
      await expect(addService(leaked as Transaction, 'late')).rejects.toThrow(/committed/)
      expect(await serviceNames(store)).toEqual([])
    })

    it('that takes too long is undone, and those behind it go on', async () => {
      const clock = new FakeClock()
      const store = await open({ clock })
      const entered = Promise.withResolvers<void>()
      const stuck = store.transaction(
        async tx => {
          await addService(tx, 'stuck')
          entered.resolve()
          return new Promise<void>(() => {})
        },
        { withinMs: 5_000 },
      )
      const failure = expect(stuck).rejects.toThrow('a change took longer than 5s and was undone')
      const next = store.transaction(tx => addService(tx, 'next'))
      await entered.promise
      await clock.advance(5_000)
      await failure
      await next
      expect(await serviceNames(store)).toEqual(['next'])
    })

    it('is refused when a thousand are waiting', async () => {
      const store = await open()
      const gate = Promise.withResolvers<void>()
      const queued = Array.from({ length: 1_000 }, () => store.transaction(() => gate.promise))
      await expect(store.transaction(async () => {})).rejects.toThrow('has 1000 changes waiting already')
      gate.resolve()
      await Promise.all(queued)
      await expect(store.transaction(async () => 'fits again')).resolves.toBe('fits again')
    })
  })

  describe('listeners', () => {
    it('are called after a commit, when it can be read, and not after a failure', async () => {
      const store = await open()
      const seen: Promise<string[]>[] = []
      const deaf = store.onCommit(() => seen.push(serviceNames(store)))
      await store.transaction(tx => addService(tx, 'cart'))
      await Promise.all(seen)
      await store.transaction(() => Promise.reject(new Error('no'))).catch(() => 'expected')
      deaf()
      await store.transaction(tx => addService(tx, 'payment'))
      expect(await Promise.all(seen)).toEqual([['cart']])
    })
  })

  describe('the tables', () => {
    it('give back text byte for byte, and 53-bit numbers as numbers', async () => {
      const store = await open()
      const state = '{"b":1,  "a":"订单 \\u0000 🛒"}'
      const row = {
        name: 'x',
        stable_version: null,
        stable_release: null,
        updated_at_ms: Number.MAX_SAFE_INTEGER,
        state,
      }
      await store.transaction(tx => tx.db.insertInto('services').values(row).execute())
      expect(await store.db.selectFrom('services').selectAll().execute()).toEqual([row])
      const { count } = await store.db
        .selectFrom('services')
        .select(of => of.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      expect(count).toBe(1)
    })

    it('sort text by its bytes', async () => {
      const store = await open()
      for (const name of ['b', 'B', 'a-b', 'ab', 'ä', 'a']) await store.transaction(tx => addService(tx, name))
      expect(await serviceNames(store)).toEqual(['B', 'a', 'a-b', 'ab', 'b', 'ä'])
    })

    it('cannot be written outside a transaction', async () => {
      const store = await open()
      const outside = store.db.insertInto('services').values(service('x')).execute()
      await expect(outside).rejects.toThrow(/read.?only|only allows reading|cannot be written/)
    })

    it('are made once, and found again', async () => {
      const place = await newPlace()
      const first = await openAt(place)
      await first.transaction(tx => addService(tx, 'kept'))
      await first.close()
      expect(await serviceNames(await openAt(place))).toEqual(['kept'])
    })
  })

  describe('migrations', () => {
    const more: Migration = {
      name: '0900-more',
      statements: ({ text }) => [`create table more (name ${text} primary key)`, `insert into more values ('made')`],
    }
    const broken: Migration = { name: '0901-broken', statements: () => ['create table half (id integer)', 'nonsense'] }

    it('take an older database forward', async () => {
      const place = await newPlace()
      await (await openAt(place)).close()
      const store = await openAt(place, { migrations: [...MIGRATIONS, more] })
      expect((await sql`select name from more`.execute(store.db)).rows).toEqual([{ name: 'made' }])
    })

    it('that fail leave everything as it was before them, and can be tried again', async () => {
      const place = await newPlace()
      await expect(openAt(place, { migrations: [...MIGRATIONS, more, broken] })).rejects.toThrow(/syntax/)
      const store = await openAt(place, { migrations: [...MIGRATIONS, more] })
      expect((await sql`select name from migrations order by name`.execute(store.db)).rows.at(-1)).toEqual({
        name: more.name,
      })
      await expect(sql`select * from half`.execute(store.db)).rejects.toThrow(/half/)
    })

    it('of a newer version are refused, and named', async () => {
      const place = await newPlace()
      await (await openAt(place, { migrations: [...MIGRATIONS, more] })).close()
      await expect(openAt(place)).rejects.toMatchObject({
        name: 'Conflict',
        message: expect.stringContaining(
          'was written by a newer version: this one does not know its migration 0900-more',
        ),
        hint: 'Start that version or a later one; a database is never taken back.',
      })
    })

    it('that were edited after they were applied are refused', async () => {
      const place = await newPlace()
      await (await openAt(place, { migrations: [more] })).close()
      const edited = { ...more, statements: () => ['create table more (name text)'] }
      await expect(openAt(place, { migrations: [edited] })).rejects.toThrow('was migrated differently: 0900-more')
    })

    it('that are missing in between are refused', async () => {
      const place = await newPlace()
      await (await openAt(place, { migrations: [more] })).close()
      await expect(openAt(place, { migrations: [...MIGRATIONS, more] })).rejects.toThrow('was migrated differently')
    })
  })

  describe('opened for reading', () => {
    it('reads beside the one that writes, and changes nothing', async () => {
      const place = await newPlace()
      const writer = await openAt(place)
      const reader = await openAt(place, { readOnly: true })
      await writer.transaction(tx => addService(tx, 'seen'))
      expect(await serviceNames(reader)).toEqual(['seen'])
      await expect(reader.transaction(tx => addService(tx, 'mine'))).rejects.toThrow('is opened for reading only')
      await expect(reader.statement(db => db.deleteFrom('services').execute())).rejects.toThrow(
        'is opened for reading only',
      )
    })

    it('does not bring an older database forward, but says who would', async () => {
      const place = await newPlace()
      await (await openAt(place, { migrations: MIGRATIONS.slice(0, 1) })).close()
      await expect(openAt(place, { readOnly: true })).rejects.toMatchObject({
        message: expect.stringContaining('lacks the migration 0002-releases'),
        hint: 'Start the hub of this version once: it brings the database forward.',
      })
    })
  })

  describe('closing', () => {
    it('waits for what is under way and refuses what comes after', async () => {
      const place = await newPlace()
      const store = await openAt(place)
      const gate = Promise.withResolvers<void>()
      const running = store.transaction(async tx => {
        await gate.promise
        await addService(tx, 'done')
      })
      const closing = store.close()
      await expect(store.transaction(async () => {})).rejects.toThrow('is closed')
      gate.resolve()
      await running
      await closing
      await store.close()
      expect(await serviceNames(await openAt(place))).toEqual(['done'])
    })
  })
}

export async function serviceNames({ db }: Pick<Store, 'db'>): Promise<string[]> {
  const rows = await db.selectFrom('services').select('name').orderBy('name').execute()
  return rows.map(({ name }) => name)
}

export async function addService({ db }: Pick<Transaction, 'db'>, name: string): Promise<void> {
  await db.insertInto('services').values(service(name)).execute()
}

/** Reads, lets others go first, and writes: what a transaction that is not alone gets wrong. */
export async function countUp({ db }: Pick<Transaction, 'db'>): Promise<void> {
  const { updated_at_ms } = await db.selectFrom('services').select('updated_at_ms').executeTakeFirstOrThrow()
  await setImmediate()
  await db
    .updateTable('services')
    .set({ updated_at_ms: updated_at_ms + 1 })
    .execute()
}

export async function counted({ db }: Pick<Store, 'db'>): Promise<number> {
  return (await db.selectFrom('services').select('updated_at_ms').executeTakeFirstOrThrow()).updated_at_ms
}

function service(name: string): {
  name: string
  stable_version: null
  stable_release: null
  updated_at_ms: number
  state: string
} {
  return { name, stable_version: null, stable_release: null, updated_at_ms: 0, state: '{}' }
}
