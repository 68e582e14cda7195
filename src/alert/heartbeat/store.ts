import { type Entry, read } from '../../logbook/index.ts'
import type { Reads } from '../../store/index.ts'
import { readHealth } from '../outbox/ledger/store.ts'
import type { Sight } from './decide.ts'

/** What is known of a channel's heartbeats. What was written after `untilMs` was written by a wrong clock. */
export async function readSight(reads: Reads, channel: string, untilMs: number): Promise<Sight> {
  const { saidMs } = await readHealth(reads, channel)
  const beats = reads.db
    .selectFrom('deliveries')
    .select('created_at_ms')
    .where('channel', '=', channel)
    .where('kind', '=', 'heartbeat')
    .where('created_at_ms', '<=', untilMs)
    .limit(1)
  const newest = await beats.orderBy('id', 'desc').executeTakeFirst()
  const unanswered = await beats
    .where('created_at_ms', '>', saidMs ?? 0)
    .orderBy('id')
    .executeTakeFirst()
  return {
    channel,
    ...(saidMs === undefined ? {} : { saidMs }),
    ...(newest ? { beatMs: newest.created_at_ms } : {}),
    ...(unanswered ? { unansweredMs: unanswered.created_at_ms } : {}),
  }
}

/** Whether the logbook has it that a channel has not proven itself, and nothing since. */
export async function isToldUnproven(reads: Reads, channel: string): Promise<boolean> {
  const newest = async (kind: string): Promise<Entry | undefined> =>
    (await read(reads, { subject: `channel/${channel}`, kind, order: 'newest', limit: 1 }))[0]
  const told = await newest('channel.unproven')
  return told !== undefined && told.seq > ((await newest('channel.proven'))?.seq ?? 0)
}
