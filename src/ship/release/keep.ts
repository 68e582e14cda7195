import type { Router, Share, Split } from '../routers/router.ts'
import type { ServiceRecord } from '../store.ts'
import type { Target } from '../targets/target.ts'
import type { Release } from './release.ts'
import { splitOf, wholeSplit } from './split.ts'

/**
 * The split that should be in force for a service: the one that its release under way rests on, otherwise all for
 * the stable version. `undefined` while it is being changed, or where nothing could take the traffic: an empty
 * split would turn a restart of all instances into an outage that outlasts it.
 */
export async function wantedSplit(
  { service, stableVersion, fleet }: ServiceRecord,
  underWay: Release | undefined,
  target: Target,
): Promise<Split | undefined> {
  const running = await target.instances(service)
  if (underWay) {
    const { plan, state } = underWay
    if (state.queue.length > 0) return undefined
    const { candidate, stable } = state.running
    const split = splitOf({ kind: 'split', share: state.share, candidate, stable }, plan, state, running)
    return 'reason' in split ? undefined : split
  }
  const wanted = fleet.versions.find(({ version }) => version === stableVersion)
  return wanted && wholeSplit(service, wanted.version, wanted.instances, running)
}

/**
 * Puts a split back in force where the router lost it (its disk, a new machine) or instances answer at new
 * addresses. Returns whether it had to.
 */
export async function keepRouted(
  wanted: Split,
  router: Router,
  signal: AbortSignal,
): Promise<{ readonly changed: boolean; readonly problem?: string }> {
  const present = await router.current(wanted.service, signal)
  if (present && sameTraffic(present, wanted)) return { changed: false }
  const routed = await router.apply(wanted, signal)
  return routed.ok ? { changed: true } : { changed: false, problem: routed.reason }
}

/** Whether the same users get the same version at the same addresses, and the same one steps in. */
function sameTraffic(present: Split, wanted: Split): boolean {
  const traffic = ({ stable, shares }: Split): string =>
    JSON.stringify([stable, shares.filter(hasTraffic).map(shareOf)])
  return traffic(present) === traffic(wanted)
}

const hasTraffic = ({ weight, segments }: Share): boolean => weight > 0 || segments.length > 0

function shareOf({ version, weight, segments, endpoints }: Share): unknown {
  const users = segments.map(segment => Object.entries(segment).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return [version, weight, users, endpoints.map(({ url }) => url).toSorted()]
}
