import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { Cleanup } from '../shop.fixture.ts'
import { isBusy, migrate, openDatabase, schemaOf } from './database.ts'
import { GroupWriter } from './group-writer.ts'

const cleanup = new Cleanup()
afterEach(() => cleanup.run())

const STEPS = ['CREATE TABLE t (n INTEGER UNIQUE)', 'ALTER TABLE t ADD COLUMN m INTEGER NOT NULL DEFAULT 0']

function open(file = join(cleanup.folder(), 'new', 'test.db')): { db: DatabaseSync; file: string } {
  const db = openDatabase(file)
  cleanup.later(() => db.close())
  return { db, file }
}

function numbers(db: DatabaseSync): unknown[] {
  return db
    .prepare('SELECT n FROM t ORDER BY n')
    .all()
    .map(({ n }) => n)
}

describe('a database', () => {
  it('is made with its folder, in WAL mode', () => {
    expect(open().db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
  })

  it('is migrated step by step, once', () => {
    const { db, file } = open()
    migrate(db, STEPS, 1)
    db.exec('INSERT INTO t VALUES (1)')
    migrate(open(file).db, STEPS)
    migrate(db, STEPS)
    expect(db.prepare('SELECT * FROM t').all()).toEqual([{ n: 1, m: 0 }])
    expect(schemaOf(db)).toBe(2)
  })

  it('is left alone by an older version', () => {
    const { db } = open()
    migrate(db, STEPS)
    migrate(db, STEPS, 1)
    expect(schemaOf(db)).toBe(2)
  })

  it('is as it was when a step fails', () => {
    const { db } = open()
    expect(() => migrate(db, [...STEPS, 'CREATE TABLE t (again)'])).toThrow('table t already exists')
    expect(schemaOf(db)).toBe(0)
    expect(db.prepare("SELECT 1 FROM sqlite_master WHERE name = 't'").get()).toBeUndefined()
  })

  it('is refused, and let go, where there is none', () => {
    const file = join(cleanup.folder(), 'text.db')
    const text = new DatabaseSync(file)
    text.exec('CREATE TABLE x (y)')
    text.close()
    expect(() => openDatabase(join(file, 'below'))).toThrow(/ENOTDIR|EEXIST/)
  })
})

describe('the group writer', () => {
  function start(limits?: { waiting: number; waitMs: number }) {
    const { db, file } = open()
    migrate(db, STEPS)
    const insert = db.prepare('INSERT INTO t (n) VALUES (?)')
    return { db, other: open(file).db, insert, writer: new GroupWriter(db, 'full', limits) }
  }

  it('commits the writes of one turn together', async () => {
    const { other, insert, writer } = start()
    const seen: unknown[][] = []
    await Promise.all([1, 2, 3].map(n => writer.write(() => insert.run(n)).then(() => seen.push(numbers(other)))))
    expect(seen).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ])
  })

  it('undoes a write that throws, and that alone', async () => {
    const { other, insert, writer } = start()
    const one = writer.write(() => insert.run(1))
    const half = writer.write(() => {
      insert.run(10)
      insert.run(1)
    })
    const two = writer.write(() => insert.run(2))
    await expect(half).rejects.toThrow('UNIQUE constraint failed')
    await Promise.all([one, two])
    expect(numbers(other)).toEqual([1, 2])
  })

  it('undoes a lonely write that throws', async () => {
    const { other, insert, writer } = start()
    const broken = writer.write(() => {
      insert.run(1)
      throw new Error('changed my mind')
    })
    await expect(broken).rejects.toThrow('changed my mind')
    expect(numbers(other)).toEqual([])
    expect(await writer.write(() => 'and goes on')).toBe('and goes on')
  })

  it('waits for another process without stopping the event loop', async () => {
    const { db, other, insert, writer } = start()
    other.exec('BEGIN IMMEDIATE; INSERT INTO t (n) VALUES (5)')
    let written = false
    const writing = writer
      .write(() => insert.run(6))
      .then(() => {
        written = true
      })
    // Long enough for several attempts: each turn of the loop below is one that a blocked loop would not have.
    for (let turns = 0; turns < 200; turns++) await new Promise(resolve => setImmediate(resolve))
    expect(written).toBe(false)
    expect(numbers(db)).toEqual([])
    other.exec('COMMIT')
    await writing
    expect(numbers(other)).toEqual([5, 6])
  })

  it('gives up on a lock that nobody gives back, says that it is not well, and recovers', async () => {
    const { other, insert, writer } = start({ waiting: 10, waitMs: 1 })
    other.exec('BEGIN IMMEDIATE')
    await expect(writer.write(() => insert.run(1))).rejects.toMatchObject({ status: 503, code: 'database-locked' })
    expect(await writer.failure()).toContain('the database was locked')
    other.exec('ROLLBACK')
    expect(await writer.failure()).toBeUndefined()
    await writer.write(() => insert.run(1))
    expect(numbers(other)).toEqual([1])
  })

  it('refuses more than may wait', async () => {
    const { insert, writer } = start({ waiting: 2, waitMs: 1000 })
    const outcomes = await Promise.allSettled([1, 2, 3].map(n => writer.write(() => insert.run(n))))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(outcomes[2]).toMatchObject({ reason: { status: 503, code: 'too-busy' } })
  })

  it('syncs only where a write must be durable', async () => {
    const { db, insert, writer } = start()
    const mode = () => db.prepare('PRAGMA synchronous').get()?.['synchronous']
    await writer.writeRecoverable(() => insert.run(1))
    expect(mode()).toBe(1)
    await Promise.all([writer.writeRecoverable(() => insert.run(2)), writer.write(() => insert.run(3))])
    expect(mode()).toBe(2)
    await writer.writeRecoverable(() => insert.run(4))
    expect(mode()).toBe(1)
  })

  it('is idle when everything is written', async () => {
    const { other, insert, writer } = start()
    await writer.idle()
    void writer.write(() => insert.run(1))
    await writer.idle()
    expect(numbers(other)).toEqual([1])
  })

  it('passes a full disk on to every caller, and keeps nothing of the group', async () => {
    const { db, other, writer } = start()
    db.exec('PRAGMA max_page_count = 4')
    const insert = db.prepare('INSERT INTO t (n) VALUES (?), (zeroblob(100000))')
    const outcomes = await Promise.allSettled([1, 2].map(n => writer.write(() => insert.run(n))))
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(outcomes.every(one => one.status === 'rejected' && !isBusy(one.reason))).toBe(true)
    expect(numbers(other)).toEqual([])
  })
})
