import {
  beginSampleRatio,
  beginSelfComparison,
  judgeSampleRatio,
  judgeSelfComparison,
  observeSampleRatio,
  observeSelfComparison,
  type SampleRatioVerdict,
} from '../../judge/index.ts'
import { type ArrivalsFound, arrivalsFound, type InstancesFound, instancesFound, type Reasoned } from './because.ts'
import { summary, tell } from './moves.ts'
import type { Doubt, Evidence, Guards, Plan, ReleaseState, Told } from './release.ts'

/** Chance, ever, to say of traffic that arrives as configured that it does not. */
export const FALSE_MISMATCH = 0.001
/** Chance, ever, to say of instances that are alike that they differ. */
export const FALSE_DIFFERENCE = 0.01

/** What the tests of the comparison itself say. */
export interface GuardReport {
  readonly arrivals: Reasoned<ArrivalsFound>
  readonly instances: Reasoned<InstancesFound>
}

/** What the guards make of a look. */
export interface Guarded {
  readonly guards: Guards
  /** Why traffic that belongs to the new version is missing, when it is: that is bad in itself. */
  readonly missing?: Reasoned
  readonly entries: readonly Told[]
}

/**
 * The tests of the comparison itself after one look: whether the traffic arrives as configured, and whether the stable
 * version's own instances are alike. One that has failed stays so: what was compared meanwhile proves nothing later.
 */
export function guard(plan: Plan, state: ReleaseState, evidence: Evidence, nowMs: number): Guarded {
  const before = state.seen.guards ?? beginGuards(plan)
  const observed = observeGuards(plan, before, evidence)
  const { arrivals, instances } = reportGuards(plan, state, observed)
  const mismatch = before.mismatch ?? (arrivals.because.found === 'too-many' ? since(nowMs, arrivals) : undefined)
  const disarmed = before.disarmed ?? (instances.because.found === 'differ' ? since(nowMs, instances) : undefined)
  const told = (kind: string, known: Doubt | undefined, doubt: Doubt | undefined): Told[] =>
    doubt && !known ? [tell(kind, 'hub', doubt, summary(state))] : []
  return {
    guards: { ...observed, ...(mismatch ? { mismatch } : {}), ...(disarmed ? { disarmed } : {}) },
    ...(arrivals.because.found === 'too-few' ? { missing: arrivals } : {}),
    entries: [
      ...told('release.mismatch', before.mismatch, mismatch),
      ...told('release.disarmed', before.disarmed, disarmed),
    ],
  }
}

function since<Found extends ArrivalsFound | InstancesFound>(
  sinceMs: number,
  { reason, because }: Reasoned<Found>,
): Doubt<Found> {
  return { reason, because, sinceMs }
}

function beginGuards(plan: Plan): Guards {
  return { sampleRatio: beginSampleRatio(), selfComparison: beginSelfComparison(plan.verdict) }
}

function observeGuards(plan: Plan, before: Guards, { arrivals, control }: Evidence): Guards {
  const { candidate: canary = 0, stable = 0, share = 0 } = arrivals ?? {}
  return {
    ...before,
    sampleRatio: observeSampleRatio(before.sampleRatio, { canary, stable, share }),
    selfComparison: observeSelfComparison(plan.verdict, before.selfComparison, control ?? []),
  }
}

/** What the guards say, with the numbers of the moment; one that has failed says why it did. */
export function reportGuards(plan: Plan, { previous }: Pick<ReleaseState, 'previous'>, guards: Guards): GuardReport {
  const { mismatch, disarmed } = guards
  const arrivals = arrivalsOf(plan, guards, judgeSampleRatio(guards.sampleRatio, FALSE_MISMATCH))
  const instances = disarmed ?? instancesOf(plan, previous?.version ?? '', guards)
  return {
    // Too much at one time does not make good for too little at another.
    arrivals: mismatch && arrivals.because.found !== 'too-few' ? mismatch : arrivals,
    instances,
  }
}

function arrivalsOf(
  { version }: Plan,
  { sampleRatio }: Guards,
  { kind, arrivedShare, expectedShare, logMismatch }: SampleRatioVerdict,
): Reasoned<ArrivalsFound> {
  const { canary, stable } = sampleRatio
  const isMissing = (arrivedShare ?? 0) < (expectedShare ?? 0)
  const amiss = isMissing ? ('too-few' as const) : ('too-many' as const)
  return arrivalsFound({
    found: kind === 'as-expected' ? kind : amiss,
    version,
    arrived: canary,
    of: canary + stable,
    arrivedShare,
    expectedShare,
    towardMismatch: Math.min(1, Math.max(0, logMismatch / -Math.log(FALSE_MISMATCH))),
    chance: kind === 'as-expected' ? null : FALSE_MISMATCH,
  })
}

function instancesOf(plan: Plan, previous: string, { selfComparison }: Guards): Reasoned<InstancesFound> {
  const verdict = judgeSelfComparison(plan.verdict, selfComparison, FALSE_DIFFERENCE)
  const { kind, reason, signal, worse, better, towardDiffer, logDiffer } = verdict
  const chance = kind === 'differ' ? Math.exp(-logDiffer) : null
  return instancesFound({ found: kind, version: previous, signal, worse, better, towardDiffer, chance }, reason)
}
