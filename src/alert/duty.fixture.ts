import type { Clock } from '../kernel/index.ts'
import { lead, type Store } from '../store/index.ts'
import type { Duty } from './outbox/outbox.ts'

/** Takes the duty of telling people as a hub does. */
export function onDuty(
  store: Store,
  clock: Clock,
  signal: AbortSignal,
  run: (duty: Duty) => Promise<void>,
): Promise<void> {
  return lead(store, { name: 'notices', holder: `${process.pid}`, ttlMs: 800, clock }, signal, run)
}
