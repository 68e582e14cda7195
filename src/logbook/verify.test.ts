import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../kernel/index.ts'
import { describeOnBoth } from '../store/both.fixture.ts'
import { type EntryRow, openStore, type Store } from '../store/index.ts'
import { temporaryFolder } from '../store/temporary.fixture.ts'
import { BEGINNING, hashOf } from './entry.ts'
import { append, read, readHead } from './store.ts'
import { type Fault, verify } from './verify.ts'

describeOnBoth('verifying the logbook', newPlace => {
  const fill = async (count: number): Promise<Store> => {
    const store = await openStore({ clock: systemClock, ...(await newPlace()) })
    onTestFinished(() => store.close())
    await write(store, count)
    return store
  }
  const tamper = (store: Store, ...statements: readonly string[]): Promise<void> =>
    store.transaction(async tx => {
      for (const statement of statements) await sql.raw(statement).execute(tx.db)
    })

  it('finds an empty one sound', async () => {
    expect(await verify(await fill(0))).toEqual({ sound: true, entries: 0, anchor: BEGINNING })
  })

  it('finds a long one sound, and gives back where it ends', async () => {
    const store = await fill(505)
    expect(await verify(store)).toEqual({ sound: true, entries: 505, anchor: await readHead(store) })
  })

  it('accepts an earlier end as an anchor, also when more was written since', async () => {
    const store = await fill(5)
    const anchor = await readHead(store)
    await write(store, 3)
    expect(await verify(store, { anchor })).toMatchObject({ sound: true, entries: 8 })
    expect(await verify(store, { anchor: BEGINNING })).toMatchObject({ sound: true, entries: 8 })
  })

  it('goes on while entries are written', async () => {
    const store = await fill(505)
    const done = new AbortController()
    const writing = (async () => {
      while (!done.signal.aborted) await write(store, 1)
    })()
    for (let i = 0; i < 5; i++) expect(await verify(store)).toMatchObject({ sound: true })
    done.abort()
    await writing
  })

  const table: readonly (readonly [what: string, statements: readonly string[], fault: Partial<Fault>])[] = [
    [
      'a reason changed',
      ["update entries set reason = 'other' where seq = 4"],
      { how: 'changed', seq: 4, reason: 'entry 4 is not what was written: its hash does not fit' },
    ],
    ['a reason taken away', ['update entries set reason = null where seq = 4'], { how: 'changed', seq: 4 }],
    [
      'a time moved by a millisecond',
      ['update entries set at_ms = at_ms + 1 where seq = 7'],
      { how: 'changed', seq: 7 },
    ],
    [
      'white space added to the data',
      ["update entries set data = replace(data, ':', ': ') where seq = 2"],
      { how: 'changed', seq: 2 },
    ],
    ['an entry removed', ['delete from entries where seq = 4'], { how: 'removed', seq: 4, reason: 'entry 4 is gone' }],
    [
      'several removed',
      ['delete from entries where seq between 4 and 6'],
      { how: 'removed', seq: 4, reason: 'entries 4 to 6 are gone' },
    ],
    ['the first removed', ['delete from entries where seq = 1'], { how: 'removed', seq: 1 }],
    [
      'one removed and the rest moved up',
      ['delete from entries where seq = 4', ...shift(5, 10, -1)],
      { how: 'removed', seq: 4 },
    ],
    [
      'the last removed',
      ['delete from entries where seq = 10'],
      { how: 'truncated', seq: 10, reason: 'the last entry, 10, is gone' },
    ],
    [
      'the last three removed',
      ['delete from entries where seq > 7'],
      { how: 'truncated', seq: 8, reason: 'the last entries, 8 to 10, are gone' },
    ],
    ['all removed', ['delete from entries'], { how: 'truncated', seq: 1 }],
    ['neighbours swapped', swap(4, 5), { how: 'reordered', seq: 4, reason: 'entry 5 belongs where 4 stands now' }],
    ['the last two swapped', swap(9, 10), { how: 'reordered', seq: 9 }],
    [
      'entries far apart swapped',
      swap(2, 9),
      { how: 'reordered', seq: 2, reason: 'entry 9 belongs where 2 stands now' },
    ],
    [
      'one put in between',
      [...shift(4, 10, 1), copy(3, 4)],
      { how: 'inserted', seq: 4, reason: 'entry 4 was put in; the one that belongs here is now 5' },
    ],
    ['one put before the first', [copy(3, 0)], { how: 'inserted', seq: 0 }],
    [
      'one put behind the last',
      [copy(10, 11)],
      { how: 'inserted', seq: 11, reason: 'the logbook says that it ends with entry 10, but there are more' },
    ],
    [
      'the end said to be earlier',
      ['update logbook_head set seq = 9, hash = (select hash from entries where seq = 9)'],
      { how: 'inserted', seq: 10 },
    ],
    ['the end said to be later', ['update logbook_head set seq = 12'], { how: 'truncated', seq: 11 }],
    [
      'another hash said to be the last',
      [`update logbook_head set hash = '${'f'.repeat(64)}'`],
      { how: 'changed', seq: 10 },
    ],
    [
      'an end said to be beyond all numbers',
      ['update logbook_head set seq = 9223372036854775807'],
      { how: 'removed', seq: 11 },
    ],
    ['one put in beyond all numbers', [copy(3, 9223372036854775807n)], { how: 'inserted', seq: 11 }],
    ['one put in before all numbers', [copy(3, -9223372036854775807n)], { how: 'changed', seq: 1 }],
    ['the end not said at all', ['delete from logbook_head'], { how: 'removed', seq: 11 }],
  ]

  it.each(table)('finds %s', async (_, statements, fault) => {
    const store = await fill(10)
    const entries = await read(store, { limit: 100 })
    await tamper(store, ...statements)
    const found = await verify(store)
    expect(found).toMatchObject({ sound: false, fault })
    const before = Math.max(0, (fault.seq ?? 0) - 1)
    // Another last hash is only seen once the last entry was found to be sound.
    const sound = fault.how === 'changed' && fault.seq === 10 ? 10 : before
    expect(found).toMatchObject({
      entries: sound,
      anchor: sound === 0 ? BEGINNING : { seq: sound, hash: entries[sound - 1]?.hash },
    })
  })

  it('finds a chain written anew from a changed entry on, with an anchor that was kept', async () => {
    const store = await fill(10)
    const anchor = await readHead(store)
    await forge(store, 4)
    expect(await verify(store)).toMatchObject({ sound: true, entries: 10 })
    expect(await verify(store, { anchor })).toMatchObject({
      sound: false,
      fault: { how: 'rewritten', seq: 10, reason: expect.stringContaining('entry 10 is not the one that was kept') },
    })
  })

  it('finds an end cut off together with what is said of it, with an anchor that was kept', async () => {
    const store = await fill(10)
    const anchor = await readHead(store)
    await tamper(
      store,
      'delete from entries where seq > 8',
      'update logbook_head set seq = 8, hash = (select hash from entries where seq = 8)',
    )
    expect(await verify(store)).toMatchObject({ sound: true, entries: 8 })
    expect(await verify(store, { anchor })).toMatchObject({ sound: false, fault: { how: 'truncated', seq: 9 } })
  })
})

describe('whatever is done to a logbook file', () => {
  type Column = keyof EntryRow
  const columns: readonly Column[] = [
    'seq',
    'id',
    'at_ms',
    'kind',
    'subject',
    'service',
    'actor',
    'reason',
    'data',
    'hash',
  ]
  const count = 8
  const place = fc.integer({ min: 1, max: count })
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom(null, '', 'null', '{}', '0', 'a\0b'),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.uint8Array({ maxLength: 70 }),
  )

  it('any change of any column of any entry is found at that entry', async () => {
    const { store, file } = await makeFile()
    await fc.assert(
      fc.asyncProperty(place, fc.constantFrom(...columns), value, async (seq, column, other) => {
        const isChanged = disturb(file, () =>
          file.prepare(`update entries set ${column} = ? where seq = ?`).run(other, seq),
        )
        if (!isChanged) return
        const found = await verify(store)
        restore(file)
        expect(found.sound).toBe(false)
        if (!found.sound && column !== 'seq') expect(found.fault.seq).toBe(seq)
        expect(await verify(store)).toMatchObject({ sound: true })
      }),
      { numRuns: 300 },
    )
  })

  it('any removal, any swap and any insertion is found', async () => {
    const { store, file } = await makeFile()
    const removal = place.map(seq => [`delete from entries where seq = ${seq}`])
    const removalAndShift = place.map(seq => [`delete from entries where seq = ${seq}`, ...shift(seq + 1, count, -1)])
    const exchange = fc.uniqueArray(place, { minLength: 2, maxLength: 2 }).map(([a = 1, b = 2]) => swap(a, b))
    const insertion = fc
      .tuple(place, fc.integer({ min: 1, max: count + 1 }))
      .map(([from, to]) => shift(to, count, 1).concat(copy(from >= to ? from + 1 : from, to)))
    await fc.assert(
      fc.asyncProperty(fc.oneof(removal, removalAndShift, exchange, insertion), async statements => {
        disturb(file, () => statements.forEach(statement => file.exec(statement)))
        const found = await verify(store)
        restore(file)
        expect(found.sound).toBe(false)
        expect(await verify(store)).toMatchObject({ sound: true })
      }),
      { numRuns: 200 },
    )
  })

  async function makeFile(): Promise<{ store: Store; file: DatabaseSync }> {
    const path = join(temporaryFolder(), 'shipwatch.db')
    const store = await openStore({ clock: systemClock, path })
    onTestFinished(() => store.close())
    await write(store, count)
    const file = new DatabaseSync(path)
    onTestFinished(() => file.close())
    file.exec('pragma synchronous = off; create table kept as select * from entries')
    return { store, file }
  }

  /** Whether anything is different afterwards; what the file's own constraints refuse is not. */
  function disturb(file: DatabaseSync, change: () => void): boolean {
    const before = dump(file)
    try {
      change()
    } catch (error) {
      expect(String(error)).toMatch(/constraint failed|datatype mismatch/)
    }
    return dump(file) !== before
  }

  function restore(file: DatabaseSync): void {
    file.exec('begin; delete from entries; insert into entries select * from kept; commit')
  }

  function dump(file: DatabaseSync): string {
    const quoted = columns.map(column => `quote(${column}) as ${column}`).join(', ')
    return JSON.stringify(file.prepare(`select ${quoted} from entries order by seq`).all())
  }
})

async function write(store: Store, count: number): Promise<void> {
  await store.transaction(async tx => {
    for (let i = 0; i < count; i++) {
      const data = { i, share: 0.1, note: 'ünï\u{1f600}\n' }
      await append(tx, {
        kind: 'release.stage.ended',
        subject: `release/${i}`,
        service: 'checkout',
        actor: 'hub',
        reason: `no worse ${i}`,
        data,
      })
    }
  })
}

/** What somebody does who knows the format: changes an entry and seals it and all behind it anew. */
async function forge(store: Store, from: number): Promise<void> {
  await store.transaction(async tx => {
    const rows = await tx.db.selectFrom('entries').selectAll().orderBy('seq').execute()
    let before = BEGINNING.hash
    for (const row of rows) {
      const forged = row.seq === from ? { ...row, reason: 'forged' } : row
      before = hashOf(forged, before)
      await tx.db
        .updateTable('entries')
        .set({ reason: forged.reason, hash: before })
        .where('seq', '=', row.seq)
        .execute()
    }
    await tx.db.updateTable('logbook_head').set({ hash: before }).execute()
  })
}

function swap(a: number, b: number): readonly string[] {
  return [
    `update entries set seq = 1000 where seq = ${a}`,
    `update entries set seq = ${a} where seq = ${b}`,
    `update entries set seq = ${b} where seq = 1000`,
  ]
}

/** Renumbers, with a detour, because a number may stand only once at any moment. */
function shift(from: number, to: number, by: number): readonly string[] {
  return [
    `update entries set seq = seq + 5000 where seq between ${from} and ${to}`,
    `update entries set seq = seq - 5000 + ${by} where seq > 4000`,
  ]
}

function copy(from: number, to: number | bigint): string {
  return `insert into entries select ${to}, 'ent_forged', at_ms, kind, subject, service, actor, reason, data, hash from entries where seq = ${from}`
}
