import { begin as beginVerdict } from '../../judge/index.ts'
import type { Obstacle } from '../obstacle.ts'
import { inForceAfter, ordered, purposeOf, type Reasoned, supersededBy } from './because.ts'
import { askAgain } from './doubt.ts'
import { end, tick } from './forward.ts'
import {
  cancel,
  hold,
  lost,
  type Move,
  moveTo,
  retire,
  same,
  stagesFor,
  summary,
  takeBack,
  tell,
  tryAgain,
  UNDER_WATCH,
} from './moves.ts'
import { obey } from './orders.ts'
import type { Command, Event, Plan, ReleaseState, Told } from './release.ts'
import { weigh } from './weigh.ts'

/** What an event leads to. `commands` are those still to be carried out, in order; they are part of `state`, too. */
export interface Step {
  readonly state: ReleaseState
  readonly commands: readonly Command[]
  readonly entries: readonly Told[]
}

/** A release that was asked for and waits for its turn. */
export function asked(plan: Plan, nowMs: number): ReleaseState {
  return {
    phase: 'waiting',
    stage: 0,
    enteredMs: nowMs,
    exposedMs: null,
    previous: null,
    stable: 'none',
    running: { candidate: 0, stable: 0 },
    share: { weight: 0, segments: [] },
    queue: [],
    issued: 0,
    seen: {
      state: beginVerdict(plan.verdict),
      verdict: null,
      cursor: null,
      candidate: { requests: 0, bad: 0 },
      stable: { requests: 0, bad: 0 },
      atMs: null,
    },
  }
}

/**
 * The whole life of a release as a pure function. What a person asks for and the state does not allow
 * throws `Conflict`; every other event that does not fit is an echo of something overtaken, and changes nothing.
 */
export function step(plan: Plan, state: ReleaseState, event: Event, nowMs: number): Step {
  const move = follow(plan, state, event, nowMs)
  return { state: move.state, commands: move.state.queue, entries: move.entries }
}

function follow(plan: Plan, state: ReleaseState, event: Event, nowMs: number): Move {
  switch (event.kind) {
    case 'begin':
      return begin(plan, state, event, nowMs)
    case 'done':
      return state.queue[0]?.id === event.command ? done(plan, state, nowMs) : same(state)
    case 'failed':
      return state.queue[0]?.id === event.command ? failed(plan, state, event, nowMs) : same(state)
    case 'hindered':
      return state.queue[0]?.id === event.command && state.blocked?.reason !== event.reason
        ? {
            state: { ...state, blocked: why(event) },
            entries: [tell('release.blocked', 'hub', event, summary(state))],
          }
        : same(state)
    case 'evidence':
      return weigh(plan, state, event, nowMs)
    case 'no-evidence':
      return UNDER_WATCH.has(state.phase) && state.seen.missing?.reason !== event.reason
        ? {
            state: { ...state, seen: { ...state.seen, missing: why(event) } },
            entries: [tell('release.no-evidence', 'hub', event, {})],
          }
        : same(state)
    case 'tick':
      return tick(plan, state, nowMs)
    case 'crash-loop':
      return crashLoop(plan, state, event, nowMs)
    case 'pause':
    case 'resume':
    case 'rearm':
    case 'promote':
    case 'roll-back':
      return obey(plan, state, event, nowMs)
    case 'superseded':
      return superseded(plan, state, event, nowMs)
  }
}

function begin(plan: Plan, state: ReleaseState, event: Event & { kind: 'begin' }, nowMs: number): Move {
  if (state.phase !== 'waiting') return same(state)
  const { previous } = event
  const begun: ReleaseState = {
    ...state,
    previous,
    stable: previous ? 'previous' : 'none',
    running: { candidate: event.standing, stable: previous ? plan.replicas : 0 },
  }
  // Counted once before anything changes: what came before the release is none of its business.
  const move = moveTo(plan, begun, 0, nowMs, [{ kind: 'preflight' }, { kind: 'count' }])
  const data = {
    service: plan.service,
    version: plan.version,
    previous: previous?.version ?? null,
    strategy: plan.strategy,
  }
  return { state: move.state, entries: [tell('release.started', 'hub', purposeOf(plan), data), ...move.entries] }
}

/** The first command of the queue has been carried out. */
function done(plan: Plan, state: ReleaseState, nowMs: number): Move {
  const [command, ...queue] = state.queue
  if (!command) return same(state)
  const { blocked, ...rest } = state
  // What was in the way is gone once traffic follows again, or all is done.
  const still = blocked !== undefined && command.kind !== 'split' && queue.length > 0 ? { blocked } : {}
  const after = { ...applied({ ...rest, ...still }, command, nowMs), queue }
  const entries = [...inForce(plan, state, after, command)]
  if (queue.length > 0) return { state: after, entries }
  const arrived = arrive(plan, after, nowMs)
  return { state: arrived.state, entries: [...entries, ...arrived.entries] }
}

/** The state once a command's effect is known to be there. */
function applied(state: ReleaseState, command: Command, nowMs: number): ReleaseState {
  if (command.kind === 'scale') {
    const { candidate, stable } = state.running
    return {
      ...state,
      running:
        command.who === 'candidate' ? { candidate: command.count, stable } : { candidate, stable: command.count },
    }
  }
  if (command.kind !== 'split') return state
  const { share } = command
  const exposed = share.weight > 0 || share.segments.length > 0
  const decided = state.phase === 'promoting' || state.phase === 'taking-back'
  const taking = state.phase === 'taking-back'
  return {
    ...state,
    share,
    exposedMs: state.exposedMs ?? (exposed ? nowMs : null),
    ...(decided ? { stable: taking ? ('previous' as const) : ('candidate' as const) } : {}),
    ...(decided && state.outcome && state.outcome.inForceMs === undefined
      ? { outcome: { ...state.outcome, inForceMs: nowMs } }
      : {}),
  }
}

/** Tells the moment at which a decision reached the traffic; why it was decided is told where it was. */
function inForce(plan: Plan, before: ReleaseState, after: ReleaseState, command: Command): readonly Told[] {
  const { outcome, previous } = after
  if (command.kind !== 'split' || before.outcome?.inForceMs !== undefined || outcome?.inForceMs === undefined) return []
  const tookMs = outcome.inForceMs - outcome.decidedMs
  const data = { ...summary(after), outcome: outcome.kind, decidedMs: outcome.decidedMs, tookMs }
  const kind = outcome.kind === 'promoted' ? 'promoted' : 'taken-back'
  const told = inForceAfter(kind, plan.version, previous?.version ?? null, tookMs)
  return [tell(`release.${kind}`, outcome.by, told, data)]
}

/** Nothing is left in the queue: the phase that it led to begins. */
function arrive(plan: Plan, state: ReleaseState, nowMs: number): Move {
  switch (state.phase) {
    case 'moving': {
      const stage = stagesFor(plan, state.previous)[state.stage]
      const watching: ReleaseState = { ...state, phase: 'watching', enteredMs: nowMs }
      const entered = tell('release.stage', 'hub', undefined, { ...summary(state), name: stage?.name })
      if (state.pauseAsked) {
        const by = state.pauseAsked
        const held = hold(watching, { why: 'paused', by, ...ordered('pause', by, state.pauseNote) }, nowMs)
        return { state: held.state, entries: [entered, ...held.entries] }
      }
      const next = askAgain(watching, nowMs) ?? tick(plan, watching, nowMs)
      return { state: next.state, entries: [entered, ...next.entries] }
    }
    case 'promoting':
      return tick(plan, { ...state, phase: 'baking', enteredMs: nowMs }, nowMs)
    case 'taking-back':
    case 'retiring':
      return end(state, nowMs)
    case 'waiting':
    case 'watching':
    case 'held':
    case 'baking':
    case 'ended':
      return same(state)
  }
}

/** What an event says that something went wrong with. */
const why = ({ reason, because }: Reasoned<Obstacle>): Reasoned<Obstacle> => ({ reason, because })

function failed(plan: Plan, state: ReleaseState, event: Event & { kind: 'failed' }, nowMs: number): Move {
  const { hint } = event
  switch (state.phase) {
    case 'moving':
    case 'promoting': {
      return takeBack(plan, state, lost(state), {
        ...why(event),
        by: 'hub',
        decidedMs: nowMs,
        ...(hint ? { hint } : {}),
      })
    }
    // On the way back there is nothing to fall back on: it is tried until it works, and says what is in the way.
    case 'taking-back':
    case 'retiring': {
      const data = hint ? { ...summary(state), hint } : summary(state)
      return {
        state: { ...tryAgain(plan, state), blocked: why(event) },
        entries: state.blocked?.reason === event.reason ? [] : [tell('release.blocked', 'hub', event, data)],
      }
    }
    case 'waiting':
    case 'watching':
    case 'held':
    case 'baking':
    case 'ended':
      return same(state)
  }
}

function crashLoop(plan: Plan, state: ReleaseState, event: Event & { kind: 'crash-loop' }, nowMs: number): Move {
  const reversible = UNDER_WATCH.has(state.phase) || state.phase === 'promoting' || state.phase === 'baking'
  if (event.who !== 'candidate' || !state.previous || !reversible) return same(state)
  return takeBack(plan, state, lost(state), { ...why(event), by: 'hub', decidedMs: nowMs })
}

function superseded(plan: Plan, state: ReleaseState, event: Event & { kind: 'superseded' }, nowMs: number): Move {
  const decision = { ...supersededBy(event.version), by: event.by, decidedMs: nowMs }
  if (state.phase === 'waiting') return cancel(state, 'superseded', decision)
  if (state.phase === 'baking' && state.previous) {
    // The newer release is of the very version that stands by here: its instances are now that release's.
    if (state.previous.version === event.version) return end(state, nowMs)
    return same(retire(state, nowMs))
  }
  return UNDER_WATCH.has(state.phase) && state.previous ? takeBack(plan, state, 'superseded', decision) : same(state)
}
