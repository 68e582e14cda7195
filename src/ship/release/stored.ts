import { type ArrivalsFound, firstVersion, type InstancesFound, ordered, type Reasoned } from './because.ts'
import { FALSE_DIFFERENCE, FALSE_MISMATCH, reportGuards } from './guards.ts'
import type { Doubt, Guards, Held, Latencies, Outcome, Plan, ReleaseState, Seen } from './release.ts'

/*
 * States outlive the hub that stored them: the next version reads them, in the middle of a release and for ever after
 * it. At first most reasons were kept in words alone, and latencies without p95.
 */

type WithoutData<Whole extends Reasoned> = Omit<Whole, 'because'> & Partial<Pick<Whole, 'because'>>
type Quantiles = Omit<Latencies['candidate'], 'p95Ms'> & { readonly p95Ms?: number | null }
type Measured = { readonly candidate: Quantiles; readonly stable: Quantiles }

/** A state as it may lie in the store. */
export type Stored = Omit<ReleaseState, 'blocked' | 'held' | 'outcome' | 'seen'> & {
  readonly blocked?: Reasoned | string
  readonly held?: Omit<Held, 'reason' | 'because'> & Partial<Reasoned>
  readonly outcome?: WithoutData<Outcome>
  readonly seen: Omit<Seen, 'missing' | 'guards' | 'latency' | 'lately'> & {
    readonly missing?: Reasoned | string
    readonly guards?: Omit<Guards, 'mismatch' | 'disarmed'> & {
      readonly mismatch?: WithoutData<Doubt<ArrivalsFound>>
      readonly disarmed?: WithoutData<Doubt<InstancesFound>>
    }
    readonly latency?: Measured
    readonly lately?: Measured
  }
}

/** A state as every part of the hub knows it, whichever version stored it. */
export function stateOf(plan: Plan, stored: Stored): ReleaseState {
  const { blocked, held, outcome, seen, ...rest } = stored
  const { missing, guards, latency, lately, ...counted } = seen
  return {
    ...rest,
    seen: {
      ...counted,
      ...(latency ? { latency: latenciesOf(latency) } : {}),
      ...(lately ? { lately: latenciesOf(lately) } : {}),
      ...(guards ? { guards: isWhole(guards) ? guards : guardsOf(plan, stored, guards) } : {}),
      ...(missing === undefined ? {} : { missing: reasonOf(missing) }),
    },
    ...(held ? { held: heldOf(held, seen.verdict?.reason) } : {}),
    ...(blocked === undefined ? {} : { blocked: reasonOf(blocked) }),
    ...(outcome ? { outcome: outcomeOf(outcome) } : {}),
  }
}

const inWords = (reason: string): Reasoned => ({ reason, because: { kind: 'reported', text: reason } })
const reasonOf = (stored: Reasoned | string): Reasoned => (typeof stored === 'string' ? inWords(stored) : stored)

function latenciesOf({ candidate, stable }: Measured): Latencies {
  return { candidate: { p95Ms: null, ...candidate }, stable: { p95Ms: null, ...stable } }
}

function heldOf({ reason, because, ...held }: NonNullable<Stored['held']>, verdict: string | undefined): Held {
  if (reason !== undefined && because) return { ...held, reason, because }
  if (held.why === 'paused') return { ...held, ...ordered('pause', held.by, reason) }
  return { ...held, ...inWords(reason ?? verdict ?? 'no verdict in time') }
}

function outcomeOf({ because, ...outcome }: WithoutData<Outcome>): Outcome {
  if (because) return { ...outcome, because }
  const { kind, reason, by } = outcome
  const said = [firstVersion, ordered(kind === 'promoted' ? 'promote' : 'roll-back', by, undefined)]
  return { ...outcome, because: (said.find(known => known.reason === reason) ?? inWords(reason)).because }
}

const isWhole = (guards: NonNullable<Stored['seen']['guards']>): guards is Guards =>
  [guards.mismatch, guards.disarmed].every(doubt => !doubt || doubt.because)

/** What a doubt without data rested on when it arose is not known any more: its numbers are those counted since. */
function guardsOf(plan: Plan, state: Stored, stored: NonNullable<Stored['seen']['guards']>): Guards {
  const { mismatch, disarmed, ...counted } = stored
  const { arrivals, instances } = reportGuards(plan, state, counted)
  const tooMany = { ...arrivals.because, found: 'too-many', towardMismatch: 1, chance: FALSE_MISMATCH } as const
  const differ = { ...instances.because, found: 'differ', towardDiffer: 1, chance: FALSE_DIFFERENCE } as const
  return {
    ...counted,
    ...(mismatch ? { mismatch: { because: tooMany, ...mismatch } } : {}),
    ...(disarmed ? { disarmed: { because: differ, ...disarmed } } : {}),
  }
}
