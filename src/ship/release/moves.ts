import type { Workload } from '../targets/target.ts'
import type { Reasoned } from './because.ts'
import type { Command, Effect, Held, Outcome, Phase, Plan, ReleaseState, Told } from './release.ts'
import type { Stage } from './stage.ts'

/** What a step led to: the new state, and the lines that tell of it. */
export interface Move {
  readonly state: ReleaseState
  readonly entries: readonly Told[]
}

/** Nothing changes. */
export const same = (state: ReleaseState): Move => ({ state, entries: [] })

/** Phases in which two versions take traffic side by side. */
export const UNDER_WATCH: ReadonlySet<Phase> = new Set(['moving', 'watching', 'held'])

/** What was decided, by whom, when and why. */
export type Decision = Pick<Outcome, 'reason' | 'because' | 'hint' | 'by' | 'decidedMs'>

const NO_SHARE = { weight: 0, segments: [] } as const
const WHOLE_SHARE = { weight: 100, segments: [] } as const

/** The stages that apply: the first version of a service has none beside it to be compared with. */
export function stagesFor(plan: Plan, previous: Workload | null): readonly Stage[] {
  if (previous) return plan.stages
  const { replicas } = plan
  return [{ name: 'first version', candidate: replicas, stable: 0, weight: 100, segments: [], ends: 'time', forMs: 0 }]
}

/** Replaces whatever was still to be done. Ids go on rising, so a late outcome of the old queue is known as stale. */
function enqueue(state: ReleaseState, effects: readonly Effect[]): Pick<ReleaseState, 'queue' | 'issued'> {
  const queue = effects.map((effect, i): Command => ({ id: state.issued + 1 + i, ...effect }))
  return { queue, issued: state.issued + effects.length }
}

function enter(state: ReleaseState, phase: Phase, nowMs: number, effects: readonly Effect[]): ReleaseState {
  const { held: _held, blocked: _blocked, ...rest } = state
  return { ...rest, phase, enteredMs: nowMs, ...enqueue(state, effects) }
}

/**
 * On the way into a stage: first less, then more. Traffic leaves instances before they stop, and
 * comes to new ones only when they are ready, so at no moment does fewer serve than both ends of the
 * way have in common.
 */
export function moveTo(
  plan: Plan,
  state: ReleaseState,
  index: number,
  nowMs: number,
  first: readonly Effect[] = [],
): Move {
  const stage = stagesFor(plan, state.previous)[index]
  if (!stage) throw new RangeError(`release of ${plan.service} ${plan.version} has no stage ${index}`)
  const { candidate, stable } = state.running
  // The new version may have more instances than the stage needs (it stood by as an old one): they stay.
  const more = Math.max(candidate, stage.candidate)
  const low = Math.min(stable, stage.stable)
  const effects: Effect[] = [...first]
  if (low < stable) {
    const weight = Math.round((100 * candidate) / Math.max(1, candidate + low))
    effects.push({ kind: 'split', share: { weight, segments: state.share.segments }, candidate, stable: low })
    effects.push({ kind: 'scale', who: 'previous', count: low })
  }
  // Also where the number does not rise: an instance may have been lost since, and scaling finds out.
  if (stage.stable > 0 && state.previous) effects.push({ kind: 'scale', who: 'previous', count: stage.stable })
  effects.push({ kind: 'scale', who: 'candidate', count: more })
  const share = { weight: stage.weight, segments: stage.segments }
  effects.push({ kind: 'split', share, candidate: more, stable: stage.stable })
  return { state: { ...enter(state, 'moving', nowMs, effects), stage: index }, entries: [] }
}

/** Gives the new version all traffic. */
export function promote(plan: Plan, state: ReleaseState, decision: Decision): Move {
  const next = enter(state, 'promoting', decision.decidedMs, [
    { kind: 'scale', who: 'candidate', count: plan.replicas },
    { kind: 'split', share: WHOLE_SHARE, candidate: plan.replicas, stable: 0 },
  ])
  return {
    state: { ...next, outcome: { ...decision, kind: 'promoted', candidate: state.seen.candidate } },
    entries: [tell('release.promoting', decision.by, decision, summary(state))],
  }
}

/** Gives the old version all traffic again, at once; what else is to be done can wait until that is done. */
export function takeBack(plan: Plan, state: ReleaseState, kind: Outcome['kind'], decision: Decision): Move {
  const outcome: Outcome = { ...decision, kind, candidate: state.seen.candidate }
  // A split that is under way may have reached the traffic already.
  const exposed = state.exposedMs !== null || state.queue[0]?.kind === 'split'
  const effects: Effect[] = []
  if (state.previous && exposed) {
    const standing = Math.min(state.running.stable, plan.replicas)
    if (standing > 0) effects.push({ kind: 'split', share: NO_SHARE, candidate: 0, stable: standing })
    if (standing < plan.replicas) effects.push(...restore(plan))
    effects.push(...LET_GO)
  } else if (exposed) {
    effects.push({ kind: 'split', share: NO_SHARE, candidate: 0, stable: 0 }, ...LET_GO)
  } else {
    effects.push({ kind: 'scale', who: 'candidate', count: 0 })
  }
  return {
    state: { ...enter(state, 'taking-back', outcome.decidedMs, effects), outcome },
    entries: [
      tell(exposed ? 'release.rolled-back' : 'release.failed', outcome.by, outcome, {
        ...summary(state),
        outcome: outcome.kind,
        ...(outcome.hint ? { hint: outcome.hint } : {}),
      }),
    ],
  }
}

/** The new version finishes what it has begun, is counted a last time, and stops. */
const LET_GO: readonly Effect[] = [
  { kind: 'drain', who: 'candidate' },
  { kind: 'count' },
  { kind: 'scale', who: 'candidate', count: 0 },
]

/** Brings the old version back to its full number, and all traffic to it. */
function restore(plan: Plan): Effect[] {
  return [
    { kind: 'scale', who: 'previous', count: plan.replicas },
    { kind: 'split', share: NO_SHARE, candidate: 0, stable: plan.replicas },
  ]
}

/**
 * The queue once its first command has failed and must not be given up. A split back to the old
 * version may have failed because fewer of its instances stand than was thought: they come first.
 */
export function tryAgain(plan: Plan, state: ReleaseState): ReleaseState {
  const [head, ...rest] = state.queue
  if (!head) return state
  const { id: _id, ...effect } = head
  const splitBack = state.phase === 'taking-back' && effect.kind === 'split' && state.previous !== null
  const effects = splitBack ? [...restore(plan), ...LET_GO] : [effect, ...rest.map(({ id: _old, ...other }) => other)]
  return { ...state, ...enqueue(state, effects) }
}

/** Lets the old version finish what it has begun, and stops it. It has no traffic since the promotion. */
export function retire(state: ReleaseState, nowMs: number): ReleaseState {
  return enter(state, 'retiring', nowMs, [
    { kind: 'drain', who: 'previous' },
    { kind: 'scale', who: 'previous', count: 0 },
  ])
}

/** Stays as it is until a person decides. One that is held already is held for another reason from now on. */
export function hold(state: ReleaseState, held: Omit<Held, 'sinceMs'>, nowMs: number): Move {
  const { pauseAsked: _asked, pauseNote: _note, ...rest } = state
  const { why, by, named, timeAgain } = held
  const data = { ...summary(state), why, ...(named ? { named } : {}), ...(timeAgain ? { timeAgain } : {}) }
  return {
    state: { ...rest, phase: 'held', held: { ...held, sinceMs: state.held?.sinceMs ?? nowMs } },
    entries: [tell(HOLDS[why], by, held, data)],
  }
}

const HOLDS = {
  paused: 'release.paused',
  inconclusive: 'release.inconclusive',
  mismatch: 'release.held',
  disarmed: 'release.held',
} as const

/** How a release ends that is taken back: it failed if it never had traffic. */
export function lost(state: ReleaseState): 'failed' | 'rolled-back' {
  return state.exposedMs === null ? 'failed' : 'rolled-back'
}

export function cancel(state: ReleaseState, kind: 'cancelled' | 'superseded', decision: Decision): Move {
  const outcome: Outcome = { ...decision, kind, candidate: state.seen.candidate }
  return {
    state: { ...state, phase: 'ended', enteredMs: decision.decidedMs, outcome },
    entries: [tell('release.cancelled', decision.by, decision, {})],
  }
}

/** Where a release stands, for the logbook. */
export function summary(state: ReleaseState): Record<string, unknown> {
  return { stage: state.stage, weight: state.share.weight, candidate: state.seen.candidate, stable: state.seen.stable }
}

/** A line for the logbook. Its reason, where it has one, stands there in words and as data. */
export function tell(kind: string, actor: string, why: Reasoned | undefined, data: Told['data']): Told {
  return why ? { kind, actor, reason: why.reason, data: { ...data, because: why.because } } : { kind, actor, data }
}
