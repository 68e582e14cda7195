import type { Snapshot } from '../../gateway/index.ts'
import type { Observation } from '../../judge/index.ts'
import { halvesOf, type Slowness, type Thresholds } from './counts.ts'
import { levelsOf, type Pair, strataOf } from './strata.ts'

/** Where the counts of the two halves of a version's instances stood, the first as `canary`. */
export interface Control extends Pair {
  /** How many instances each half had. */
  readonly instances: readonly [number, number]
}

/** The halves of a version, `null` where it never had two instances. */
export function controlOf(
  snapshot: Snapshot,
  { service, version }: { readonly service: string; readonly version: string },
  wanted: readonly Slowness[],
  thresholds: Thresholds,
): Control | null {
  const [one, other] = halvesOf(snapshot, service, version)
  if (!one || !other) return null
  return {
    instances: [one.instances, other.instances],
    canary: levelsOf(one.routes, wanted, thresholds),
    stable: levelsOf(other.routes, wanted, thresholds),
  }
}

/**
 * What the halves did between two looks. The share is the first half's part of the instances; a look during which it
 * changed has none, so that no thin traffic of before and after is put together.
 */
export function observeControl(
  signals: readonly string[],
  before: Control | null,
  now: Control | null,
  known: Thresholds,
): Observation[] {
  if (!now) return []
  const [one, other] = now.instances
  if (one === 0 || other === 0) return []
  const steady = before?.instances[0] === one && before.instances[1] === other
  return signals.map(signal => ({
    signal,
    ...(steady ? { share: one / (one + other) } : {}),
    strata: strataOf(signal, before ?? undefined, now, known),
  }))
}
