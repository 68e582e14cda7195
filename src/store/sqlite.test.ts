import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import { systemClock } from '../kernel/index.ts'
import { addService, serviceNames, storeContract } from './store.contract.fixture.ts'
import { openStore, type Store, type StoreOptions } from './store.ts'
import { temporaryFolder } from './temporary.fixture.ts'

const HOLDER = fileURLToPath(new URL('holder.fixture.ts', import.meta.url))

describe('SQLite', () => {
  storeContract(async () => ({ path: join(temporaryFolder(), 'shipwatch.db') }))

  const open = async (path: string, options: Partial<StoreOptions> = {}): Promise<Store> => {
    const store = await openStore({ clock: systemClock, path, ...options })
    onTestFinished(() => store.close())
    return store
  }

  it('makes the folder, and a file that only its owner may read', async () => {
    const path = join(temporaryFolder(), 'a', 'b', 'shipwatch.db')
    await (await open(path)).transaction(tx => addService(tx, 'x'))
    for (const file of [path, `${path}-wal`, `${path}.lock`])
      expect({ file, mode: statSync(file).mode & 0o077 }).toEqual({ file, mode: 0 })
  })

  it('syncs each commit to disk and does not hold up readers', async () => {
    const path = join(temporaryFolder(), 'shipwatch.db')
    const store = await open(path)
    const settings = await store.transaction(async ({ db }) => {
      const read = async (name: string): Promise<unknown> =>
        Object.values((await sql.raw<object>(`pragma ${name}`).execute(db)).rows[0] ?? {})[0]
      return {
        journal: await read('journal_mode'),
        synchronous: await read('synchronous'),
        foreignKeys: await read('foreign_keys'),
      }
    })
    expect(settings).toEqual({ journal: 'wal', synchronous: 2, foreignKeys: 1 })
  })

  it('leaves a single file behind when it is closed, used or not', async () => {
    const folder = temporaryFolder()
    for (const isUsed of [false, true]) {
      const store = await open(join(folder, 'shipwatch.db'))
      if (isUsed) await serviceNames(store)
      await store.close()
      expect(readdirSync(folder).toSorted()).toEqual(['shipwatch.db', 'shipwatch.db.lock'])
    }
  })

  it('needs a path', async () => {
    await expect(openStore({ clock: systemClock })).rejects.toMatchObject({
      name: 'InvalidInput',
      field: 'path',
      hint: 'Give a file, or set DATABASE_URL.',
    })
  })

  describe('the lock on the file', () => {
    it('refuses a second hub and says who has it, and since when', async () => {
      const path = join(temporaryFolder(), 'shipwatch.db')
      await open(path, { clock: new FakeClock(1_700_000_000_000) })
      await expect(open(path)).rejects.toMatchObject({
        name: 'Conflict',
        message: `${path} is in use by process ${process.pid} on ${hostname()}, since 2023-11-14T22:13:20.000Z`,
        hint: 'Stop that hub, or give this one a file of its own.',
      })
    })

    it('refuses it also under another name for the same file', async () => {
      const folder = temporaryFolder()
      const path = join(folder, 'shipwatch.db')
      await open(path)
      symlinkSync(path, join(folder, 'alias.db'))
      await expect(open(join(folder, 'alias.db'))).rejects.toThrow(`${path} is in use by`)
    })

    it('holds against another process and is gone with it when that is killed, time after time', async () => {
      const path = join(temporaryFolder(), 'shipwatch.db')
      for (let i = 0; i < 2; i++) {
        const child = spawn(process.execPath, [HOLDER, path], { stdio: ['ignore', 'pipe', 'inherit'] })
        onTestFinished(() => void child.kill('SIGKILL'))
        await once(child.stdout, 'data')
        await expect(open(path)).rejects.toThrow(`is in use by process ${child.pid} on`)
        const gone = once(child, 'exit')
        child.kill('SIGKILL')
        await gone
      }
      expect(await serviceNames(await open(path))).toEqual(['held'])
    })

    it('is let go when the store is closed, and when it could not be opened', async () => {
      const path = join(temporaryFolder(), 'shipwatch.db')
      await (await open(path)).close()
      await expect(open(path, { migrations: [{ name: '0001-bad', statements: () => ['nonsense'] }] })).rejects.toThrow()
      await (await open(path)).close()
    })

    it('lets one in when two ask at the same moment', async () => {
      const path = join(temporaryFolder(), 'shipwatch.db')
      const children = [1, 2, 3].map(() =>
        spawn(process.execPath, [HOLDER, path], { stdio: ['ignore', 'pipe', 'pipe'] }),
      )
      onTestFinished(() => children.forEach(child => child.kill('SIGKILL')))
      const outcomes = await Promise.all(
        children.map(child =>
          Promise.race([once(child.stdout, 'data').then(() => 'in'), once(child, 'exit').then(() => 'out')]),
        ),
      )
      expect(outcomes.toSorted()).toEqual(['in', 'out', 'out'])
    })

    it('does not keep readers out', async () => {
      const path = join(temporaryFolder(), 'shipwatch.db')
      await (await open(path)).transaction(tx => addService(tx, 'x'))
      expect(await serviceNames(await open(path, { readOnly: true }))).toEqual(['x'])
      expect(await serviceNames(await open(path, { readOnly: true }))).toEqual(['x'])
    })
  })

  describe('a file that cannot be used', () => {
    it('is named when it is no database', async () => {
      const path = join(temporaryFolder(), 'notes.txt')
      writeFileSync(path, 'Remember the milk. '.repeat(500))
      await expect(open(path)).rejects.toMatchObject({
        name: 'InvalidInput',
        message: `${path} is no database: file is not a database`,
        hint: 'Point to another file, or restore this one from a backup.',
      })
      expect(readFileSync(path, 'utf8')).toMatch(/^Remember the milk/)
    })

    it("is left alone when it is another program's database", async () => {
      const path = join(temporaryFolder(), 'shop.db')
      const theirs = new DatabaseSync(path)
      theirs.exec('create table orders (id integer)')
      for (const readOnly of [false, true]) {
        await expect(open(path, { readOnly })).rejects.toMatchObject({
          name: 'Conflict',
          message: `${path} is another program's database`,
        })
      }
      expect(theirs.prepare('select name from sqlite_schema').all()).toEqual([{ name: 'orders' }])
      theirs.close()
    })

    it('is named when it is damaged, also when that shows only later', async () => {
      const path = join(temporaryFolder(), 'shipwatch.db')
      const store = await open(path)
      for (let i = 0; i < 200; i++) await store.transaction(tx => addService(tx, `service-${i}`.repeat(20)))
      await store.close()
      const bytes = readFileSync(path)
      bytes.fill(0xaa, 4096) // all but the header's page
      writeFileSync(path, bytes)
      await expect(open(path)).rejects.toMatchObject({
        name: 'Unavailable',
        message: expect.stringMatching(/ is damaged: .*malformed/),
      })
    })

    it('is named when it is a folder', async () => {
      const path = temporaryFolder()
      await expect(open(path)).rejects.toMatchObject({
        name: 'InvalidInput',
        message: expect.stringContaining(`${path} is no file`),
      })
    })

    it('is named when its folder is a file', async () => {
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'file'), '')
      await expect(open(join(folder, 'file', 'shipwatch.db'))).rejects.toMatchObject({
        name: 'InvalidInput',
        message: expect.stringMatching(/cannot be opened: (EEXIST|ENOTDIR)/),
      })
    })

    it('is named when there is none to read', async () => {
      const path = join(temporaryFolder(), 'shipwatch.db')
      await expect(open(path, { readOnly: true })).rejects.toMatchObject({
        name: 'NotFound',
        message: `there is no store at ${path}`,
      })
    })

    it('is named when its folder may not be written', async () => {
      const path = '/sys/shipwatch/shipwatch.db' // not even root may make a folder there
      await expect(open(path)).rejects.toMatchObject({
        name: 'Unavailable',
        message: expect.stringMatching(/^\/sys\/shipwatch\/shipwatch.db cannot be written: E(PERM|ACCES|ROFS)/),
        hint: 'Give this user the right to write the file and its folder, or choose another folder.',
      })
    })
  })

  describe('a disk that is full', () => {
    it.runIf(canMount())(
      'fails the change with a clear word, loses nothing, and goes on when there is space again',
      async () => {
        const folder = join(temporaryFolder(), 'small')
        mkdirSync(folder)
        expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', folder]).status).toBe(0)
        onTestFinished(() => void spawnSync('umount', ['-l', folder]))
        const path = join(folder, 'shipwatch.db')
        const store = await openStore({ clock: systemClock, path })
        const kept: string[] = []
        const fill = async (): Promise<never> => {
          for (let i = 100; ; i++) {
            const name = `${i}-${'x'.repeat(10_000)}`
            await store.transaction(tx => addService(tx, name))
            kept.push(name)
          }
        }
        await expect(fill()).rejects.toMatchObject({
          name: 'Unavailable',
          message: `there is no space left to write ${path}`,
          hint: 'Free space on that disk and try again; nothing that was acknowledged is lost.',
        })
        expect(kept.length).toBeGreaterThan(3)
        expect(await serviceNames(store)).toEqual(kept)
        expect(spawnSync('mount', ['-o', 'remount,size=2m', folder]).status).toBe(0)
        await store.transaction(tx => addService(tx, 'afterwards'))
        expect(await serviceNames(store)).toEqual([...kept, 'afterwards'])
        await store.close()
      },
    )

    it('is told from other failures, and what was written before it stays', async () => {
      const path = join(temporaryFolder(), 'shipwatch.db')
      const store = await open(path)
      await store.transaction(tx => addService(tx, 'before'))
      await store.transaction(tx => sql`pragma max_page_count = 1`.execute(tx.db)) // as many as there are
      const filling = store.transaction(tx => addService(tx, 'x'.repeat(100_000)))
      await expect(filling).rejects.toThrow(`there is no space left to write ${path}`)
      await store.transaction(tx => sql`pragma max_page_count = 100000`.execute(tx.db))
      await store.transaction(tx => addService(tx, 'later'))
      expect(await serviceNames(store)).toEqual(['before', 'later'])
    })
  })

  describe('somebody else at the file', () => {
    it('who holds it for a moment only delays a change', async () => {
      const path = join(temporaryFolder(), 'shipwatch.db')
      const store = await open(path, { random: () => 0.1 })
      const stranger = new DatabaseSync(path)
      stranger.exec('begin immediate')
      const changing = store.transaction(tx => addService(tx, 'patient'))
      stranger.exec('commit')
      await changing
      expect(await serviceNames(store)).toEqual(['patient'])
      stranger.close()
    })

    it('who never lets go of it fails a change after some tries, with a clear word', async () => {
      const path = join(temporaryFolder(), 'shipwatch.db')
      const store = await open(path, { random: () => 0 })
      const stranger = new DatabaseSync(path)
      stranger.exec('begin immediate')
      await expect(store.transaction(tx => addService(tx, 'x'))).rejects.toMatchObject({
        name: 'Unavailable',
        message: `${path} is kept busy by somebody else: database is locked`,
        hint: 'Look for a long transaction in another program, and try again.',
      })
      stranger.exec('rollback')
      stranger.close()
      expect(await serviceNames(store)).toEqual([])
    })

    it('may take a copy while changes go on, and it opens', async () => {
      const folder = temporaryFolder()
      const path = join(folder, 'shipwatch.db')
      const store = await open(path)
      await store.transaction(tx => addService(tx, 'x'))
      const reader = new DatabaseSync(path, { readOnly: true })
      reader.exec(`vacuum into '${join(folder, 'copy.db')}'`)
      reader.close()
      await store.transaction(tx => addService(tx, 'y'))
      copyFileSync(join(folder, 'copy.db'), join(folder, 'restored.db'))
      expect(await serviceNames(await open(join(folder, 'restored.db')))).toEqual(['x'])
    })
  })
})

/** Whether a disk of a few hundred kilobytes can be had. */
function canMount(): boolean {
  const folder = join('/tmp', `shipwatch-mount-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder])
  if (status === 0) spawnSync('umount', [folder])
  rmSync(folder, { recursive: true })
  if (status !== 0) process.stdout.write('skipped: needs the right to mount\n')
  return status === 0
}
