import type { Verdict } from '../../judge/index.ts'
import { hold, type Move } from './moves.ts'
import type { Doubt, Plan, ReleaseState } from './release.ts'

/** A reason not to trust what the comparison says. */
export interface Standing extends Doubt {
  readonly why: 'mismatch' | 'disarmed'
}

/** What makes the comparison doubtful; the graver first. */
export function doubtsOf({ seen: { guards } }: ReleaseState): readonly Standing[] {
  const { disarmed, mismatch } = guards ?? {}
  return [
    ...(disarmed ? [{ ...disarmed, why: 'disarmed' as const }] : []),
    ...(mismatch ? [{ ...mismatch, why: 'mismatch' as const }] : []),
  ]
}

/** A doubt that nobody has answered for, at whatever stage: nothing goes on by itself. */
export function unanswered(state: ReleaseState): Standing | undefined {
  return doubtsOf(state).find(({ answeredFor }) => answeredFor === undefined)
}

/** A doubt that nobody has answered for at this stage: a verdict asks again with every new share of the traffic. */
export function unansweredHere(state: ReleaseState): Standing | undefined {
  return doubtsOf(state).find(({ answeredFor }) => answeredFor?.stage !== state.stage)
}

/** Somebody who knows of the doubts lets the release go on: that is answered for. */
export function answerFor(state: ReleaseState, by: string): ReleaseState {
  const { guards } = state.seen
  if (!guards) return state
  const answeredFor = { by, stage: state.stage }
  const { mismatch, disarmed } = guards
  return {
    ...state,
    seen: {
      ...state.seen,
      guards: {
        ...guards,
        ...(mismatch ? { mismatch: { ...mismatch, answeredFor } } : {}),
        ...(disarmed ? { disarmed: { ...disarmed, answeredFor } } : {}),
      },
    },
  }
}

/** The doubt in a few words; with its numbers it is told where it arose. */
export function inShort({ version }: Plan, { previous }: ReleaseState, { why }: Standing): string {
  return why === 'disarmed'
    ? `instances of ${previous?.version} differ among themselves`
    : `more traffic comes to ${version} than configured`
}

/** Holds a release for a doubt. `what`: the verdict, or the move, that is therefore not acted upon. */
export function holdFor(
  doubt: Standing,
  what: string,
  plan: Plan,
  state: ReleaseState,
  nowMs: number,
  timeAgain = state.held?.timeAgain,
): Move {
  const named: Verdict['kind'] | undefined = state.seen.verdict?.kind
  return hold(
    state,
    {
      why: doubt.why,
      by: 'hub',
      reason: `${what}, since ${inShort(plan, state, doubt)}`,
      ...(named ? { named } : {}),
      ...(timeAgain ? { timeAgain } : {}),
    },
    nowMs,
  )
}

/**
 * Holds a release that rests, when a doubt demands it: a verdict to take back that must not act by itself, or
 * traffic that is too much. Each asks once; `undefined` where nothing is to be asked.
 */
export function askAgain(plan: Plan, state: ReleaseState, nowMs: number): Move | undefined {
  const { phase, stage, held, seen } = state
  if (phase !== 'watching' && phase !== 'held') return undefined
  const doubts = doubtsOf(state)
  const disarmed = doubts.find(({ why }) => why === 'disarmed')
  if (disarmed && seen.verdict?.kind === 'roll-back') {
    // Who holds it already may not know that the verdict has come to this.
    const asked = disarmed.answeredFor?.stage === stage || held?.named === 'roll-back'
    if (!asked) return holdFor(disarmed, `${seen.verdict.reason}; not taken back by itself`, plan, state, nowMs)
  }
  const mismatch = doubts.find(({ why, answeredFor }) => why === 'mismatch' && answeredFor === undefined)
  if (phase === 'held' || !mismatch) return undefined
  return holdFor(mismatch, 'nothing goes on by itself', plan, state, nowMs)
}
