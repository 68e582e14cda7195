import type { Counts } from './counts.ts'
import { atOddsRatio, logSumExp, timesLog } from './log-space.ts'
import type { Plan, PlannedSignal } from './plan.ts'
import { ALTERNATIVES, type SignalState, type State } from './state.ts'

/**
 * How a signal with an objective divides its own part of the budget; without one the comparison has it all.
 * The comparison is the sharper test for what the new version alone does, so it keeps half.
 */
const SHARES = { comparison: 0.5, objectiveOfCanary: 0.25, objectiveOfStable: 0.25 } as const

/** Shares of bad requests below a ceiling, as odds ratios to it, at which a version may turn out to be. */
const BELOW_CEILING = [1 / 2, 1 / 5, 1 / 20] as const

/** Which test of a signal speaks loudest for taking back. */
export type WorseBy = 'comparison' | 'objectiveOfCanary' | 'objectiveOfStable'

/** Which test of a signal speaks loudest for promotion. */
export type NoWorseBy = 'margin' | 'ceiling'

/** The evidence of one signal, in natural logarithms of E-values: at most 1 on average where its null is true. */
export interface Evidence {
  readonly name: string
  readonly weight: number
  readonly canary: Counts
  readonly stable: Counts
  /** Against "no worse than the version beside it, and within the objective". */
  readonly logWorse: number
  readonly worseBy: WorseBy
  /** Against "worse than the margin, and above the ceiling". */
  readonly logNoWorse: number
  readonly noWorseBy: NoWorseBy
}

/** The evidence of all signals, in the order of the plan. */
export function evidenceOf(plan: Plan, state: State): Evidence[] {
  const states = new Map(state.signals.map(signal => [signal.name, signal]))
  return plan.signals.map(planned => {
    const seen = states.get(planned.name)
    if (seen === undefined) throw new Error(`no evidence of signal ${planned.name}: the state is of another plan`)
    const { canary, stable } = seen
    return {
      name: planned.name,
      weight: planned.weight,
      canary,
      stable,
      ...worse(planned, seen),
      ...noWorse(planned, seen),
    }
  })
}

/**
 * ln Σ w_m·E_m: the weighted mean of E-values is one itself however they depend on each other, so taking back
 * at 1/α keeps the chance of a false rollback below α for all signals, all looks and all tests together.
 */
export function logWorseOverall(evidence: readonly Evidence[]): number {
  return logSumExp(evidence.map(({ weight, logWorse }) => Math.log(weight) + logWorse).toSorted((a, b) => a - b))
}

/** The part of the release's budget that goes to the comparison of the two versions in one signal. */
export function comparisonBudget({ weight, objective }: PlannedSignal): number {
  return objective === null ? weight : weight * SHARES.comparison
}

function worse({ objective }: PlannedSignal, seen: SignalState): Pick<Evidence, 'logWorse' | 'worseBy'> {
  const comparison = logSumExp(ALTERNATIVES.map(({ belief }, i) => Math.log(belief) + (seen.logRatios[i] ?? 0)))
  if (objective === null) return { logWorse: comparison, worseBy: 'comparison' }
  const parts: readonly (readonly [WorseBy, number])[] = [
    ['comparison', Math.log(SHARES.comparison) + comparison],
    ['objectiveOfCanary', Math.log(SHARES.objectiveOfCanary) + logAbove(objective, seen.canary)],
    ['objectiveOfStable', Math.log(SHARES.objectiveOfStable) + logAbove(objective, seen.stable)],
  ]
  const [worseBy] = parts.reduce((loudest, part) => (part[1] > loudest[1] ? part : loudest))
  return { logWorse: logSumExp(parts.map(([, log]) => log)), worseBy }
}

function noWorse({ ceiling, typical }: PlannedSignal, seen: SignalState): Pick<Evidence, 'logNoWorse' | 'noWorseBy'> {
  if (ceiling === null) return { logNoWorse: seen.logEqual, noWorseBy: 'margin' }
  const below = logBelow(ceiling, typical, seen.canary)
  return {
    // A version that is worse than the margin *and* above the ceiling makes both tests' nulls true, so their mean is fair.
    logNoWorse: logSumExp([Math.log(0.5) + seen.logEqual, Math.log(0.5) + below]),
    noWorseBy: below > seen.logEqual ? 'ceiling' : 'margin',
  }
}

/** ln of the evidence that the share of bad requests is above `objective`: a mixture over the same odds ratios. */
function logAbove(objective: number, counts: Counts): number {
  const logs = ALTERNATIVES.map(
    ({ ratio, belief }) => Math.log(belief) + logLikelihoodRatio(counts, atOddsRatio(objective, ratio), objective),
  )
  return logSumExp(logs)
}

/** ln of the evidence that the share of bad requests is below `ceiling`: half the belief is in the typical share. */
function logBelow(ceiling: number, typical: number | null, counts: Counts): number {
  const spread = (typical === null ? 1 : 0.5) / BELOW_CEILING.length
  const logs = BELOW_CEILING.map(
    ratio => Math.log(spread) + logLikelihoodRatio(counts, atOddsRatio(ceiling, ratio), ceiling),
  )
  if (typical !== null) logs.push(Math.log(0.5) + logLikelihoodRatio(counts, typical, ceiling))
  return logSumExp(logs)
}

/** ln of the likelihood of a share `one` of bad requests over that of a share `other`. */
function logLikelihoodRatio({ requests, bad }: Counts, one: number, other: number): number {
  return timesLog(bad, one / other) + timesLog(requests - bad, (1 - one) / (1 - other))
}
