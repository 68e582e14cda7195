import { fewestRequests } from '../../src/judge/index.ts'
import { HORIZON_SECONDS, type Outcome, type Rival } from './rival.ts'
import { seededTraffic, type World } from './traffic.ts'

/** One rival in one world, over many releases. A harmless release has `newRate = baseRate`. */
export interface Row {
  readonly rival: string
  readonly tuned: boolean
  readonly baseRate: number
  readonly newRate: number
  readonly requestsPerSecond: number
  /** At first exposure. */
  readonly canaryShare: number
  readonly runs: number
  readonly pRollback: number
  /** Of the releases that were taken back, from first exposure; `null` where none was. */
  readonly medianSeconds: number | null
  readonly p95Seconds: number | null
  /** Mean over all releases, up to three hours after first exposure: who promotes a bad version serves it to all. */
  readonly badRequests: number
  readonly pPromoted: number
  readonly medianPromotionSeconds: number | null
  /** The median as a multiple of the time that any test needs on average with the same split; `null` where none can. */
  readonly boundMultiple: number | null
}

/** Races one rival: `runs` releases, the same traffic for every rival. */
export function race(rival: Rival, world: World, runs: number, falseRollback = 0.01): Row {
  const traffic = seededTraffic(world)
  const outcomes = Array.from({ length: runs }, (_, seed) => rival.simulate(traffic(seed + 1)))
  const rolledBack = secondsOf(outcomes, 'rolled-back')
  const promoted = secondsOf(outcomes, 'promoted')
  const medianSeconds = quantile(rolledBack, 0.5)
  const bound = boundSeconds(rival, world, falseRollback)
  return {
    rival: rival.name,
    tuned: rival.tuned,
    baseRate: world.baseRate,
    newRate: world.newRate,
    requestsPerSecond: world.requestsPerSecond,
    canaryShare: rival.shareAt(0),
    runs,
    pRollback: rolledBack.length / runs,
    medianSeconds,
    p95Seconds: quantile(rolledBack, 0.95),
    badRequests: outcomes.reduce((sum, outcome) => sum + badInAll(rival, outcome, world), 0) / runs,
    pPromoted: promoted.length / runs,
    medianPromotionSeconds: quantile(promoted, 0.5),
    boundMultiple: medianSeconds === null || bound === null ? null : medianSeconds / bound,
  }
}

function secondsOf(outcomes: readonly Outcome[], kind: Outcome['outcome']): number[] {
  return outcomes
    .filter(({ outcome }) => outcome === kind)
    .map(({ seconds }) => seconds)
    .toSorted((a, b) => a - b)
}

/** Bad requests to the end of the race: after the decision, as many as its share of the traffic lets one expect. */
function badInAll(
  rival: Rival,
  { outcome, seconds, badRequests }: Outcome,
  { requestsPerSecond, newRate }: World,
): number {
  const after = { 'rolled-back': 0, promoted: 1, undecided: rival.shareAt(seconds) }[outcome]
  return badRequests + Math.max(0, HORIZON_SECONDS - seconds) * requestsPerSecond * newRate * after
}

/** The value that this share of sorted numbers does not exceed. */
export function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}

/**
 * The mean time that any test with this chance of a false rollback needs on the rival's own split of the traffic:
 * the second in which the information has added up to ln(1/α). `null` where it never does, as without an old version.
 */
export function boundSeconds(rival: Rival, world: World, falseRollback: number): number | null {
  const { requestsPerSecond, baseRate, newRate } = world
  const parts = new Map<number, number>()
  let done = 0
  for (let second = 0; second < HORIZON_SECONDS; second++) {
    const canaryShare = rival.shareAt(second)
    let part = parts.get(canaryShare)
    if (part === undefined) {
      part =
        canaryShare >= 1 ? 0 : requestsPerSecond / fewestRequests(falseRollback, { baseRate, newRate, canaryShare })
      parts.set(canaryShare, part)
    }
    if (part > 0 && done + part >= 1) return second + (1 - done) / part
    done += part
  }
  return null
}
