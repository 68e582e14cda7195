import type { Selectable } from 'kysely'
import type { AttemptRow, Reads, Transaction } from '../../../store/index.ts'
import type { Attempt } from '../../channels/channel.ts'
import type { Health, LedgerAttempt } from '../delivery.ts'

/** Oldest first. */
export async function readAttempts({ db }: Reads, delivery: string): Promise<readonly LedgerAttempt[]> {
  const rows = await db
    .selectFrom('attempts')
    .selectAll()
    .where('delivery', '=', delivery)
    .orderBy('began_at_ms')
    .orderBy('id')
    .execute()
  return rows.map(attemptOf)
}

/** What a destination was sent last, newest first: when each was answered, and until when it wants to rest. */
export async function recentAttempts(
  { db }: Reads,
  destination: string,
  limit: number,
): Promise<readonly Pick<AttemptRow, 'began_at_ms' | 'ended_at_ms' | 'outcome' | 'rest_until_ms'>[]> {
  return db
    .selectFrom('attempts')
    .select(['began_at_ms', 'ended_at_ms', 'outcome', 'rest_until_ms'])
    .where('destination', '=', destination)
    .orderBy('began_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Writes down that an attempt begins: after a sudden end it is known that there was one. */
export async function beginAttempt(
  tx: Transaction,
  delivery: string,
  attempt: { readonly channel: string; readonly destination: string; readonly note?: string | undefined },
): Promise<string> {
  const id = tx.newId('att')
  const { channel, destination, note = null } = attempt
  await tx.db
    .insertInto('attempts')
    .values({
      id,
      delivery,
      channel,
      destination,
      began_at_ms: tx.atMs,
      ended_at_ms: null,
      outcome: 'under-way',
      retry: null,
      reason: null,
      note,
      next_try_ms: null,
      rest_until_ms: null,
      receipt: null,
      request: null,
      reply: null,
    })
    .execute()
  return id
}

export async function endAttempt(
  tx: Transaction,
  id: string,
  { request, reply, delivery: answer }: Attempt,
  next: { readonly nextTryMs: number | null; readonly restUntilMs: number | null },
): Promise<void> {
  await tx.db
    .updateTable('attempts')
    .set({
      ended_at_ms: tx.atMs,
      outcome: answer.ok ? 'said' : 'failed',
      retry: answer.ok ? null : answer.retry,
      reason: answer.ok ? null : answer.reason,
      next_try_ms: next.nextTryMs,
      rest_until_ms: next.restUntilMs,
      receipt: answer.ok ? (answer.receipt ?? null) : null,
      request: JSON.stringify(request),
      reply: reply ? JSON.stringify(reply) : null,
    })
    .where('id', '=', id)
    .execute()
}

export const CUT_SHORT = 'the hub ended during this attempt: it may have been said'

const LOT = 500

/** Ends the attempts of deliveries whose hub did not live to see the answer. */
export async function cutShort(tx: Transaction, deliveries: readonly string[]): Promise<void> {
  for (let i = 0; i < deliveries.length; i += LOT) {
    await tx.db
      .updateTable('attempts')
      .set({ outcome: 'cut-short', reason: CUT_SHORT, ended_at_ms: tx.atMs, next_try_ms: tx.atMs })
      .where('outcome', '=', 'under-way')
      .where('delivery', 'in', deliveries.slice(i, i + LOT))
      .execute()
  }
}

/** When the oldest attempt began that is beyond the newest `most`. */
export async function beganBeyond({ db }: Reads, most: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('attempts')
    .select('began_at_ms')
    .orderBy('began_at_ms', 'desc')
    .orderBy('id', 'desc')
    .offset(most)
    .limit(1)
    .executeTakeFirst()
  return row?.began_at_ms
}

export async function forgetAttempts(tx: Transaction, deliveries: readonly string[]): Promise<void> {
  await tx.db.deleteFrom('attempts').where('delivery', 'in', deliveries).execute()
}

export async function readHealth({ db }: Reads, channel: string): Promise<Health> {
  const row = await db.selectFrom('channel_health').selectAll().where('channel', '=', channel).executeTakeFirst()
  if (!row) return { failures: 0 }
  return {
    failures: row.failures,
    ...(row.failing_since_ms === null ? {} : { failingSinceMs: row.failing_since_ms }),
    ...(row.said_at_ms === null ? {} : { saidMs: row.said_at_ms }),
    ...(row.failed_at_ms === null ? {} : { failedMs: row.failed_at_ms }),
    ...(row.reason === null ? {} : { reason: row.reason }),
  }
}

export async function writeHealth(tx: Transaction, channel: string, health: Health): Promise<void> {
  const row = {
    failures: health.failures,
    failing_since_ms: health.failingSinceMs ?? null,
    said_at_ms: health.saidMs ?? null,
    failed_at_ms: health.failedMs ?? null,
    reason: health.reason ?? null,
  }
  await tx.db
    .insertInto('channel_health')
    .values({ channel, ...row })
    .onConflict(conflict => conflict.column('channel').doUpdateSet(row))
    .execute()
}

function attemptOf(row: Selectable<AttemptRow>): LedgerAttempt {
  return {
    id: row.id,
    channel: row.channel,
    destination: row.destination,
    beganMs: row.began_at_ms,
    ...(row.ended_at_ms === null ? {} : { endedMs: row.ended_at_ms }),
    outcome: row.outcome,
    ...(row.retry === null ? {} : { retry: row.retry }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.note === null ? {} : { note: row.note }),
    ...(row.next_try_ms === null ? {} : { nextTryMs: row.next_try_ms }),
    ...(row.receipt === null ? {} : { receipt: row.receipt }),
    ...(row.request === null ? {} : { request: JSON.parse(row.request) }),
    ...(row.reply === null ? {} : { reply: JSON.parse(row.reply) }),
  }
}
