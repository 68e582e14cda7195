import { judge } from '../../judge/index.ts'
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
  return stage.ends === 'time' ? advance(plan, state, nowMs) : inconclusive(plan, state, nowMs)
}

/** The present stage is over: on to the next, or to the end. */
export function advance(plan: Plan, state: ReleaseState, nowMs: number): Move {
  const stages = stagesFor(plan, state.previous)
  if (state.stage + 1 < stages.length) return moveTo(plan, state, state.stage + 1, nowMs)
  if (!state.previous) {
    return promote(plan, state, {
      reason: 'the first version of this service: nothing to compare it with',
      by: 'hub',
      decidedMs: nowMs,
    })
  }
  if (state.seen.verdict?.kind === 'promote') {
    return promote(plan, state, { reason: state.seen.verdict.reason, by: 'hub', decidedMs: nowMs })
  }
  if (plan.needsVerdict) return inconclusive(plan, state, nowMs)
  const reason = `nothing worse was shown, which proves little: ${judge(plan.verdict, state.seen.state).reason}`
  return promote(plan, state, { reason, by: 'hub', decidedMs: nowMs })
}

/** The time is over and nothing was shown. Silence is not consent. */
function inconclusive(plan: Plan, state: ReleaseState, nowMs: number): Move {
  const verdict = judge(plan.verdict, state.seen.state, { deadlinePassed: true })
  const informed: ReleaseState = { ...state, seen: { ...state.seen, verdict } }
  const { reason } = verdict
  switch (plan.onInconclusive) {
    case 'hold':
      return hold(informed, { why: 'inconclusive', by: 'hub', reason }, nowMs)
    case 'promote':
      return promote(plan, informed, { reason: `${reason}; promoted as configured`, by: 'hub', decidedMs: nowMs })
    case 'roll-back': {
      const decision = { reason: `${reason}; taken back as configured`, by: 'hub', decidedMs: nowMs }
      return takeBack(plan, informed, 'rolled-back', decision)
    }
  }
}
