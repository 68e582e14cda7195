import type { Obstacle } from '../obstacle.ts'
import type { Endpoint, Share, Split } from '../routers/router.ts'
import type { Instance } from '../targets/target.ts'
import type { Reasoned } from './because.ts'
import type { Effect, Plan, ReleaseState } from './release.ts'

/** The split that a command asks for, with the addresses of the instances that are to take part, or why there is none. */
export function splitOf(
  { share, candidate, stable }: Effect & { kind: 'split' },
  plan: Plan,
  { previous }: ReleaseState,
  instances: readonly Instance[],
): Split | Reasoned<Obstacle> {
  const { service, version } = plan
  const { weight, segments } = share
  const old: Share[] = []
  const young: Share[] = []
  if (previous && stable > 0) {
    const endpoints = endpointsOf(instances, previous.version, stable)
    old.push({ version: previous.version, weight: 100 - weight, endpoints, segments: [] })
  }
  if (candidate > 0) young.push({ version, weight, endpoints: endpointsOf(instances, version, candidate), segments })
  const shares = [...old, ...young]
  const empty = shares.find(({ weight: expected, endpoints }) => expected > 0 && endpoints.length === 0)
  if (empty) {
    const reason = `${service} ${empty.version} should take ${empty.weight} % of the traffic, but no instance of it runs`
    return { reason, because: { kind: 'no-instance', service, version: empty.version, weight: empty.weight } }
  }
  // For as long as the old version is there it steps in for the new one, whatever their weights.
  const [steppingIn = young[0]] = old
  return { service, stable: steppingIn?.version ?? null, shares }
}

/** All traffic to one version, or `undefined` where none of its instances could take it. */
export function wholeSplit(
  service: string,
  version: string,
  count: number,
  instances: readonly Instance[],
): Split | undefined {
  const endpoints = endpointsOf(instances, version, count)
  if (endpoints.length === 0) return undefined
  return { service, stable: version, shares: [{ version, weight: 100, endpoints, segments: [] }] }
}

/** Where so many instances of a version answer. Those that are being stopped take part no more. */
function endpointsOf(instances: readonly Instance[], version: string, count: number): Endpoint[] {
  return instances
    .filter(instance => instance.version === version && instance.state !== 'stopping')
    .slice(0, count)
    .map(({ id, url, readySinceMs }) => ({ id, url, readySinceMs: readySinceMs ?? 0 }))
}
