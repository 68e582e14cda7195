import type { Counts } from './counts.ts'
import { type Evidence, evidenceOf, logWorseOverall } from './evidence.ts'
import type { Stratum } from './gathering.ts'
import { largest } from './largest.ts'
import { logSumExp } from './log-space.ts'
import { type Observation, observe } from './observe.ts'
import { type Plan, refused } from './plan.ts'
import { chanceBelow, share } from './sentence.ts'
import { begin, parseState, type State } from './state.ts'

/**
 * What two halves of the stable version's instances have shown against each other; plain JSON. Both directions
 * are kept, since the comparison of a release knows only one: that the first of two is worse.
 */
export interface SelfComparisonState {
  readonly version: 1
  /** Evidence that the half observed as `canary` is worse. */
  readonly one: State
  /** Evidence that the half observed as `stable` is worse. */
  readonly other: State
}

export interface SelfComparisonVerdict {
  /** `differ`: what should be alike is not, so that no comparison with this version proves anything. */
  readonly kind: 'alike' | 'differ'
  /** One English sentence with its numbers. */
  readonly reason: string
  /** ln of the E-value against "the halves are alike"; `differ` from ln 1/α on. */
  readonly logDiffer: number
  /** The part of the way to `differ`, from 0 to 1. */
  readonly towardDiffer: number
  /** The signal that speaks loudest for a difference, and its counts. */
  readonly signal: string
  readonly worse: Counts
  readonly better: Counts
}

/** The evidence before the first request. */
export function beginSelfComparison(plan: Plan): SelfComparisonState {
  return { version: 1, one: begin(plan), other: begin(plan) }
}

/**
 * The evidence after one batch: observations as of a release, with one half of the stable version's instances
 * as `canary` and the other as `stable`; `share` is the first half's share of the instances. The same signals,
 * thresholds and rules, so that what breaks the comparison of a release breaks this one too. Throws as `observe`.
 */
export function observeSelfComparison(
  plan: Plan,
  state: SelfComparisonState,
  observations: readonly Observation[],
): SelfComparisonState {
  if (observations.length === 0) return state
  return {
    version: 1,
    one: observe(plan, state.one, observations),
    other: observe(plan, state.other, observations.map(mirrored)),
  }
}

/**
 * Tells whether the stable version differs from itself. The mean of the evidence of both directions is an E-value
 * itself, so it may be asked after every batch: chance `falseAlarm`, ever, to say `differ` of halves that are alike.
 * Objectives have no part in it: both halves may break one, and be alike.
 */
export function judgeSelfComparison(plan: Plan, state: SelfComparisonState, falseAlarm = 0.01): SelfComparisonVerdict {
  if (!(falseAlarm > 0 && falseAlarm < 1)) {
    const expected = 'a chance between 0 and 1, both excluded'
    throw refused('falseAlarm', falseAlarm, expected, 'Write 0.01 for one in a hundred.')
  }
  const compared = { ...plan, signals: plan.signals.map(signal => ({ ...signal, objective: null })) }
  const directions = [evidenceOf(compared, state.one), evidenceOf(compared, state.other)]
  const logDiffer = logSumExp(directions.map(logWorseOverall).toSorted((a, b) => a - b)) - Math.log(2)
  const differAt = -Math.log(falseAlarm)
  const all = directions.flat()
  // A signal that was never counted has nothing to say, though what is against a difference is even less.
  const seen = all.filter(({ canary, stable }) => canary.requests + stable.requests > 0)
  const loudest = largest(seen.length > 0 ? seen : all, ({ weight, logWorse }) => Math.log(weight) + logWorse)
  const kind = logDiffer >= differAt ? 'differ' : 'alike'
  return {
    kind,
    reason: reasonOf(kind, loudest, logDiffer),
    logDiffer,
    towardDiffer: Math.min(1, Math.max(0, logDiffer / differAt)),
    signal: loudest.name,
    worse: loudest.canary,
    better: loudest.stable,
  }
}

/**
 * Reads a stored state; one that was never stored begins now. Throws `InvalidInput` where it is damaged, of another
 * version, or of another plan.
 */
export function parseSelfComparison(plan: Plan, stored: unknown): SelfComparisonState {
  if (stored === undefined || stored === null) return beginSelfComparison(plan)
  const hint = 'The stored comparison does not fit this plan: begin anew with beginSelfComparison().'
  if (typeof stored !== 'object' || !('one' in stored) || !('other' in stored)) {
    throw refused('state', stored, 'an object with both directions', hint)
  }
  const version = 'version' in stored ? stored.version : undefined
  if (version !== 1) throw refused('state.version', version, '1', hint)
  return { version, one: parseState(plan, stored.one), other: parseState(plan, stored.other) }
}

function reasonOf(kind: SelfComparisonVerdict['kind'], { name, canary, stable }: Evidence, logDiffer: number): string {
  if (canary.requests + stable.requests === 0) {
    return "no request has reached the two halves of the stable version's instances"
  }
  const both = `${name}: ${share(canary, ' requests')} on one half of the stable version's instances against ${share(stable)} on the other`
  return kind === 'alike'
    ? `${both}; nothing tells them apart`
    : `${both}; chance of this if they were alike < ${chanceBelow(Math.exp(-logDiffer))}`
}

function mirrored(observation: Observation): Observation {
  const { signal } = observation
  const common = observation.share === undefined ? { signal } : { signal, share: 1 - observation.share }
  if ('strata' in observation) return { ...common, strata: observation.strata.map(swapped) }
  return { ...common, canary: observation.stable, stable: observation.canary }
}

function swapped({ name, canary, stable }: Stratum): Stratum {
  const counts = { canary: stable, stable: canary }
  return name === undefined ? counts : { name, ...counts }
}
