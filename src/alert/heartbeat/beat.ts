import { append } from '../../logbook/index.ts'
import type { Store, Transaction } from '../../store/index.ts'
import type { HeartbeatNotice, UnprovenNotice } from '../notice.ts'
import { readHealth } from '../outbox/ledger/store.ts'
import { enqueue } from '../outbox/store.ts'
import type { Notify } from '../receivers.ts'
import { hearerOf, isDue, othersOf, type Sight, slotOf, unprovenSince } from './decide.ts'
import type { HeartbeatSettings } from './settings.ts'
import { isToldUnproven, readSight } from './store.ts'

/** Looks at the clock again at least so often: it may be set. */
const LOOK_EVERY_MS = 60_000

/** What one look at the heartbeats did, and when the next must come at the latest. */
export interface Looked {
  readonly spoke: boolean
  readonly nextMs: number
}

/**
 * Writes down the heartbeats that are due, and tells of channels that have not proven themselves; each in one
 * transaction with what the logbook has of it, so that a sudden end loses and doubles nothing.
 */
export async function beat(store: Store, notify: Notify): Promise<Looked> {
  const { heartbeat } = notify
  const nowMs = store.clock.now()
  if (!heartbeat) return { spoke: false, nextMs: nowMs + LOOK_EVERY_MS }
  let spoke = false
  for (const channel of Object.keys(notify.channels)) {
    const receiver = hearerOf(notify, channel)
    if (receiver === undefined) continue // nobody would miss anything
    const sight = await readSight(store, channel, nowMs + heartbeat.every)
    const isUnproven = unprovenSince(heartbeat, sight, nowMs) !== undefined
    const isNews = isUnproven !== (await isToldUnproven(store, channel))
    if (!isNews && !isDue(heartbeat, sight, nowMs)) continue
    spoke = (await store.transaction(tx => speak(tx, notify, heartbeat, channel, receiver))) || spoke
  }
  return { spoke, nextMs: Math.min(nowMs + LOOK_EVERY_MS, slotOf(heartbeat, nowMs) + heartbeat.every) }
}

/** By what the transaction sees: another hub may have been faster. */
async function speak(
  tx: Transaction,
  notify: Notify,
  heartbeat: HeartbeatSettings,
  channel: string,
  receiver: string,
): Promise<boolean> {
  const sight = await readSight(tx, channel, tx.atMs + heartbeat.every)
  const isUnproven = unprovenSince(heartbeat, sight, tx.atMs) !== undefined
  const isTold = await isToldUnproven(tx, channel)
  const about = { subject: `channel/${channel}`, actor: 'hub' }
  if (isTold && !isUnproven) await append(tx, { ...about, kind: 'channel.proven' })
  const spoke = isUnproven && !isTold && (await tellUnproven(tx, notify, sight))
  if (!isDue(heartbeat, sight, tx.atMs)) return spoke
  const notice: HeartbeatNotice = {
    kind: 'heartbeat',
    id: tx.newId('ntc'),
    atMs: tx.atMs,
    channel,
    receiver,
    everyMs: heartbeat.every,
  }
  await enqueue(tx, notice, [{ receiver, channel }], 0)
  return true
}

async function tellUnproven(tx: Transaction, notify: Notify, { channel, saidMs }: Sight): Promise<boolean> {
  const { reason } = await readHealth(tx, channel)
  const others = othersOf(notify, channel)
  await append(tx, {
    kind: 'channel.unproven',
    subject: `channel/${channel}`,
    actor: 'hub',
    ...(reason === undefined ? {} : { reason }),
    data: { saidMs: saidMs ?? null, told: others.map(other => other.receiver) },
  })
  if (others.length === 0) return false
  const notice: UnprovenNotice = {
    kind: 'unproven',
    id: tx.newId('ntc'),
    atMs: tx.atMs,
    channel,
    saidMs: saidMs ?? null,
    ...(reason === undefined ? {} : { reason }),
  }
  await enqueue(tx, notice, others, 0)
  return true
}
