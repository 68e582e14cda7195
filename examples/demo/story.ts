import type { ReleaseView } from '../../src/client/index.ts'
import { type Clock, fromRfc3339 } from '../../src/kernel/index.ts'
import type { Customers } from './customers.ts'
import { flaggerOn, type Peer } from './peer.ts'
import type { Shop } from './shop.ts'
import type { Teller } from './tell.ts'

interface Chapter {
  readonly version: string
  readonly about: string
  readonly expected: 'promoted' | 'rolled-back'
}

const CHAPTERS: readonly Chapter[] = [
  { version: 'v2', about: 'good, and faster', expected: 'promoted' },
  { version: 'v3', about: 'a bug: 5 % of checkouts end in a 500', expected: 'rolled-back' },
  { version: 'v4', about: 'a slow path: the 99th percentile is 400 ms up', expected: 'rolled-back' },
  { version: 'v5', about: 'gets ready, then crashes', expected: 'rolled-back' },
]

/** How one release ended. */
export interface Told {
  readonly version: string
  readonly outcome: string
  readonly asTold: boolean
  readonly secondsToVerdict: number | null
  readonly badRequests: number
  readonly servedAfterDecision: number
  readonly ordersLost: number
  /** Requests of customers that failed meanwhile; where it could, the gateway asked the old version instead. */
  readonly customersFailed: number
  readonly reason: string
  readonly flagger?: Peer
}

/** Deploys one version of the order service after the other, and tells what becomes of each. */
export async function tellStory(
  shop: Shop,
  customers: Customers,
  teller: Teller,
  clock: Clock,
  signal: AbortSignal,
): Promise<Told[]> {
  const told: Told[] = []
  for (const chapter of CHAPTERS) told.push(await tellChapter(chapter, shop, customers, teller, clock, signal))
  return told
}

async function tellChapter(
  { version, about, expected }: Chapter,
  shop: Shop,
  customers: Customers,
  teller: Teller,
  clock: Clock,
  signal: AbortSignal,
): Promise<Told> {
  teller.heading(`order ${version}: ${about}`)
  const before = customers.met
  let weight = 0
  const release = await shop.deploy(
    'order',
    version,
    seen => {
      if (seen.phase !== 'watching' || seen.weight === weight) return
      weight = seen.weight
      teller.line(`${weight} % of the traffic beside ${seen.previous}`)
    },
    signal,
  )
  // Customers whose requests were under way are answered, or not, within the next second.
  await customers.seconds(2, clock, signal)
  const { outcome } = release
  const { ordersLost, failed: customersFailed } = customers.since(before)
  const flagger = expected === 'promoted' ? undefined : flaggerFor(release, customers)
  const result: Told = {
    version,
    outcome: outcome?.kind ?? release.phase,
    asTold: outcome?.kind === expected,
    secondsToVerdict: outcome?.secondsToVerdict ?? null,
    badRequests: release.candidate.bad,
    servedAfterDecision: outcome?.servedAfterDecision ?? 0,
    ordersLost,
    customersFailed,
    reason: outcome?.reason ?? release.verdict?.reason ?? '',
    ...(flagger ? { flagger } : {}),
  }
  narrate(result, release, teller)
  return result
}

function narrate(result: Told, { outcome }: ReleaseView, teller: Teller): void {
  const took =
    result.secondsToVerdict === null ? 'before it had any traffic' : `after ${result.secondsToVerdict.toFixed(1)} s`
  const [verb, say] = result.outcome === 'promoted' ? (['promoted', 'good'] as const) : (['taken back', 'bad'] as const)
  if (result.asTold) teller[say](`${verb} ${took}`)
  else teller.bad(`${result.outcome} ${took}, which is not how this story goes`)
  for (const part of result.reason.split('; ')) teller.more(part)
  if (result.outcome === 'promoted') return
  const inForceMs = outcome?.inForceAt === undefined ? undefined : msBetween(outcome.decidedAt, outcome.inForceAt)
  teller.more(
    [
      inForceMs === undefined ? 'it never had traffic' : `the traffic was back within ${inForceMs} ms`,
      `${count(result.servedAfterDecision, 'request')} served after the decision`,
    ].join(', '),
  )
  teller.more(
    [
      `it failed ${count(result.badRequests, 'request')}`,
      `customers saw ${result.customersFailed} of them`,
      `${count(result.ordersLost, 'order')} lost`,
    ].join(', '),
  )
  const { flagger } = result
  if (!flagger) return
  const did = flagger.outcome === 'promoted' ? 'promotes it' : 'takes it back'
  teller.more(
    `${flagger.name}, as documented, ${did} after ${flagger.seconds} s and ${count(flagger.badRequests, 'bad request')} (simulated on this traffic)`,
  )
}

const msBetween = (from: string, to: string): number => (fromRfc3339(to) ?? 0) - (fromRfc3339(from) ?? 0)

const count = (number: number, noun: string): string =>
  `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`

/** What made requests bad is the signal that spoke loudest; its rates are what the peer is given. */
function flaggerFor(
  { version, verdict, candidate, stable, outcome }: ReleaseView,
  customers: Customers,
): Peer | undefined {
  if (!outcome) return undefined
  const seconds = Math.max(1, outcome.secondsToVerdict ?? 1)
  const loudest = verdict?.signals.toSorted((a, b) => b.towardRollBack - a.towardRollBack)[0]
  const requestsPerSecond = (candidate.requests + stable.requests) / seconds
  const slow = loudest?.name.startsWith('slow') === true
  const newRate = slow ? (loudest?.canaryRate ?? 0) : candidate.bad / Math.max(1, candidate.requests)
  const baseRate = slow ? (loudest?.stableRate ?? 0) : stable.bad / Math.max(1, stable.requests)
  return flaggerOn({ requestsPerSecond, baseRate, newRate }, slow ? customers.p99Of(version) : undefined)
}
