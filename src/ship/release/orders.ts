import { Conflict } from '../../kernel/index.ts'
import { cancel, hold, lost, type Move, promote, same, summary, takeBack, tell, UNDER_WATCH } from './moves.ts'
import type { Event, Plan, ReleaseState } from './release.ts'

export type Order = Event & { kind: 'pause' | 'resume' | 'promote' | 'roll-back' }

/** What a person asks for. */
export function obey(plan: Plan, state: ReleaseState, order: Order, nowMs: number): Move {
  const refuse = (why: string, hint: string): never => {
    throw new Conflict(`${plan.service} ${plan.version} ${why}`, { hint })
  }
  switch (order.kind) {
    case 'pause': {
      const { by, note } = order
      if (state.phase === 'watching')
        return hold(state, { why: 'paused', by, reason: note ?? `paused by ${by}` }, nowMs)
      if (state.phase === 'moving') return same({ ...state, pauseAsked: by, ...(note ? { pauseNote: note } : {}) })
      return refuse(`can't be paused: it is ${state.phase}`, 'A release can be paused while it is under way.')
    }
    case 'resume': {
      if (state.pauseAsked && state.phase === 'moving') {
        const { pauseAsked: _asked, pauseNote: _note, ...rest } = state
        return same(rest)
      }
      if (state.phase !== 'held' || !state.held)
        return refuse(`can't be resumed: it is ${state.phase}`, 'It is not on hold.')
      const { held, ...rest } = state
      // After a pause the stage goes on where it was; after an inconclusive end it gets its time again.
      const enteredMs = held.why === 'paused' ? state.enteredMs + (nowMs - held.sinceMs) : nowMs
      return {
        state: { ...rest, phase: 'watching', enteredMs },
        entries: [tell('release.resumed', order.by, order.note, summary(state))],
      }
    }
    case 'promote': {
      if (!UNDER_WATCH.has(state.phase))
        return refuse(`can't be promoted: it is ${state.phase}`, 'Only a release under way can be.')
      const reason = order.note ?? `promoted by ${order.by}`
      return promote(plan, state, { reason, by: order.by, decidedMs: nowMs })
    }
    case 'roll-back': {
      const reason = order.note ?? `taken back by ${order.by}`
      const decision = { reason, by: order.by, decidedMs: nowMs }
      if (state.phase === 'waiting') return cancel(state, 'cancelled', decision)
      const reversible = UNDER_WATCH.has(state.phase) || state.phase === 'promoting' || state.phase === 'baking'
      if (!reversible) {
        return refuse(
          `can't be taken back: it is ${state.phase}`,
          'Use rollback --to VERSION to bring back an earlier version.',
        )
      }
      if (!state.previous && state.phase !== 'moving') {
        return refuse("can't be taken back: no version was there before it", 'Deploy another version.')
      }
      return takeBack(plan, state, lost(state), decision)
    }
  }
}
