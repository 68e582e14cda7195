import type {
  Observation,
  SampleRatioState,
  SelfComparisonState,
  Verdict,
  Plan as VerdictPlan,
  State as VerdictState,
} from '../../judge/index.ts'
import type { Obstacle } from '../obstacle.ts'
import type { Segment } from '../routers/router.ts'
import type { Workload } from '../targets/target.ts'
import type { ArrivalsFound, Because, DoubtKind, InstancesFound, Reasoned } from './because.ts'
import type { Stage } from './stage.ts'

/** What a release will do, frozen when it was asked for: a changed configuration touches only the next one. */
export interface Plan {
  readonly service: string
  readonly version: string
  readonly workload: Workload
  /** Instances that the service runs with. */
  readonly replicas: number
  readonly strategy: 'canary' | 'rolling' | 'blue-green' | 'all-at-once'
  readonly stages: readonly Stage[]
  /** Whether it may be promoted only by a verdict. */
  readonly needsVerdict: boolean
  /** Whether a verdict promotes at once, whatever the stage. */
  readonly earlyPromotion: boolean
  readonly onInconclusive: 'hold' | 'promote' | 'roll-back'
  /** What a newer release of the same service does to this one while it is under way. */
  readonly onNewer: 'supersede' | 'wait'
  readonly verdict: VerdictPlan
  /** How long the old version stays ready to take over again after the promotion. */
  readonly warmForMs: number
  /** Why it is made, in the words of whoever asked for it. */
  readonly note?: string
  /** Whether it brings back a version that has served before. */
  readonly back?: boolean
}

/**
 * - `waiting`: another release of the service is under way.
 * - `moving`: on the way into a stage; instances start, weights change.
 * - `watching`: in a stage; evidence comes in.
 * - `held`: stays where it is until a person says otherwise; a bad verdict still takes it back.
 * - `promoting`: the new version is getting all traffic.
 * - `baking`: promoted; the old version stays warm.
 * - `taking-back`: the old version is getting all traffic again.
 * - `retiring`: the version that is no longer wanted drains and stops.
 * - `ended`.
 */
export type Phase =
  | 'waiting'
  | 'moving'
  | 'watching'
  | 'held'
  | 'promoting'
  | 'baking'
  | 'taking-back'
  | 'retiring'
  | 'ended'

/** Which of the two versions of a release. */
export type Who = 'candidate' | 'previous'

/**
 * An effect on the world. Each is safe to repeat: it brings about a state, it does not add to one.
 * `id` rises within a release; the outcome of any but the first in the queue is stale.
 */
export type Command = { readonly id: number } & Effect
export type Effect =
  | { readonly kind: 'preflight' }
  | { readonly kind: 'scale'; readonly who: Who; readonly count: number }
  | { readonly kind: 'split'; readonly share: ShareOfCandidate; readonly candidate: number; readonly stable: number }
  | { readonly kind: 'drain'; readonly who: Who }
  /** Looks once more at what was counted, so that the release's last figures are whole. */
  | { readonly kind: 'count' }

/** What the new version gets; the previous version has the rest. */
export interface ShareOfCandidate {
  readonly weight: number
  readonly segments: readonly Segment[]
}

export type Outcome = {
  /** `superseded`: a newer release took its place. `failed`: it never took traffic. `cancelled`: it was still waiting. */
  readonly kind: 'promoted' | 'rolled-back' | 'superseded' | 'failed' | 'cancelled'
  readonly reason: string
  readonly because: Because
  readonly hint?: string
  /** `hub`, or who asked for it. */
  readonly by: string
  readonly decidedMs: number
  /** What the new version had answered when it was decided. */
  readonly candidate: Tally
  /** When the split that carries the decision out was in force. */
  readonly inForceMs?: number
}

/** Requests that a version answered since this release first exposed it, and how many of them were bad. */
export interface Tally {
  readonly requests: number
  readonly bad: number
}

/** How long requests took, in milliseconds; `null` before the first. */
export interface Latency {
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

export interface Latencies {
  readonly candidate: Latency
  readonly stable: Latency
}

/** What has been seen of a release. Stored with it, so a restarted hub counts nothing twice and forgets nothing. */
export interface Seen {
  readonly state: VerdictState
  readonly verdict: Verdict | null
  /** Where the source of evidence goes on; its own business. */
  readonly cursor: unknown
  readonly candidate: Tally
  readonly stable: Tally
  readonly atMs: number | null
  /** Absent until something was measured. */
  readonly latency?: Latencies
  /** Of the answers between the last two looks. */
  readonly lately?: Latencies
  /** Absent before the first look. */
  readonly guards?: Guards
  /** Why no evidence came, while none comes. */
  readonly missing?: Reasoned
}

/** The tests of the comparison itself, while two versions take traffic. */
export interface Guards {
  /** Whether the traffic arrives at the two versions as configured. */
  readonly sampleRatio: SampleRatioState
  /** Whether the stable version's own instances are alike. */
  readonly selfComparison: SelfComparisonState
  /** More came to the new version than configured: nothing goes forward by itself. */
  readonly mismatch?: Doubt<ArrivalsFound>
  /** The stable version differs from itself: no verdict acts by itself. */
  readonly disarmed?: Doubt<InstancesFound>
}

/** Why the comparison is not to be trusted, from a moment on. */
export interface Doubt<Found extends Because = ArrivalsFound | InstancesFound> extends Reasoned<Found> {
  readonly sinceMs: number
  /** Who, knowing of it, let the release go on, and at which stage. */
  readonly answeredFor?: { readonly by: string; readonly stage: number }
}

/** Why a release stays where it is until a person decides. */
export interface Held extends Reasoned {
  readonly why: 'paused' | 'inconclusive' | DoubtKind
  readonly by: string
  readonly sinceMs: number
  /** The verdict that the reason names, where a doubt keeps it from acting. */
  readonly named?: Verdict['kind']
  /** Its time was over: when it goes on, the stage gets that again. */
  readonly timeAgain?: boolean
}

export interface ReleaseState {
  readonly phase: Phase
  /** Index of the stage that it is in, or on the way into. */
  readonly stage: number
  /** When the stage or phase began; moved on by the length of a hold. */
  readonly enteredMs: number
  /** When the new version first got live traffic. */
  readonly exposedMs: number | null
  /** The version beside it, or `null` for the first release of a service. */
  readonly previous: Workload | null
  /** Which version is the stable one. `none` only while the first release of a service is under way. */
  readonly stable: Who | 'none'
  /** Instances that each version should have. */
  readonly running: { readonly candidate: number; readonly stable: number }
  readonly share: ShareOfCandidate
  /** Still to be carried out, in this order; the first is under way. */
  readonly queue: readonly Command[]
  readonly issued: number
  readonly seen: Seen
  readonly held?: Held
  /** Somebody asked for a pause while it was on the way into a stage: who, and why. */
  readonly pauseAsked?: string
  readonly pauseNote?: string
  /** What keeps it from going on, while something does. */
  readonly blocked?: Reasoned
  readonly outcome?: Outcome
}

export type Event =
  /** `standing`: instances of the new version that run already, as they stood by for an older release. */
  | { readonly kind: 'begin'; readonly previous: Workload | null; readonly standing: number }
  | { readonly kind: 'done'; readonly command: number }
  | {
      readonly kind: 'failed'
      readonly command: number
      readonly reason: string
      readonly because: Obstacle
      readonly hint?: string
    }
  /** `after`: `seen.atMs` of the state whose cursor it goes on from; what another hub counted meanwhile is not counted twice. */
  | { readonly kind: 'evidence'; readonly evidence: Evidence; readonly after: number | null }
  /** The command is still being tried, and this is in its way. */
  | { readonly kind: 'hindered'; readonly command: number; readonly reason: string; readonly because: Obstacle }
  | { readonly kind: 'no-evidence'; readonly reason: string; readonly because: Obstacle }
  | { readonly kind: 'tick' }
  | { readonly kind: 'crash-loop'; readonly who: Who; readonly reason: string; readonly because: Obstacle }
  | { readonly kind: 'pause'; readonly by: string; readonly note?: string }
  | { readonly kind: 'resume'; readonly by: string; readonly note?: string }
  /** Begins the comparison anew, so that verdicts act by themselves again. */
  | { readonly kind: 'rearm'; readonly by: string; readonly note?: string }
  | { readonly kind: 'promote'; readonly by: string; readonly note?: string }
  | { readonly kind: 'roll-back'; readonly by: string; readonly note?: string }
  | { readonly kind: 'superseded'; readonly by: string; readonly version: string }

/** What was counted since the last look. */
export interface Evidence {
  readonly observations: readonly Observation[]
  readonly cursor: unknown
  /** In total since the first exposure. */
  readonly candidate: Tally
  readonly stable: Tally
  /** Since the first exposure. */
  readonly latency?: Latencies
  /** Since the last look. */
  readonly lately?: Latencies
  /** `null` or absent where it cannot be told who is new. */
  readonly arrivals?: Arrivals | null
  /** One half of the stable version's instances (as `canary`) beside the other; none where there is one alone. */
  readonly control?: readonly Observation[]
}

/** Users who were counted for the first time since the last look, and requests of nobody known, by version. */
export interface Arrivals {
  readonly candidate: number
  readonly stable: number
  /** The new version's share of the traffic while they came, from 0 to 1. */
  readonly share: number
}

/** A line for the logbook; whoever stores it adds the release and the time. */
export interface Told {
  readonly kind: string
  readonly actor: string
  readonly reason?: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface Release {
  readonly id: string
  readonly plan: Plan
  readonly state: ReleaseState
  readonly createdMs: number
  /** Rises with every change; a writer who read an older one is refused. */
  readonly revision: number
}
