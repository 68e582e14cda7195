import { type DoubtKind, doubted, type Kept } from './because.ts'
import { hold, type Move } from './moves.ts'
import type { Doubt, ReleaseState } from './release.ts'

/** A reason not to trust what the comparison says. */
export interface Standing extends Doubt {
  readonly why: DoubtKind
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

/** Holds a release for a doubt. `kept`: the verdict, or the move, that is therefore not acted upon. */
export function holdFor(
  doubt: Standing,
  kept: Kept,
  state: ReleaseState,
  nowMs: number,
  timeAgain = state.held?.timeAgain,
): Move {
  const named = state.seen.verdict?.kind
  return hold(
    state,
    {
      why: doubt.why,
      by: 'hub',
      ...doubted(doubt.why, doubt.because.version, kept),
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
export function askAgain(state: ReleaseState, nowMs: number): Move | undefined {
  const { phase, stage, held, seen } = state
  if (phase !== 'watching' && phase !== 'held') return undefined
  const doubts = doubtsOf(state)
  const disarmed = doubts.find(({ why }) => why === 'disarmed')
  if (disarmed && seen.verdict?.kind === 'roll-back') {
    // Who holds it already may not know that the verdict has come to this.
    const asked = disarmed.answeredFor?.stage === stage || held?.named === 'roll-back'
    if (!asked) return holdFor(disarmed, { from: 'roll-back', verdict: seen.verdict }, state, nowMs)
  }
  const mismatch = doubts.find(({ why, answeredFor }) => why === 'mismatch' && answeredFor === undefined)
  if (phase === 'held' || !mismatch) return undefined
  return holdFor(mismatch, { from: 'going-on' }, state, nowMs)
}
