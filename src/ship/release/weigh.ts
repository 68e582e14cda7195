import { judge, type Observation, observe, type Verdict } from '../../judge/index.ts'
import { type Reasoned, said } from './because.ts'
import { askAgain, doubtsOf, holdFor, unansweredHere } from './doubt.ts'
import { advance } from './forward.ts'
import { guard } from './guards.ts'
import { type Move, promote, same, stagesFor, takeBack, UNDER_WATCH } from './moves.ts'
import type { Event, Plan, ReleaseState, Seen } from './release.ts'

/** Takes in what was counted, and judges. */
export function weigh(plan: Plan, state: ReleaseState, event: Event & { kind: 'evidence' }, nowMs: number): Move {
  const { evidence } = event
  const { cursor, candidate, stable, latency, lately } = evidence
  const latencies = { ...(latency ? { latency } : {}), ...(lately ? { lately } : {}) }
  const counts = { cursor, candidate, stable, atMs: nowMs, ...latencies }
  const { missing: _missing, lately: _before, ...known } = state.seen
  if (event.after !== state.seen.atMs) return same(state)
  // After the decision only the counts go on: they tell how many bad requests were served in all.
  if (!UNDER_WATCH.has(state.phase) || !state.previous) return same({ ...state, seen: { ...known, ...counts } })
  const verdictState = observe(plan.verdict, known.state, withShare(evidence.observations, state.share.weight))
  const verdict = judge(plan.verdict, verdictState)
  const { guards, missing, entries } = guard(plan, state, evidence, nowMs)
  const seen: Seen = { ...known, ...counts, state: verdictState, verdict, guards }
  const move = decide(plan, { ...state, seen }, missing, nowMs)
  return { state: move.state, entries: [...entries, ...move.entries] }
}

/** Thin traffic is gathered before it is compared, never across a change of the share. */
function withShare(observations: readonly Observation[], weight: number): readonly Observation[] {
  return observations.map(observation => ({ ...observation, share: weight / 100 }))
}

function decide(plan: Plan, state: ReleaseState, missing: Reasoned | undefined, nowMs: number): Move {
  const { verdict, guards } = state.seen
  const back = (why: Reasoned): Move => takeBack(plan, state, 'rolled-back', { ...why, by: 'hub', decidedMs: nowMs })
  if (missing) return back(missing)
  if (verdict?.kind === 'roll-back' && !guards?.disarmed) return back(said(verdict))
  const asking = askAgain(state, nowMs)
  if (asking) return asking
  return verdict?.kind === 'promote' ? shownNoWorse(plan, state, verdict, nowMs) : same(state)
}

/** The new version was shown to be no worse: on to the next stage, or into service, unless the comparison is in doubt. */
function shownNoWorse(plan: Plan, state: ReleaseState, verdict: Verdict, nowMs: number): Move {
  const { phase, held } = state
  const stages = stagesFor(plan, state.previous)
  const endsStage = stages[state.stage]?.ends === 'verdict'
  const watched = phase === 'watching' && (plan.earlyPromotion || endsStage)
  if (doubtsOf(state).length > 0) {
    if (!watched) return same(state)
    const doubt = unansweredHere(state)
    if (doubt) return holdFor(doubt, { from: 'promotion', verdict }, state, nowMs)
    // Who answers for the doubt lets stages go on; whether it comes into service stays with people.
    return endsStage && state.stage + 1 < stages.length ? advance(plan, state, nowMs) : same(state)
  }
  if (watched && !plan.earlyPromotion) return advance(plan, state, nowMs)
  const waited = phase === 'held' && held?.why === 'inconclusive'
  return watched || waited ? promote(plan, state, { ...said(verdict), by: 'hub', decidedMs: nowMs }) : same(state)
}
