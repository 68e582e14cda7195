import type { Router, Split } from '../routers/router.ts'
import type { ServiceRecord } from '../store.ts'
import type { Target } from '../targets/target.ts'

/**
 * Puts the split back in force that a service without a release under way should have, where the router
 * lost it (its disk, a new machine) or instances answer at new addresses. Returns whether it had to.
 */
export async function keepRouted(
  service: ServiceRecord,
  target: Target,
  router: Router,
  signal: AbortSignal,
): Promise<{ readonly changed: boolean; readonly problem?: string }> {
  const { stableVersion } = service
  const wanted = service.fleet.versions.find(({ version }) => version === stableVersion)
  if (!wanted || stableVersion === null) return { changed: false }
  const running = await target.instances(service.service)
  const endpoints = running
    .filter(({ version, state }) => version === stableVersion && state !== 'stopping')
    .slice(0, wanted.instances)
    .map(({ id, url, readySinceMs }) => ({ id, url, readySinceMs: readySinceMs ?? 0 }))
  const split: Split = {
    service: service.service,
    shares: [{ version: stableVersion, weight: 100, endpoints, segments: [] }],
  }
  const present = await router.current(service.service, signal)
  // An empty list would turn a restart of all instances into an outage that outlasts it.
  if (endpoints.length === 0 || (present && sameAddresses(present, split))) return { changed: false }
  const routed = await router.apply(split, signal)
  return routed.ok ? { changed: true } : { changed: false, problem: routed.reason }
}

function sameAddresses(present: Split, wanted: Split): boolean {
  const addresses = (split: Split): string =>
    JSON.stringify(
      split.shares
        .filter(({ weight }) => weight > 0)
        .map(({ version, weight, endpoints }) => [version, weight, endpoints.map(({ url }) => url).toSorted()]),
    )
  return addresses(present) === addresses(wanted)
}
