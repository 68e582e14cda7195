import { begin as beginVerdict } from '../../judge/index.ts'
import { Conflict } from '../../kernel/index.ts'
import { ordered } from './because.ts'
import { answerFor, doubtsOf } from './doubt.ts'
import { cancel, hold, lost, type Move, promote, same, summary, takeBack, tell, UNDER_WATCH } from './moves.ts'
import type { Event, Plan, ReleaseState } from './release.ts'

export type Order = Event & { kind: 'pause' | 'resume' | 'rearm' | 'promote' | 'roll-back' }

/** What a person asks for. Throws `Conflict` where the state does not allow it. */
export function obey(plan: Plan, state: ReleaseState, order: Order, nowMs: number): Move {
  switch (order.kind) {
    case 'pause':
      return pause(plan, state, order, nowMs)
    case 'resume':
      return resume(plan, state, order, nowMs)
    case 'rearm':
      return rearm(plan, state, order, nowMs)
    case 'promote': {
      if (!UNDER_WATCH.has(state.phase)) {
        return refuse(plan, `can't be promoted: it is ${state.phase}`, 'Only a release under way can be.')
      }
      const { by, note } = order
      return promote(plan, state, { ...ordered('promote', by, note), by, decidedMs: nowMs })
    }
    case 'roll-back':
      return rollBack(plan, state, order, nowMs)
  }
}

function refuse({ service, version }: Plan, why: string, hint: string): never {
  throw new Conflict(`${service} ${version} ${why}`, { hint })
}

function pause(plan: Plan, state: ReleaseState, { by, note }: Order & { kind: 'pause' }, nowMs: number): Move {
  if (state.phase === 'watching') return hold(state, { why: 'paused', by, ...ordered('pause', by, note) }, nowMs)
  if (state.phase === 'moving') return same({ ...state, pauseAsked: by, ...(note ? { pauseNote: note } : {}) })
  return refuse(plan, `can't be paused: it is ${state.phase}`, 'A release can be paused while it is under way.')
}

/** Lets it go on. Whoever does so answers for the doubts that were told until then. */
function resume(plan: Plan, state: ReleaseState, { by, note }: Order & { kind: 'resume' }, nowMs: number): Move {
  if (state.phase === 'moving' && state.pauseAsked) {
    const { pauseAsked: _asked, pauseNote: _note, ...rest } = state
    return same(rest)
  }
  if (state.phase !== 'held') return refuse(plan, `can't be resumed: it is ${state.phase}`, 'It is not on hold.')
  return {
    state: goOn(answerFor(state, by), nowMs),
    entries: [
      tell('release.resumed', by, note === undefined ? undefined : ordered('resume', by, note), summary(state)),
    ],
  }
}

/** Back from a hold: the stage keeps the time that it had left, or gets all of it again where that was over. */
function goOn(state: ReleaseState, nowMs: number): ReleaseState {
  const { held, ...rest } = state
  if (!held) return state
  const over = held.why === 'inconclusive' || held.timeAgain
  return { ...rest, phase: 'watching', enteredMs: over ? nowMs : state.enteredMs + (nowMs - held.sinceMs) }
}

/**
 * Begins the comparison anew, for somebody who has mended what made it doubtful: what was gathered under the doubt
 * must not act now.
 */
function rearm(plan: Plan, state: ReleaseState, { by, note }: Order & { kind: 'rearm' }, nowMs: number): Move {
  if (!UNDER_WATCH.has(state.phase)) {
    return refuse(plan, `can't be rearmed: it is ${state.phase}`, 'Only a release under way can be.')
  }
  if (doubtsOf(state).length === 0) {
    return refuse(plan, "can't be rearmed: nothing is in doubt", 'Its verdicts act by themselves.')
  }
  const { guards: _guards, ...seen } = state.seen
  const anew: ReleaseState = { ...state, seen: { ...seen, state: beginVerdict(plan.verdict), verdict: null } }
  const doubted = state.held?.why === 'mismatch' || state.held?.why === 'disarmed'
  return {
    state: doubted ? goOn(anew, nowMs) : anew,
    entries: [tell('release.rearmed', by, ordered('rearm', by, note), summary(state))],
  }
}

function rollBack(plan: Plan, state: ReleaseState, { by, note }: Order & { kind: 'roll-back' }, nowMs: number): Move {
  const decision = { ...ordered('roll-back', by, note), by, decidedMs: nowMs }
  if (state.phase === 'waiting') return cancel(state, 'cancelled', decision)
  const reversible = UNDER_WATCH.has(state.phase) || state.phase === 'promoting' || state.phase === 'baking'
  if (!reversible) {
    const hint = 'Use rollback --to VERSION to bring back an earlier version.'
    return refuse(plan, `can't be taken back: it is ${state.phase}`, hint)
  }
  if (!state.previous && state.phase !== 'moving') {
    return refuse(plan, "can't be taken back: no version was there before it", 'Deploy another version.')
  }
  return takeBack(plan, state, lost(state), decision)
}
