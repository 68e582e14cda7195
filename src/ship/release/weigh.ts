import { judge, type Observation, observe } from '../../judge/index.ts'
import { advance } from './forward.ts'
import { type Move, promote, same, stagesFor, takeBack, UNDER_WATCH } from './moves.ts'
import type { Event, Plan, ReleaseState, Seen } from './release.ts'

/** Thin traffic is gathered before it is compared, never across a change of the share. */
function withShare(observations: readonly Observation[], weight: number): readonly Observation[] {
  return observations.map(observation => ({ ...observation, share: weight / 100 }))
}

/** Takes in what was counted, and judges. */
export function weigh(plan: Plan, state: ReleaseState, event: Event & { kind: 'evidence' }, nowMs: number): Move {
  const { evidence } = event
  const counts = { cursor: evidence.cursor, candidate: evidence.candidate, stable: evidence.stable, atMs: nowMs }
  const { missing: _missing, ...known } = state.seen
  if (event.after !== state.seen.atMs) return same(state)
  // After the decision only the counts go on: they tell how many bad requests were served in all.
  if (!UNDER_WATCH.has(state.phase) || !state.previous) return same({ ...state, seen: { ...known, ...counts } })
  const verdictState = observe(plan.verdict, known.state, withShare(evidence.observations, state.share.weight))
  const verdict = judge(plan.verdict, verdictState)
  const seen: Seen = { ...known, ...counts, state: verdictState, verdict }
  const informed: ReleaseState = { ...state, seen }
  if (verdict.kind === 'roll-back') {
    return takeBack(plan, informed, 'rolled-back', { reason: verdict.reason, by: 'hub', decidedMs: nowMs })
  }
  if (verdict.kind === 'promote') {
    const { phase, held } = informed
    const stage = stagesFor(plan, state.previous)[state.stage]
    const decision = { reason: verdict.reason, by: 'hub', decidedMs: nowMs }
    if (phase === 'held' && held?.why === 'inconclusive') return promote(plan, informed, decision)
    if (phase === 'watching' && plan.earlyPromotion) return promote(plan, informed, decision)
    if (phase === 'watching' && stage?.ends === 'verdict') return advance(plan, informed, nowMs)
  }
  return same(informed)
}
