import type { Plan, ReleaseState } from './release.ts'
import { type Stored, stateOf } from './stored.ts'

/** A state as it lay in the store while reasons were words alone, and latencies had no p95. */
export function beforeReasonsWereData(state: ReleaseState): Stored {
  const plain = JSON.parse(JSON.stringify(state), (key, value) => (key === 'p95Ms' ? undefined : value))
  const { blocked, outcome, held, seen } = plain
  const { missing, guards } = seen
  if (blocked) plain.blocked = blocked.reason
  if (missing) seen.missing = missing.reason
  for (const worded of [outcome, held, guards?.mismatch, guards?.disarmed]) if (worded) delete worded.because
  return plain
}

/** The same state, once it lay in the store so. */
export function readBack({ plan, state }: { readonly plan: Plan; readonly state: ReleaseState }): ReleaseState {
  return stateOf(plan, beforeReasonsWereData(state))
}
