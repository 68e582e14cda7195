import type { Clock } from '../kernel/index.ts'
import { fenced, lead, type Store } from '../store/index.ts'
import type { Duty } from './outbox/outbox.ts'

/** Takes the duty of telling people as a hub does. */
export function onDuty(
  store: Store,
  clock: Clock,
  signal: AbortSignal,
  run: (duty: Duty) => Promise<void>,
): Promise<void> {
  const options = { name: 'notices', holder: `${process.pid}`, ttlMs: 800, clock }
  return lead(store, options, signal, (term, token) =>
    run({ signal: term, store: fenced(store, { name: options.name, token }) }),
  )
}
