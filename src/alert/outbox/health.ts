import { append } from '../../logbook/index.ts'
import type { Transaction } from '../../store/index.ts'
import type { Health, Verdict } from './delivery.ts'
import { readHealth, writeHealth } from './ledger/store.ts'

/** So many failures in a row are told; before that it may have been a moment's trouble. */
const TOLD_FROM = 3

/** How a channel does after one more attempt. A destination that asks for time is throttled, not broken. */
export function afterAttempt(before: Health, answer: Verdict, nowMs: number): Health {
  const { failingSinceMs, ...rest } = before
  if (answer.ok) return { ...rest, failures: 0, saidMs: nowMs }
  const failures = before.failures + (answer.retry === 'later' ? 0 : 1)
  const fails = failingSinceMs !== undefined || answer.retry === 'never' || failures >= TOLD_FROM
  return {
    ...rest,
    failures,
    failedMs: nowMs,
    reason: answer.reason,
    ...(fails ? { failingSinceMs: failingSinceMs ?? nowMs } : {}),
  }
}

/** Notes how an attempt on a channel ended; the logbook is told when it begins to fail, and when it works again. */
export async function noteHealth(
  tx: Transaction,
  channel: string,
  answer: Verdict,
): Promise<{ readonly before: Health; readonly now: Health }> {
  const before = await readHealth(tx, channel)
  const health = afterAttempt(before, answer, tx.atMs)
  await writeHealth(tx, channel, health)
  const was = before.failingSinceMs
  const entry = { subject: `channel/${channel}`, actor: 'hub' }
  if (was === undefined && health.failingSinceMs !== undefined) {
    await append(tx, { ...entry, kind: 'channel.failing', reason: health.reason })
  } else if (was !== undefined && health.failingSinceMs === undefined) {
    await append(tx, { ...entry, kind: 'channel.recovered', data: { failedForMs: Math.max(0, tx.atMs - was) } })
  }
  return { before, now: health }
}
