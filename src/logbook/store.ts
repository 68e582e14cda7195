import {
  type Expression,
  type ExpressionBuilder,
  type RawBuilder,
  type SelectQueryBuilder,
  type SqlBool,
  sql,
} from 'kysely'
import type { EntryRow, Reads, Tables, Transaction } from '../store/index.ts'
import { type Anchor, type Entry, fromRow, makeRow, type NewEntry } from './entry.ts'

/** Which entries; all that is given must hold. */
export interface EntryFilter {
  readonly subject?: string | undefined
  readonly service?: string | undefined
  /** Itself and all below it: `release` finds `release.started`, but not `releases`. */
  readonly kind?: string | undefined
  readonly actor?: string | undefined
  /** Written at this time or later. */
  readonly sinceMs?: number | undefined
}

export interface ReadOptions extends EntryFilter {
  readonly afterSeq?: number | undefined
  readonly beforeSeq?: number | undefined
  /** Oldest first by default. With `newest`, the newest ones that fit, newest first. */
  readonly order?: 'oldest' | 'newest' | undefined
  readonly limit: number
}

/** Writes an entry in the transaction that makes the change it tells of. */
export async function append(tx: Transaction, entry: NewEntry): Promise<Entry> {
  // Counting up before reading takes the row's lock in either database: whoever comes second waits for the
  // first to commit, so entries become visible in the order of their numbers, and none is skipped.
  const { seq, hash } = await tx.db
    .updateTable('logbook_head')
    .set(head => ({ seq: head('seq', '+', 1) }))
    .returning(['seq', 'hash'])
    .executeTakeFirstOrThrow()
  const row = makeRow(entry, { seq: seq - 1, hash }, tx.newId('ent'), tx.atMs)
  await tx.db.insertInto('entries').values(row).execute()
  await tx.db.updateTable('logbook_head').set({ hash: row.hash }).execute()
  return fromRow(row)
}

/** Reads a page of entries. */
export async function read(reads: Reads, options: ReadOptions): Promise<readonly Entry[]> {
  const { sinceMs, order, limit } = options
  if (sinceMs !== undefined && order === 'newest') {
    // Most often the newest ones are young enough, and to find the oldest young one would be reading for nothing.
    const newest = await readPage(reads, { ...options, sinceMs: undefined })
    const young = newest.filter(({ at }) => at >= sinceMs)
    if (young.length === newest.length || newest.length < limit) return young
  }
  return readPage(reads, options)
}

async function readPage(reads: Reads, options: ReadOptions): Promise<readonly Entry[]> {
  const { subject, service, actor, kind } = options
  if (kind === undefined || subject !== undefined || service !== undefined || actor !== undefined) {
    return (await select(reads, options).execute()).map(fromRow)
  }
  return readKinds(reads, { ...options, kind })
}

/**
 * Entries of all kinds under a name, by nothing else. An index that begins with the kind is not in the order of
 * numbers, so a database would sort everything that matches to give a few: a million entries for one page. There
 * are few kinds, so each is asked for its own page, in order, and the page is made of those.
 */
async function readKinds(reads: Reads, options: ReadOptions & { readonly kind: string }): Promise<readonly Entry[]> {
  const { kind, order, limit } = options
  // A kind that first appears between the two questions must not leave a gap: what is younger than this is not read.
  const { seq } = await readHead(reads)
  const beforeSeq = Math.min(options.beforeSeq ?? seq + 1, seq + 1)
  const pages = (await kindsUnder(reads, kind)).map(one =>
    reads.db
      .selectFrom(
        select(reads, { ...options, kind: undefined, beforeSeq })
          .where('kind', '=', one)
          .as('page'),
      )
      .selectAll(),
  )
  const [first, ...others] = pages
  if (!first) return []
  const rows = await others
    .reduce((all, page) => all.unionAll(page), first)
    .orderBy('seq', order === 'newest' ? 'desc' : 'asc')
    .limit(limit)
    .execute()
  return rows.map(fromRow)
}

function select({ db }: Reads, options: ReadOptions): SelectQueryBuilder<Tables, 'entries', EntryRow> {
  const { subject, service, kind, actor, sinceMs, afterSeq, beforeSeq, order, limit } = options
  let query = db.selectFrom('entries').selectAll()
  if (subject !== undefined) query = query.where('subject', '=', subject)
  if (service !== undefined) query = query.where('service', '=', service)
  if (actor !== undefined) query = query.where('actor', '=', actor)
  // Not by the index of kinds: the others are narrower, and in the order of numbers.
  if (kind !== undefined) query = query.where(where => isUnder(where, sql`kind || ''`, kind))
  // Times are nearly, not quite, in the order of numbers. So the index of times only says where to begin: read
  // through it, a page would need all that is younger to be sorted. The sums keep indexes out of the rest.
  if (sinceMs !== undefined) query = query.where(sql`entries.at_ms + 0`, '>=', sinceMs)
  if (sinceMs !== undefined && afterSeq === undefined) {
    query = query.where('seq', '>=', where =>
      where
        .selectFrom('entries as young')
        .select(sql<number>`min(young.seq + 0)`.as('first'))
        .where('young.at_ms', '>=', sinceMs),
    )
  }
  if (afterSeq !== undefined) query = query.where('seq', '>', afterSeq)
  if (beforeSeq !== undefined) query = query.where('seq', '<', beforeSeq)
  return query.orderBy('seq', order === 'newest' ? 'desc' : 'asc').limit(limit)
}

/** “/” follows “.”, so between the two is every kind that begins with the name and a dot. */
function isUnder(
  where: ExpressionBuilder<Tables, 'entries'>,
  column: RawBuilder<unknown>,
  kind: string,
): Expression<SqlBool> {
  return where.or([
    where(column, '=', kind),
    where.and([where(column, '>=', `${kind}.`), where(column, '<', `${kind}/`)]),
  ])
}

/** Each kind that there is under a name, found by leaps through the index: from one to the next greater. */
async function kindsUnder({ db }: Reads, kind: string): Promise<readonly string[]> {
  const { rows } = await sql<{ kind: string }>`
    with recursive found (kind) as (
      select min(kind) from entries where kind >= ${`${kind}.`} and kind < ${`${kind}/`}
      union all
      select (select min(entries.kind) from entries where entries.kind > found.kind and entries.kind < ${`${kind}/`})
      from found where found.kind is not null
    )
    select kind from found where kind is not null`.execute(db)
  return [kind, ...rows.map(row => row.kind)]
}

/** Where the logbook ends now. */
export async function readHead({ db }: Reads): Promise<Anchor> {
  return db.selectFrom('logbook_head').select(['seq', 'hash']).executeTakeFirstOrThrow()
}

/**
 * Where the logbook says that it ends, and the number of the last entry that there is, both of one moment.
 * Numbers beyond 53 bits, which we never write, count as none.
 */
export async function readExtent({
  db,
}: Reads): Promise<{ readonly head: Anchor | undefined; readonly lastSeq: number }> {
  const { seq, hash, last } = await db
    .selectNoFrom(where => [
      where.selectFrom('logbook_head').select('seq').where('seq', '<=', MOST).where('seq', '>=', -MOST).as('seq'),
      where.selectFrom('logbook_head').select('hash').as('hash'),
      where
        .selectFrom('entries')
        .select(of => of.fn.max('seq').as('last'))
        .where('seq', '<=', MOST)
        .where('seq', '>=', -MOST)
        .as('last'),
    ])
    .executeTakeFirstOrThrow()
  return { head: seq === null || hash === null ? undefined : { seq, hash }, lastSeq: last ?? 0 }
}

const MOST = Number.MAX_SAFE_INTEGER

/** The rows as they are stored, in the order of their numbers. */
export async function readRows(
  { db }: Reads,
  afterSeq: number | undefined,
  limit: number,
): Promise<readonly EntryRow[]> {
  const rows = db.selectFrom('entries').selectAll().orderBy('seq').limit(limit)
  return (afterSeq === undefined ? rows : rows.where('seq', '>', afterSeq)).execute()
}
