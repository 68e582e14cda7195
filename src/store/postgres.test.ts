import { createServer, type Server } from 'node:net'
import { sql } from 'kysely'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../kernel/index.ts'
import { hasPostgres, sharedPostgres, startPostgres } from './postgres.fixture.ts'
import { proxyTo } from './proxy.fixture.ts'
import { addService, counted, countUp, serviceNames, storeContract } from './store.contract.fixture.ts'
import { openStore, type Store, type StoreOptions } from './store.ts'

describe.runIf(hasPostgres())('PostgreSQL', () => {
  const newDatabase = async (): Promise<string> => (await sharedPostgres()).database()

  storeContract(async () => ({ url: await newDatabase() }))

  const openAt = async (url: string, options: Partial<StoreOptions> = {}): Promise<Store> => {
    const store = await openStore({ clock: systemClock, url, ...options })
    onTestFinished(() => store.close())
    return store
  }

  describe('several hubs', () => {
    it('may start at once on an empty database', async () => {
      const url = await newDatabase()
      const stores = await Promise.all([openAt(url), openAt(url), openAt(url), openAt(url)])
      for (const [i, store] of stores.entries()) await store.transaction(tx => addService(tx, `service-${i}`))
      expect(await serviceNames(await openAt(url))).toHaveLength(4)
    })

    it('change one after the other: none loses what another wrote', async () => {
      const url = await newDatabase()
      const stores = await Promise.all([openAt(url), openAt(url), openAt(url)])
      await stores[0]?.transaction(tx => addService(tx, 'counter'))
      await Promise.all(stores.flatMap(store => Array.from({ length: 15 }, () => store.transaction(countUp))))
      expect(await counted(await openAt(url))).toBe(45)
    })

    it('that keep to schemas of their own do not see each other', async () => {
      const url = await newDatabase()
      const [one, two] = [await openAt(url), await openAt(url, { schema: 'second' })]
      await one.transaction(tx => addService(tx, 'mine'))
      expect([await serviceNames(one), await serviceNames(two)]).toEqual([['mine'], []])
    })
  })

  describe('a connection that breaks', () => {
    it('in the midst of a change makes it start again from the beginning, and it happens once', async () => {
      const store = await openAt(await newDatabase(), { random: () => 0 })
      let runs = 0
      await store.transaction(async tx => {
        runs += 1
        await addService(tx, `run-${runs}`)
        if (runs < 3) await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx.db)
      })
      expect(runs).toBe(3)
      expect(await serviceNames(store)).toEqual(['run-3'])
    })

    it('while nobody uses it is not noticed by the next reader or writer', async () => {
      const url = await newDatabase()
      const store = await openAt(url)
      await serviceNames(store)
      await (await openAt(url)).statement(db =>
        sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
          db,
        ),
      )
      await store.transaction(tx => addService(tx, 'x'))
      await expect.poll(() => serviceNames(store).catch(() => [])).toEqual(['x'])
    })

    it('during the commit is told as what it is: nobody knows', async () => {
      const proxy = await proxyTo(await newDatabase())
      const store = await openAt(proxy.url)
      let runs = 0
      proxy.cutAtCommit()
      const changing = store.transaction(async tx => {
        runs += 1
        await addService(tx, 'perhaps')
      })
      await expect(changing).rejects.toMatchObject({
        name: 'Unavailable',
        message: expect.stringContaining('broke during a commit: it may or may not have been carried out'),
        hint: 'Look at the present state before trying again.',
      })
      expect(runs).toBe(1)
    })

    it('for good fails a change with a clear word', async () => {
      const server = await startPostgres()
      onTestFinished(() => server.end())
      const store = await openAt(await server.database(), { random: () => 0 })
      await server.stop('fast')
      const error = {
        name: 'Unavailable',
        message: expect.stringContaining('cannot be reached'),
        field: 'DATABASE_URL',
      }
      await expect(store.transaction(tx => addService(tx, 'x'))).rejects.toMatchObject(error)
      await expect(serviceNames(store)).rejects.toMatchObject(error)
      await server.start()
      await store.transaction(tx => addService(tx, 'back'))
      expect(await serviceNames(store)).toEqual(['back'])
    })
  })

  describe('a conflict with somebody else', () => {
    it('who deadlocks with us makes us start again', async () => {
      const url = await newDatabase()
      const store = await openAt(url, { random: () => 0 })
      await store.transaction(async tx => {
        await addService(tx, 'a')
        await addService(tx, 'b')
      })
      const stranger = await connect(url)
      await stranger.query("set search_path = shipwatch; begin; update services set updated_at_ms = 7 where name = 'a'")
      let runs = 0
      await store.transaction(async tx => {
        runs += 1
        await tx.db.updateTable('services').set({ updated_at_ms: 1 }).where('name', '=', 'b').execute()
        if (runs === 1) {
          // The server ends the one of us whose patience ends first: ours, which is told to be short.
          await sql`set local deadlock_timeout = '20ms'`.execute(tx.db)
          void stranger.query("update services set updated_at_ms = 7 where name = 'b'; commit")
          await expect.poll(() => waiters(store)).toBe(1)
        }
        await tx.db.updateTable('services').set({ updated_at_ms: 1 }).where('name', '=', 'a').execute()
      })
      expect(runs).toBe(2)
    })

    it('does not arise from reading', async () => {
      const url = await newDatabase()
      const store = await openAt(url)
      const stranger = await connect(url)
      await stranger.query('set search_path = shipwatch; begin; lock table services in exclusive mode')
      expect(await serviceNames(store)).toEqual([])
    })
  })

  describe('an address that does not work', () => {
    it.each([
      'shop.example.com',
      'mysql://user:sesame@host/db',
      '',
      'postgres://user:sesame@host:port:7/db',
      'postgres://u:sesame@[/x',
    ])('is refused, and its password not shown: %s', async url => {
      const error = await openStore({ clock: systemClock, url }).catch(failure => failure)
      expect(error).toMatchObject({
        name: 'InvalidInput',
        field: 'DATABASE_URL',
        message: expect.stringContaining('DATABASE_URL is no address of a PostgreSQL database'),
      })
      expect(`${error.message} ${error.cause ?? ''} ${error.stack}`).not.toContain('sesame')
    })

    it('because nobody listens there is named, without the password', async () => {
      const port = await freePort()
      await expect(
        openStore({ clock: systemClock, url: `postgres://me:sesame@127.0.0.1:${port}/shop` }),
      ).rejects.toMatchObject({
        name: 'Unavailable',
        message: `the database at me@127.0.0.1:${port}/shop cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}`,
        hint: 'Check that the server runs and that its address and port are right.',
      })
    })

    it('because the host has no address is named', async () => {
      await expect(openStore({ clock: systemClock, url: 'postgres://me@nowhere.invalid/shop' })).rejects.toMatchObject({
        name: 'Unavailable',
        message: expect.stringMatching(
          /me@nowhere.invalid:5432\/shop cannot be reached: getaddrinfo (ENOTFOUND|EAI_AGAIN)/,
        ),
      })
    })

    it('because there is no such database is named', async () => {
      const url = (await newDatabase()).replace(/test_\w+/, 'nothing_here')
      await expect(openStore({ clock: systemClock, url })).rejects.toMatchObject({
        name: 'InvalidInput',
        message: expect.stringMatching(
          /there is no such database at .*\/nothing_here: database "nothing_here" does not exist/,
        ),
        hint: 'Create it (createdb) or correct the name at the end of DATABASE_URL.',
      })
    })

    it('because the user is not known is named', async () => {
      const url = (await newDatabase()).replace('//postgres@', '//stranger@')
      await expect(openStore({ clock: systemClock, url })).rejects.toMatchObject({
        name: 'Unavailable',
        message: expect.stringContaining('does not let us in: role "stranger" does not exist'),
      })
    })

    it('because the user may make no schema is named, and helped by one made for it', async () => {
      const url = await newDatabase()
      const admin = await connect(url)
      const name = `limited_${crypto.randomUUID().slice(0, 8)}`
      await admin.query(`create role ${name} login`)
      const limited = url.replace('//postgres@', `//${name}@`)
      await expect(openAt(limited)).rejects.toMatchObject({
        name: 'Unavailable',
        message: expect.stringContaining('forbids this: permission denied'),
        hint: 'Grant the user CREATE on the database, or make the schema for it beforehand.',
      })
      await admin.query(`create schema shipwatch authorization ${name}`)
      await (await openAt(limited)).transaction(tx => addService(tx, 'x'))
    })

    it('because it is not PostgreSQL that answers is named', async () => {
      const server = createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
      const port = await listen(server)
      const error = await openStore({ clock: systemClock, url: `postgres://me@127.0.0.1:${port}/shop` }).catch(
        failure => failure,
      )
      expect(error.message).toContain(`the database at me@127.0.0.1:${port}/shop cannot be reached`)
    })

    it('refuses a schema that is no plain name', async () => {
      await expect(openStore({ clock: systemClock, url: await newDatabase(), schema: 'a; drop' })).rejects.toThrow(
        '“a; drop” cannot be a schema',
      )
    })
  })

  describe('a session', () => {
    it('is limited in time, and carries our name', async () => {
      const store = await openAt(await newDatabase())
      const settings = await store.transaction(async ({ db }) => {
        const { rows } = await sql<{
          name: string
          setting: string
        }>`select name, setting from pg_settings where name in
          ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'application_name', 'search_path')`.execute(
          db,
        )
        return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))
      })
      expect(settings).toEqual({
        application_name: 'shipwatch',
        idle_in_transaction_session_timeout: '40000',
        lock_timeout: '10000',
        search_path: 'shipwatch',
        statement_timeout: '30000',
      })
    })
  })
})

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

async function waiters(store: Store): Promise<number> {
  const { rows } =
    await sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      store.db,
    )
  return rows.length
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => void server.close())
  return (server.address() as { port: number }).port
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  await new Promise(resolve => {
    server.close(resolve)
  })
  return port
}
