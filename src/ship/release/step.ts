import { begin as beginVerdict, judge, type Observation, observe } from '../../judge/index.ts'
import { Conflict } from '../../kernel/index.ts'
import {
  type Decision,
  hold,
  type Move,
  moveTo,
  promote,
  retire,
  stagesFor,
  summary,
  takeBack,
  tell,
  tryAgain,
} from './moves.ts'
import type { Command, Event, Outcome, Plan, ReleaseState, Seen, Told } from './release.ts'

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
    case 'evidence':
      return weigh(plan, state, event, nowMs)
    case 'no-evidence':
      return UNDER_WATCH.has(state.phase) && state.seen.missing !== event.reason
        ? {
            state: { ...state, seen: { ...state.seen, missing: event.reason } },
            entries: [tell('release.no-evidence', 'hub', event.reason, {})],
          }
        : same(state)
    case 'tick':
      return tick(plan, state, nowMs)
    case 'crash-loop':
      return crashLoop(plan, state, event, nowMs)
    case 'pause':
    case 'resume':
    case 'promote':
    case 'roll-back':
      return obey(plan, state, event, nowMs)
    case 'superseded':
      return superseded(plan, state, event, nowMs)
  }
}

const same = (state: ReleaseState): Move => ({ state, entries: [] })

/** Phases in which two versions take traffic side by side. */
const UNDER_WATCH: ReadonlySet<ReleaseState['phase']> = new Set(['moving', 'watching', 'held'])

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
  return { state: move.state, entries: [tell('release.started', 'hub', plan.note, data), ...move.entries] }
}

/** The first command of the queue has been carried out. */
function done(plan: Plan, state: ReleaseState, nowMs: number): Move {
  const [command, ...queue] = state.queue
  if (!command) return same(state)
  const { blocked, ...rest } = state
  // What was in the way is gone once traffic follows again, or all is done.
  const still = blocked !== undefined && command.kind !== 'split' && queue.length > 0 ? { blocked } : {}
  const after = { ...applied({ ...rest, ...still }, command, nowMs), queue }
  const entries = [...inForce(state, after, command)]
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

/** Tells the moment at which a decision reached the traffic. */
function inForce(before: ReleaseState, after: ReleaseState, command: Command): readonly Told[] {
  if (command.kind !== 'split' || before.outcome?.inForceMs !== undefined || after.outcome?.inForceMs === undefined)
    return []
  const { kind, decidedMs, inForceMs, reason, by } = after.outcome
  const data = { ...summary(after), outcome: kind, tookMs: inForceMs - decidedMs }
  return kind === 'promoted'
    ? [tell('release.promoted', by, reason, data)]
    : [tell('release.taken-back', by, reason, data)]
}

/** Nothing is left in the queue: the phase that it led to begins. */
function arrive(plan: Plan, state: ReleaseState, nowMs: number): Move {
  switch (state.phase) {
    case 'moving': {
      const stage = stagesFor(plan, state.previous)[state.stage]
      const watching: ReleaseState = { ...state, phase: 'watching', enteredMs: nowMs }
      const entered = tell('release.stage', 'hub', undefined, { ...summary(state), name: stage?.name })
      if (state.pauseAsked) {
        const held = hold(watching, 'paused', state.pauseAsked, 'asked to pause', nowMs)
        return { state: held.state, entries: [entered, ...held.entries] }
      }
      const next = tick(plan, watching, nowMs)
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

/** Nothing more will be done for it. */
function end(state: ReleaseState, nowMs: number): Move {
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

function failed(plan: Plan, state: ReleaseState, event: Event & { kind: 'failed' }, nowMs: number): Move {
  const { reason, hint } = event
  switch (state.phase) {
    case 'moving':
    case 'promoting': {
      return takeBack(plan, state, lost(state), { reason, by: 'hub', decidedMs: nowMs, ...(hint ? { hint } : {}) })
    }
    // On the way back there is nothing to fall back on: it is tried until it works, and says what is in the way.
    case 'taking-back':
    case 'retiring': {
      const data = hint ? { ...summary(state), hint } : summary(state)
      return {
        state: { ...tryAgain(plan, state), blocked: reason },
        entries: state.blocked === reason ? [] : [tell('release.blocked', 'hub', reason, data)],
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

/** Thin traffic is gathered before it is compared, never across a change of the share. */
function withShare(observations: readonly Observation[], weight: number): readonly Observation[] {
  return observations.map(observation => ({ ...observation, share: weight / 100 }))
}

/** Takes in what was counted, and judges. */
function weigh(plan: Plan, state: ReleaseState, event: Event & { kind: 'evidence' }, nowMs: number): Move {
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

/** Time has passed. */
function tick(plan: Plan, state: ReleaseState, nowMs: number): Move {
  if (state.phase === 'baking') {
    if (state.previous === null) return end(state, nowMs)
    return nowMs - state.enteredMs >= plan.warmForMs ? same(retire(state, nowMs)) : same(state)
  }
  const stage = stagesFor(plan, state.previous)[state.stage]
  if (state.phase !== 'watching' || !stage || nowMs - state.enteredMs < stage.forMs) return same(state)
  return stage.ends === 'time' ? advance(plan, state, nowMs) : inconclusive(plan, state, nowMs)
}

/** The present stage is over: on to the next, or to the end. */
function advance(plan: Plan, state: ReleaseState, nowMs: number): Move {
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
      return hold(informed, 'inconclusive', 'hub', reason, nowMs)
    case 'promote':
      return promote(plan, informed, { reason: `${reason}; promoted as configured`, by: 'hub', decidedMs: nowMs })
    case 'roll-back': {
      const decision = { reason: `${reason}; taken back as configured`, by: 'hub', decidedMs: nowMs }
      return takeBack(plan, informed, 'rolled-back', decision)
    }
  }
}

function crashLoop(plan: Plan, state: ReleaseState, event: Event & { kind: 'crash-loop' }, nowMs: number): Move {
  const reversible = UNDER_WATCH.has(state.phase) || state.phase === 'promoting' || state.phase === 'baking'
  if (event.who !== 'candidate' || !state.previous || !reversible) return same(state)
  return takeBack(plan, state, lost(state), { reason: event.reason, by: 'hub', decidedMs: nowMs })
}

type Order = Event & { kind: 'pause' | 'resume' | 'promote' | 'roll-back' }

/** What a person asks for. */
function obey(plan: Plan, state: ReleaseState, order: Order, nowMs: number): Move {
  const refuse = (why: string, hint: string): never => {
    throw new Conflict(`${plan.service} ${plan.version} ${why}`, { hint })
  }
  switch (order.kind) {
    case 'pause':
      if (state.phase === 'watching') return hold(state, 'paused', order.by, `paused by ${order.by}`, nowMs)
      if (state.phase === 'moving') return same({ ...state, pauseAsked: order.by })
      return refuse(`can't be paused: it is ${state.phase}`, 'A release can be paused while it is under way.')
    case 'resume': {
      if (state.pauseAsked && state.phase === 'moving') {
        const { pauseAsked: _asked, ...rest } = state
        return same(rest)
      }
      if (state.phase !== 'held' || !state.held)
        return refuse(`can't be resumed: it is ${state.phase}`, 'It is not on hold.')
      const { held, ...rest } = state
      // After a pause the stage goes on where it was; after an inconclusive end it gets its time again.
      const enteredMs = held.why === 'paused' ? state.enteredMs + (nowMs - held.sinceMs) : nowMs
      return {
        state: { ...rest, phase: 'watching', enteredMs },
        entries: [tell('release.resumed', order.by, undefined, summary(state))],
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

function superseded(plan: Plan, state: ReleaseState, event: Event & { kind: 'superseded' }, nowMs: number): Move {
  const decision = { reason: `superseded by ${event.version}`, by: event.by, decidedMs: nowMs }
  if (state.phase === 'waiting') return cancel(state, 'superseded', decision)
  if (state.phase === 'baking' && state.previous) {
    // The newer release is of the very version that stands by here: its instances are now that release's.
    if (state.previous.version === event.version) return end(state, nowMs)
    return same(retire(state, nowMs))
  }
  return UNDER_WATCH.has(state.phase) && state.previous ? takeBack(plan, state, 'superseded', decision) : same(state)
}

/** How a release ends that is taken back: it failed if it never had traffic. */
function lost(state: ReleaseState): 'failed' | 'rolled-back' {
  return state.exposedMs === null ? 'failed' : 'rolled-back'
}

function cancel(state: ReleaseState, kind: 'cancelled' | 'superseded', decision: Decision): Move {
  const outcome: Outcome = { ...decision, kind, candidate: state.seen.candidate }
  return {
    state: { ...state, phase: 'ended', enteredMs: decision.decidedMs, outcome },
    entries: [tell('release.cancelled', decision.by, decision.reason, {})],
  }
}
