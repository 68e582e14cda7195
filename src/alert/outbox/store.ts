import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { DeliveryRow, Reads, Transaction } from '../../store/index.ts'
import type { Notice, ReleaseEvent } from '../notice.ts'
import { type DatedDelivery, type Delivery, type DeliveryState, type Urgency, urgencyOf } from './delivery.ts'
import { CUT_SHORT, cutShort, forgetAttempts } from './ledger/store.ts'

/** Rows of one statement, below what either database allows of parameters. */
const LOT = 500

/** Written out, not as a parameter: else SQLite does not see that the index of what waits is meant. */
const WAITING: RawBuilder<'waiting'> = sql.lit('waiting')

export interface Addressed {
  readonly receiver: string
  readonly channel: string
}

/** Writes down what is to be said, and to whom. */
export async function enqueue(
  tx: Transaction,
  notice: Notice,
  to: readonly Addressed[],
  place: number,
  state: DeliveryState = 'waiting',
): Promise<readonly string[]> {
  await tx.db
    .insertInto('notices')
    .values({ id: notice.id, at_ms: happenedMs(notice), body: JSON.stringify(notice) })
    .execute()
  const about = notice.kind === 'release' ? notice : undefined
  const rows = to.map(
    ({ receiver, channel }): DeliveryRow => ({
      id: tx.newId('dlv'),
      notice: notice.id,
      kind: notice.kind,
      event: about?.event ?? null,
      release: about?.release ?? null,
      service: about?.service ?? null,
      receiver,
      channel,
      urgency: urgencyOf(notice) === 'critical' ? 0 : 1,
      place,
      state,
      created_at_ms: tx.atMs,
      due_at_ms: tx.atMs,
      ended_at_ms: null,
      tries: 0,
      reason: null,
      merged_into: null,
    }),
  )
  if (about && urgencyOf(notice) === 'critical') {
    await hurry(
      tx,
      about.release,
      to.map(({ receiver }) => receiver),
    )
  }
  await tx.db.insertInto('deliveries').values(rows).execute()
  return rows.map(({ id }) => id)
}

/** When the first that it tells of happened. */
function happenedMs(notice: Notice): number {
  return notice.kind === 'digest' ? Math.min(notice.atMs, ...notice.notices.map(({ atMs }) => atMs)) : notice.atMs
}

/** What still waits of a release goes with the critical notice of it: told afterwards, that it began would mislead. */
async function hurry(tx: Transaction, release: string, receivers: readonly string[]): Promise<void> {
  await tx.db
    .updateTable('deliveries')
    .set({ urgency: 0 })
    .where('state', '=', WAITING)
    .where('release', '=', release)
    .where('receiver', 'in', receivers)
    .execute()
}

export async function readNotice({ db }: Reads, id: string): Promise<Notice> {
  const { body } = await db.selectFrom('notices').select('body').where('id', '=', id).executeTakeFirstOrThrow()
  return JSON.parse(body)
}

export async function readDelivery(reads: Reads, id: string): Promise<DatedDelivery | undefined> {
  const row = await dated(reads).where('deliveries.id', '=', id).executeTakeFirst()
  return row && datedOf(row)
}

const dated = ({ db }: Reads) =>
  db
    .selectFrom('deliveries')
    .innerJoin('notices', 'notices.id', 'deliveries.notice')
    .selectAll('deliveries')
    .select('notices.at_ms as happened_at_ms')

export interface DeliveryFilter {
  readonly release?: string | undefined
  readonly channel?: string | undefined
  readonly receiver?: string | undefined
  readonly state?: DeliveryState | undefined
  /** Goes on where an earlier page ended. */
  readonly beforeId?: string | undefined
  readonly limit: number
}

/** Newest first. */
export async function listDeliveries(reads: Reads, filter: DeliveryFilter): Promise<readonly DatedDelivery[]> {
  let query = dated(reads)
  if (filter.release !== undefined) query = query.where('release', '=', filter.release)
  if (filter.channel !== undefined) query = query.where('channel', '=', filter.channel)
  if (filter.receiver !== undefined) query = query.where('receiver', '=', filter.receiver)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.beforeId !== undefined) query = query.where('deliveries.id', '<', filter.beforeId)
  return (await query.orderBy('deliveries.id', 'desc').limit(filter.limit).execute()).map(datedOf)
}

/** Waiting deliveries, in line: the more urgent first, then as it happened. `due`: only those that may be tried. */
export async function inLine(
  { db }: Reads,
  channels: readonly string[],
  options: {
    readonly limit: number
    readonly receiver?: string
    readonly urgency?: Urgency
    readonly kind?: Delivery['kind']
    readonly receivers?: readonly string[]
    readonly dueMs?: number
    readonly createdBeforeMs?: number
  },
): Promise<readonly Delivery[]> {
  if (channels.length === 0) return []
  const { limit, receiver, receivers, urgency, kind, dueMs, createdBeforeMs } = options
  let query = db.selectFrom('deliveries').selectAll().where('state', '=', WAITING).where('channel', 'in', channels)
  if (receiver !== undefined) query = query.where('receiver', '=', receiver)
  if (receivers !== undefined) query = query.where('receiver', 'in', receivers)
  if (urgency !== undefined) query = query.where('urgency', '=', urgency === 'critical' ? 0 : 1)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  if (dueMs !== undefined) query = query.where('due_at_ms', '<=', dueMs)
  if (createdBeforeMs !== undefined) query = query.where('created_at_ms', '<=', createdBeforeMs)
  return (await query.orderBy('urgency').orderBy('place').orderBy('id').limit(limit).execute()).map(deliveryOf)
}

/**
 * Whose turn it is: the first in line. One that has been tried `steps` times and has to wait again steps aside, so
 * that a notice which a destination cannot digest does not hold up those behind it.
 */
export async function headOfLine(
  { db }: Reads,
  channels: readonly string[],
  nowMs: number,
  steps: number,
): Promise<Delivery | undefined> {
  const row = await db
    .selectFrom('deliveries')
    .selectAll()
    .where('state', '=', WAITING)
    .where('channel', 'in', channels)
    .where(where => where.or([where('due_at_ms', '<=', nowMs), where('tries', '<', steps)]))
    .orderBy('urgency')
    .orderBy('place')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row && deliveryOf(row)
}

/** How many wait for each channel, and when the first of them is due. */
export async function waitingByChannel({
  db,
}: Reads): Promise<ReadonlyMap<string, { readonly count: number; readonly dueMs: number }>> {
  const rows = await db
    .selectFrom('deliveries')
    .select(of => ['channel', of.fn.countAll<number>().as('count'), of.fn.min('due_at_ms').as('due')])
    .where('state', '=', WAITING)
    .groupBy('channel')
    .execute()
  return new Map(rows.map(({ channel, count, due }) => [channel, { count, dueMs: due }]))
}

/** When the first of those that wait for these channels is due; `undefined` where none waits. */
export async function nextDue({ db }: Reads, channels: readonly string[]): Promise<number | undefined> {
  const row = await db
    .selectFrom('deliveries')
    .select(of => of.fn.min('due_at_ms').as('due'))
    .where('state', '=', WAITING)
    .where('channel', 'in', channels)
    .executeTakeFirst()
  return row?.due ?? undefined
}

/** Changes deliveries, all alike. */
export async function changeDeliveries(
  tx: Transaction,
  ids: readonly string[],
  change: Partial<Omit<DeliveryRow, 'id'>>,
): Promise<void> {
  for (let i = 0; i < ids.length; i += LOT) {
    await tx.db
      .updateTable('deliveries')
      .set(change)
      .where('id', 'in', ids.slice(i, i + LOT))
      .execute()
  }
}

/** A channel works again: what failed on it need not wait any longer. */
export async function wakeTried(tx: Transaction, channel: string): Promise<void> {
  await tx.db
    .updateTable('deliveries')
    .set({ due_at_ms: tx.atMs })
    .where('state', '=', WAITING)
    .where('channel', '=', channel)
    .where('tries', '>', 0)
    .where('due_at_ms', '>', tx.atMs)
    .execute()
}

/** Takes up what a hub left that ended suddenly. What it had sent is unknown, so it is said again, under the same id. */
export async function recover(tx: Transaction): Promise<number> {
  const left = await tx.db
    .selectFrom('deliveries')
    .select('id')
    .where('state', '=', 'sending')
    .where('kind', '!=', 'test')
    .execute()
  if (left.length === 0) return 0
  const ids = left.map(({ id }) => id)
  await cutShort(tx, ids)
  await changeDeliveries(tx, ids, { state: 'waiting', due_at_ms: tx.atMs, reason: CUT_SHORT })
  return ids.length
}

/** Ends tests whose hub did not live to see the answer: they are nobody's duty. */
export async function endLostTests(tx: Transaction, beforeMs: number): Promise<void> {
  const lost = await tx.db
    .selectFrom('deliveries')
    .select('id')
    .where('state', '=', 'sending')
    .where('kind', '=', 'test')
    .where('created_at_ms', '<', beforeMs)
    .execute()
  const ids = lost.map(({ id }) => id)
  await cutShort(tx, ids)
  await changeDeliveries(tx, ids, { state: 'given-up', ended_at_ms: tx.atMs, reason: CUT_SHORT })
}

/** Waiting deliveries on channels other than these: the configuration has lost theirs. */
export async function waitingElsewhere(
  { db }: Reads,
  channels: readonly string[],
  limit: number,
): Promise<readonly Delivery[]> {
  let query = db.selectFrom('deliveries').selectAll().where('state', '=', WAITING)
  if (channels.length > 0) query = query.where('channel', 'not in', channels)
  return (await query.limit(limit).execute()).map(deliveryOf)
}

/** Waiting deliveries that were written before. */
export async function waitingSince(
  { db }: Reads,
  urgency: Urgency,
  beforeMs: number,
  limit: number,
): Promise<readonly Delivery[]> {
  const rows = await db
    .selectFrom('deliveries')
    .selectAll()
    .where('state', '=', WAITING)
    .where('urgency', '=', urgency === 'critical' ? 0 : 1)
    .where('created_at_ms', '<=', beforeMs)
    .limit(limit)
    .execute()
  return rows.map(deliveryOf)
}

export async function countWaiting({ db }: Reads): Promise<number> {
  const { count } = await db
    .selectFrom('deliveries')
    .select(of => of.fn.countAll<number>().as('count'))
    .where('state', '=', WAITING)
    .executeTakeFirstOrThrow()
  return count
}

/** What has waited longest, news before what is critical. */
export async function dispensable({ db }: Reads, limit: number): Promise<readonly Delivery[]> {
  const rows = await db
    .selectFrom('deliveries')
    .selectAll()
    .where('state', '=', WAITING)
    .orderBy('urgency', 'desc')
    .orderBy('place')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(deliveryOf)
}

/** Forgets what ended before, with its attempts and its notices. Returns how many deliveries, `limit` at most. */
export async function forget(tx: Transaction, beforeMs: number, limit: number): Promise<number> {
  const over = await tx.db
    .selectFrom('deliveries')
    .select(['id', 'notice'])
    .where('ended_at_ms', '<=', beforeMs)
    .orderBy('ended_at_ms')
    .limit(limit)
    .execute()
  if (over.length === 0) return 0
  const ids = over.map(({ id }) => id)
  await forgetAttempts(tx, ids)
  await tx.db.deleteFrom('deliveries').where('id', 'in', ids).execute()
  await tx.db
    .deleteFrom('notices')
    .where(where =>
      where(
        'id',
        'in',
        over.map(({ notice }) => notice),
      ),
    )
    .where(where =>
      where.not(
        where.exists(
          where.selectFrom('deliveries').select('deliveries.id').whereRef('deliveries.notice', '=', 'notices.id'),
        ),
      ),
    )
    .execute()
  return over.length
}

function datedOf(row: Selectable<DeliveryRow> & { readonly happened_at_ms: number }): DatedDelivery {
  return { ...deliveryOf(row), happenedMs: row.happened_at_ms }
}

function deliveryOf(row: Selectable<DeliveryRow>): Delivery {
  return {
    id: row.id,
    notice: row.notice,
    kind: row.kind,
    ...(row.event === null ? {} : { event: row.event as ReleaseEvent }),
    ...(row.release === null ? {} : { release: row.release }),
    ...(row.service === null ? {} : { service: row.service }),
    receiver: row.receiver,
    channel: row.channel,
    urgency: row.urgency === 0 ? 'critical' : 'news',
    place: row.place,
    state: row.state,
    createdMs: row.created_at_ms,
    dueMs: row.due_at_ms,
    ...(row.ended_at_ms === null ? {} : { endedMs: row.ended_at_ms }),
    tries: row.tries,
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.merged_into === null ? {} : { mergedInto: row.merged_into }),
  }
}
