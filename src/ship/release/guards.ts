import {
  beginSampleRatio,
  beginSelfComparison,
  judgeSampleRatio,
  judgeSelfComparison,
  observeSampleRatio,
  observeSelfComparison,
  type SampleRatioVerdict,
} from '../../judge/index.ts'
import { summary, tell } from './moves.ts'
import type { Doubt, Evidence, Guards, Plan, ReleaseState, Told } from './release.ts'

/** Chance, ever, to say of traffic that arrives as configured that it does not. */
const FALSE_MISMATCH = 0.001
/** Chance, ever, to say of instances that are alike that they differ. */
const FALSE_DIFFERENCE = 0.01

/** What the tests of the comparison itself say. */
export interface GuardReport {
  readonly arrivals: { readonly kind: 'as-expected' | 'too-few' | 'too-many'; readonly reason: string }
  readonly instances: { readonly kind: 'alike' | 'differ'; readonly reason: string }
}

/** What the guards make of a look. */
export interface Guarded {
  readonly guards: Guards
  /** Why traffic that belongs to the new version is missing, when it is: that is bad in itself. */
  readonly missing?: string
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
  const mismatch =
    before.mismatch ?? (arrivals.kind === 'too-many' ? { reason: arrivals.reason, sinceMs: nowMs } : undefined)
  const disarmed =
    before.disarmed ?? (instances.kind === 'differ' ? { reason: instances.reason, sinceMs: nowMs } : undefined)
  const told = (kind: string, known: Doubt | undefined, doubt: Doubt | undefined): Told[] =>
    doubt && !known ? [tell(kind, 'hub', doubt.reason, summary(state))] : []
  return {
    guards: { ...observed, ...(mismatch ? { mismatch } : {}), ...(disarmed ? { disarmed } : {}) },
    ...(arrivals.kind === 'too-few' ? { missing: arrivals.reason } : {}),
    entries: [
      ...told('release.mismatch', before.mismatch, mismatch),
      ...told('release.disarmed', before.disarmed, disarmed),
    ],
  }
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
  const arrivals = arrivalsWords(plan, guards, judgeSampleRatio(guards.sampleRatio, FALSE_MISMATCH))
  const { kind, reason } = judgeSelfComparison(plan.verdict, guards.selfComparison, FALSE_DIFFERENCE)
  const differ = `instances of ${previous?.version} differ among themselves, so verdicts no longer act by themselves`
  return {
    // Too much at one time does not make good for too little at another.
    arrivals: mismatch && arrivals.kind !== 'too-few' ? { kind: 'too-many', reason: mismatch.reason } : arrivals,
    instances:
      kind === 'differ' || disarmed
        ? { kind: 'differ', reason: disarmed?.reason ?? `${differ}: ${reason}` }
        : { kind, reason },
  }
}

function arrivalsWords(
  { version }: Plan,
  { sampleRatio: { canary, stable } }: Guards,
  { kind, arrivedShare, expectedShare }: SampleRatioVerdict,
): GuardReport['arrivals'] {
  if (arrivedShare === null || expectedShare === null) {
    return { kind: 'as-expected', reason: 'no new user has been counted' }
  }
  const counted = `${grouped(canary)} of ${grouped(canary + stable)} arrivals (${percent(arrivedShare)})`
  const expected = `${percent(expectedShare)} were expected`
  if (kind === 'as-expected') return { kind, reason: `${counted} came to ${version}, ${expected}` }
  const chance = `chance of this if all came as configured < ${percent(FALSE_MISMATCH)}`
  return arrivedShare < expectedShare
    ? {
        kind: 'too-few',
        reason: `traffic of ${version} goes missing: only ${counted} came to it, ${expected}; ${chance}`,
      }
    : { kind: 'too-many', reason: `too much traffic for ${version}: ${counted} came to it, ${expected}; ${chance}` }
}

const grouped = (count: number): string => count.toLocaleString('en')

/** `10 %`, `3.4 %`, `0.12 %`. */
const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`
