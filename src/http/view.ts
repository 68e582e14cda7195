import type { EntryView, GuardsView, HeldView, OutcomeView, Point, ReasonView, ReleaseView } from '../client/index.ts'
import { detectable } from '../judge/index.ts'
import { formatDuration, toRfc3339 } from '../kernel/index.ts'
import type { Entry } from '../logbook/index.ts'
import {
  type Point as Counted,
  type Guards,
  type Held,
  type Outcome,
  type Plan,
  type Reasoned,
  type Release,
  type ReleaseState,
  reportGuards,
  stagesFor,
} from '../ship/index.ts'

/** An entry as the API shows it. */
export function entryOf({ at, ...entry }: Entry): EntryView {
  return { ...entry, at: toRfc3339(at), data: { ...entry.data } }
}

/** A point as the API shows it. */
export function pointOf(point: Counted): Point {
  return {
    at: toRfc3339(point.atMs),
    seconds: point.spanMs / 1_000,
    candidate: point.candidate,
    stable: point.stable,
    candidateP99: point.candidateP99Ms,
    stableP99: point.stableP99Ms,
    towardRollBack: point.towardRollBack,
    towardPromotion: point.towardPromotion,
    weight: point.weight,
  }
}

/** A release as the API shows it: made of its revision alone, so it stays the same until the next one. */
export function viewOf({ id, plan, state, createdMs, revision }: Release): ReleaseView {
  const { seen, held, outcome } = state
  return {
    id,
    revision,
    service: plan.service,
    version: plan.version,
    previous: state.previous?.version ?? null,
    strategy: plan.strategy,
    phase: state.phase,
    stage: state.stage,
    stages: stagesFor(plan, state.phase === 'waiting' ? plan.workload : state.previous).map(
      ({ name, weight, ends, forMs }) => ({ name, weight, ends, forMs }),
    ),
    weight: state.share.weight,
    ...(plan.note ? { note: plan.note } : {}),
    createdAt: toRfc3339(createdMs),
    enteredAt: toRfc3339(state.enteredMs),
    exposedAt: state.exposedMs === null ? null : toRfc3339(state.exposedMs),
    ...(held ? { held: heldOf(held) } : {}),
    ...(plan.back ? { back: true } : {}),
    ...(state.blocked ? { blocked: reasonOf(state.blocked) } : {}),
    ...(outcome ? { outcome: outcomeOf({ plan, state }, outcome) } : {}),
    candidate: seen.candidate,
    stable: seen.stable,
    ...(seen.latency
      ? { latency: { candidate: { ...seen.latency.candidate }, stable: { ...seen.latency.stable } } }
      : {}),
    ...(seen.guards ? { guards: guardsOf(plan, state, seen.guards) } : {}),
    verdict: seen.verdict && {
      kind: seen.verdict.kind,
      reason: seen.verdict.reason,
      because: { ...seen.verdict.why },
      towardRollBack: seen.verdict.towardRollBack,
      towardPromotion: seen.verdict.towardPromotion,
      signals: seen.verdict.signals.map(signal => ({
        name: signal.name,
        weight: signal.weight,
        ...limitsOf(plan, signal.name),
        canary: signal.canary,
        stable: signal.stable,
        canaryRate: signal.canaryRate,
        stableRate: signal.stableRate,
        logWorse: signal.logWorse,
        logNoWorse: signal.logNoWorse,
        worseBy: WORSE_BY[signal.worseBy],
        noWorseBy: signal.noWorseBy,
        towardRollBack: signal.towardRollBack,
        towardPromotion: signal.towardPromotion,
      })),
    },
    ...(seen.missing ? { missing: reasonOf(seen.missing) } : {}),
    ...whatCanBeSeen({ plan, state }),
  }
}

const WORSE_BY = {
  comparison: 'comparison',
  objectiveOfCanary: 'objective',
  objectiveOfStable: 'objective-of-both',
} as const

/** What a signal may not exceed, and what is good enough, as planned. */
function limitsOf({ verdict }: Plan, name: string): { objective: number | null; ceiling: number | null } {
  const { objective = null, ceiling = null } = verdict.signals.find(planned => planned.name === name) ?? {}
  return { objective, ceiling }
}

function reasonOf({ reason, because }: Reasoned): ReasonView {
  return { reason, because: { ...because } }
}

function heldOf({ why, by, sinceMs, named, timeAgain = false, ...told }: Held): HeldView {
  // Whoever goes on from a deadline has the whole time again, too.
  const again = timeAgain || why === 'inconclusive'
  return { why, by, since: toRfc3339(sinceMs), ...reasonOf(told), ...(named ? { named } : {}), timeAgain: again }
}

function guardsOf(plan: Plan, state: ReleaseState, guards: Guards): GuardsView {
  const answered = guards.disarmed?.answeredFor ?? guards.mismatch?.answeredFor
  const { arrivals, instances } = reportGuards(plan, state, guards)
  const { kind: _arrivals, found, version: _candidate, ...came } = arrivals.because
  const { kind: _instances, found: alike, version: _stable, ...compared } = instances.because
  return {
    arrivals: { kind: found, reason: arrivals.reason, ...came },
    instances: { kind: alike, reason: instances.reason, ...compared },
    ...(answered ? { answeredBy: answered.by } : {}),
  }
}

function outcomeOf({ state }: Pick<Release, 'plan' | 'state'>, outcome: Outcome): OutcomeView {
  const { kind, reason, because, hint, by, decidedMs, inForceMs, candidate } = outcome
  const exposed = state.exposedMs !== null
  return {
    kind,
    reason,
    because: { ...because },
    ...(hint ? { hint } : {}),
    by,
    decidedAt: toRfc3339(decidedMs),
    ...(inForceMs === undefined ? {} : { inForceAt: toRfc3339(inForceMs) }),
    ...(exposed ? { secondsToVerdict: (decidedMs - (state.exposedMs ?? decidedMs)) / 1_000 } : {}),
    ...(kind === 'promoted'
      ? {}
      : { servedAfterDecision: Math.max(0, state.seen.candidate.requests - candidate.requests) }),
  }
}

/** What the traffic that came so far lets be seen until the stage's end. */
function whatCanBeSeen({ plan, state }: Pick<Release, 'plan' | 'state'>): Pick<ReleaseView, 'detectable'> {
  const { exposedMs, seen } = state
  const stage = stagesFor(plan, state.previous)[state.stage]
  const signal = plan.verdict.signals[0]
  const errors = seen.verdict?.signals.find(known => known.name === signal?.name)
  if (!stage || !errors || exposedMs === null || !['moving', 'watching', 'held'].includes(state.phase)) return {}
  const seconds = Math.max(1, ((seen.atMs ?? exposedMs) - exposedMs) / 1_000)
  const requests = errors.canary.requests + errors.stable.requests
  const canaryShare = errors.canary.requests / Math.max(1, requests)
  if (canaryShare <= 0 || canaryShare >= 1) return {}
  const within = formatDuration(Math.max(60_000, stage.forMs))
  const requestsPerSecond = requests / seconds
  const fromRate = errors.stableRate ?? 0
  const found = detectable(plan.verdict, { requestsPerSecond, canaryShare, baseRate: fromRate, within })
  const { newRate, withinMs, sentence } = found
  return {
    detectable: { reason: sentence, signal: found.signal, requestsPerSecond, fromRate, toRate: newRate, withinMs },
  }
}
