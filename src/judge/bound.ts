import { timesLog } from './log-space.ts'

/** One comparison: what is true of both versions, and how the traffic is split. */
export interface Comparison {
  readonly baseRate: number
  readonly newRate: number
  /** The new version's share of the requests, between 0 and 1. */
  readonly canaryShare: number
}

/** Information that one bad or good request carries, in nats: the divergence between two rates. */
export function divergence(of: number, from: number): number {
  return timesLog(of, of / from) + timesLog(1 - of, (1 - of) / (1 - from))
}

/**
 * How many requests of both versions any test with a chance `falseRollback` of a false alarm needs on average,
 * however clever: ln(1/α) / (w·KL(p1‖p̄) + (1−w)·KL(p0‖p̄)), p̄ the rate of all (Wald's bound for two samples).
 * Infinity where there is nothing to tell apart.
 */
export function fewestRequests(falseRollback: number, { baseRate, newRate, canaryShare }: Comparison): number {
  const pooled = canaryShare * newRate + (1 - canaryShare) * baseRate
  const information = canaryShare * divergence(newRate, pooled) + (1 - canaryShare) * divergence(baseRate, pooled)
  return information > 0 ? -Math.log(falseRollback) / information : Number.POSITIVE_INFINITY
}
