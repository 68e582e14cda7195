import { judge } from '../../judge/index.ts'
import { answeredFor, firstVersion, type Reasoned, said, undecided, unproven } from './because.ts'
import { doubtsOf, holdFor, unanswered } from './doubt.ts'
import { hold, type Move, moveTo, promote, retire, same, stagesFor, summary, takeBack, tell } from './moves.ts'
import type { Plan, ReleaseState } from './release.ts'

/** Nothing more will be done for it. */
export function end(state: ReleaseState, nowMs: number): Move {
  return {
    state: { ...state, phase: 'ended', enteredMs: nowMs },
    entries: [tell('release.ended', 'hub', undefined, { ...summary(state), ...cost(state) })],
  }
}

/** What a release cost in all: bad requests, and requests that it still answered after it was decided to take it back. */
function cost({ outcome, seen }: ReleaseState): Record<string, unknown> {
  if (!outcome || outcome.kind === 'promoted') return { outcome: outcome?.kind }
  const servedAfterDecision = seen.candidate.requests - outcome.candidate.requests
  return { outcome: outcome.kind, badRequests: seen.candidate.bad, servedAfterDecision }
}

/** Time has passed. */
export function tick(plan: Plan, state: ReleaseState, nowMs: number): Move {
  if (state.phase === 'baking') {
    if (state.previous === null) return end(state, nowMs)
    return nowMs - state.enteredMs >= plan.warmForMs ? same(retire(state, nowMs)) : same(state)
  }
  const stage = stagesFor(plan, state.previous)[state.stage]
  if (state.phase !== 'watching' || !stage || nowMs - state.enteredMs < stage.forMs) return same(state)
  if (stage.ends === 'verdict') return inconclusive(plan, state, nowMs)
  const doubt = unanswered(state)
  if (!doubt) return advance(plan, state, nowMs)
  return holdFor(doubt, { from: 'going-on', stage: stage.name }, state, nowMs)
}

/** The present stage is over: on to the next, or to the end. */
export function advance(plan: Plan, state: ReleaseState, nowMs: number): Move {
  const stages = stagesFor(plan, state.previous)
  if (state.stage + 1 < stages.length) return moveTo(plan, state, state.stage + 1, nowMs)
  const go = (why: Reasoned): Move => promote(plan, state, { ...why, by: 'hub', decidedMs: nowMs })
  if (!state.previous) return go(firstVersion)
  const [doubt] = doubtsOf(state)
  if (state.seen.verdict?.kind === 'promote' && !doubt) return go(said(state.seen.verdict))
  if (plan.needsVerdict) return inconclusive(plan, state, nowMs)
  const verdict = judge(plan.verdict, state.seen.state)
  if (!doubt) return go(unproven(verdict))
  return go(answeredFor(doubt.answeredFor?.by ?? 'hub', doubt.why, doubt.because.version, verdict))
}

/** The time is over and nothing was shown. Silence is not consent. */
function inconclusive(plan: Plan, state: ReleaseState, nowMs: number): Move {
  const verdict = judge(plan.verdict, state.seen.state, { deadlinePassed: true })
  const informed: ReleaseState = { ...state, seen: { ...state.seen, verdict } }
  const told = { ...undecided(verdict, plan.onInconclusive), by: 'hub' }
  const [doubt] = doubtsOf(state)
  if (doubt && verdict.kind !== 'inconclusive') {
    const from = verdict.kind === 'roll-back' ? 'roll-back' : 'promotion'
    return holdFor(doubt, { from, verdict }, informed, nowMs, true)
  }
  switch (plan.onInconclusive) {
    case 'hold':
      return hold(informed, { ...told, why: 'inconclusive' }, nowMs)
    case 'promote':
      if (doubt) return holdFor(doubt, { from: 'promotion', verdict, late: true }, informed, nowMs, true)
      return promote(plan, informed, { ...told, decidedMs: nowMs })
    case 'roll-back':
      return takeBack(plan, informed, 'rolled-back', { ...told, decidedMs: nowMs })
  }
}
