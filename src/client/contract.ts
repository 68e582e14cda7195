import { z } from 'zod'

/*
 * What the hub's API takes and gives. The hub checks what it takes by these schemas and its tests what
 * it gives; the command line and the console read them. Times are RFC 3339.
 */

const Time = z.string()
const Name = z.string().min(1).max(128)

export const Tally = z.object({ requests: z.int(), bad: z.int() })
export type Tally = z.output<typeof Tally>

export const SignalView = z.object({
  name: z.string(),
  weight: z.number(),
  canary: Tally,
  stable: Tally,
  /** Shares of bad requests; null before the first request. */
  canaryRate: z.number().nullable(),
  stableRate: z.number().nullable(),
  logWorse: z.number(),
  logNoWorse: z.number(),
  /** The part of the way to each boundary, 0 to 1. */
  towardRollBack: z.number(),
  towardPromotion: z.number(),
})
export type SignalView = z.output<typeof SignalView>

/** A verdict's reason as data, so that it can be said in any language: the `Why` of `shipwatch/verdict`. */
export const BecauseView = z.looseObject({ kind: z.string() })
export type BecauseView = z.output<typeof BecauseView>

export const VerdictView = z.object({
  kind: z.enum(['wait', 'promote', 'roll-back', 'inconclusive']),
  reason: z.string(),
  because: BecauseView,
  towardRollBack: z.number(),
  towardPromotion: z.number(),
  signals: z.array(SignalView),
})
export type VerdictView = z.output<typeof VerdictView>

export const StageView = z.object({
  name: z.string(),
  weight: z.number(),
  ends: z.enum(['time', 'verdict']),
  forMs: z.number(),
})
export type StageView = z.output<typeof StageView>

export const OutcomeView = z.object({
  kind: z.enum(['promoted', 'rolled-back', 'superseded', 'failed', 'cancelled']),
  reason: z.string(),
  because: BecauseView.optional(),
  hint: z.string().optional(),
  by: z.string(),
  decidedAt: Time,
  /** When the traffic followed. */
  inForceAt: Time.optional(),
  /** Seconds from the first exposure to the decision; absent when it never had traffic. */
  secondsToVerdict: z.number().optional(),
  /** Requests that the new version answered after it was decided to take it back. */
  servedAfterDecision: z.int().optional(),
})
export type OutcomeView = z.output<typeof OutcomeView>

export const Phase = z.enum([
  'waiting',
  'moving',
  'watching',
  'held',
  'promoting',
  'baking',
  'taking-back',
  'retiring',
  'ended',
])
export type Phase = z.output<typeof Phase>

export const HeldView = z.object({
  /** `mismatch`, `disarmed`: the comparison itself is in doubt, see `guards`. */
  why: z.enum(['paused', 'inconclusive', 'mismatch', 'disarmed']),
  by: z.string(),
  since: Time,
  reason: z.string().optional(),
  because: BecauseView.optional(),
})
export type HeldView = z.output<typeof HeldView>

const Latency = z.object({ p50Ms: z.number().nullable(), p99Ms: z.number().nullable() })

/** How long requests took since the first exposure, the warm-up of instances left out; null before the first. */
export const LatencyView = z.object({ candidate: Latency, stable: Latency })
export type LatencyView = z.output<typeof LatencyView>

/** The tests of the comparison itself. One that has failed stays so until a person rearms the release. */
export const GuardsView = z.object({
  /** `too-few` takes the release back, `too-many` holds it. */
  arrivals: z.object({ kind: z.enum(['as-expected', 'too-few', 'too-many']), reason: z.string() }),
  /** `differ`: verdicts do not act by themselves. */
  instances: z.object({ kind: z.enum(['alike', 'differ']), reason: z.string() }),
  /** Who knew of what failed and let the release go on all the same. */
  answeredBy: z.string().optional(),
})
export type GuardsView = z.output<typeof GuardsView>

export const ReleaseView = z.object({
  id: z.string(),
  revision: z.int(),
  service: z.string(),
  version: z.string(),
  /** The version beside it; null for the first of a service. */
  previous: z.string().nullable(),
  strategy: z.enum(['canary', 'rolling', 'blue-green', 'all-at-once']),
  phase: Phase,
  stage: z.int(),
  stages: z.array(StageView),
  /** Percent of the traffic for the new version now. */
  weight: z.number(),
  note: z.string().optional(),
  createdAt: Time,
  /** When the present phase or stage began. */
  enteredAt: Time,
  exposedAt: Time.nullable(),
  held: HeldView.optional(),
  blocked: z.string().optional(),
  outcome: OutcomeView.optional(),
  candidate: Tally,
  stable: Tally,
  /** Absent before the first look. */
  latency: LatencyView.optional(),
  verdict: VerdictView.nullable(),
  /** Absent before two versions were compared. */
  guards: GuardsView.optional(),
  /** Why no evidence comes, while none comes. */
  missing: z.string().optional(),
  /** What the present traffic lets be seen, in words: “a rise to 2.1 % shows within 5 min”. */
  detectable: z.string().optional(),
})
export type ReleaseView = z.output<typeof ReleaseView>

export const InstanceView = z.object({
  id: z.string(),
  version: z.string(),
  url: z.string(),
  state: z.enum(['starting', 'ready', 'unready', 'backing-off', 'stopping']),
  readySince: Time.optional(),
  restarts: z.int(),
})
export type InstanceView = z.output<typeof InstanceView>

export const ServiceView = z.object({
  name: z.string(),
  tier: z.enum(['core', 'edge']),
  owner: z.string().optional(),
  markets: z.array(z.string()),
  /** The version in service; null before the first release. */
  stable: z.string().nullable(),
  versions: z.array(z.object({ version: z.string(), weight: z.number(), instances: z.int() })),
  instances: z.array(InstanceView),
  /** The newest release that is not over. */
  release: ReleaseView.nullable(),
})
export type ServiceView = z.output<typeof ServiceView>

export const StatusView = z.object({
  hub: z.object({ version: z.string(), startedAt: Time, leading: z.boolean(), store: z.string() }),
  gateway: z.object({ address: z.string(), reachable: z.boolean(), problem: z.string().optional() }),
  services: z.array(ServiceView),
})
export type StatusView = z.output<typeof StatusView>

export const EntryView = z.object({
  seq: z.int(),
  id: z.string(),
  at: Time,
  kind: z.string(),
  subject: z.string(),
  service: z.string().optional(),
  actor: z.string(),
  reason: z.string().optional(),
  data: z.record(z.string(), z.unknown()),
  hash: z.string(),
})
export type EntryView = z.output<typeof EntryView>

export const EntryQuery = z.strictObject({
  service: Name.optional(),
  release: Name.optional(),
  /** A kind or its beginning: `release` finds `release.started`. */
  kind: Name.optional(),
  actor: Name.optional(),
  since: Time.optional(),
  afterSeq: z.coerce.number().int().min(0).optional(),
  beforeSeq: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).optional(),
})
export type EntryQuery = z.output<typeof EntryQuery>

export const VerifyQuery = z.strictObject({
  /** `SEQ:HASH`, as an earlier verification gave it and somebody kept it elsewhere. */
  anchor: z.string().max(200).optional(),
})
export type VerifyQuery = z.output<typeof VerifyQuery>

export const VerifyView = z.object({
  intact: z.boolean(),
  entries: z.int(),
  /** Where the logbook ends: keep it elsewhere, and it proves later that nothing before it was changed. */
  head: z.object({ seq: z.int(), hash: z.string() }),
  /** The first entry that is not as it was written, and how. */
  fault: z.object({ seq: z.int(), what: z.string() }).optional(),
})
export type VerifyView = z.output<typeof VerifyView>

export const DeployBody = z.strictObject({
  version: z.string().min(1).max(128),
  command: z.union([z.string().min(1).max(10_000), z.array(z.string().max(10_000)).min(1).max(200)]).optional(),
  /** A whole strategy instead of the configured one, as in shipwatch.yaml. */
  strategy: z.record(z.string(), z.unknown()).optional(),
  note: z.string().max(2_000).optional(),
})
export type DeployBody = z.output<typeof DeployBody>

export const OrderBody = z.strictObject({ note: z.string().max(2_000).optional() })
export type OrderBody = z.output<typeof OrderBody>

export const RollBackBody = z.strictObject({
  to: z.string().min(1).max(128).optional(),
  note: z.string().max(2_000).optional(),
})
export type RollBackBody = z.output<typeof RollBackBody>

export const ReleaseQuery = z.strictObject({
  service: Name.optional(),
  before: Name.optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
})
export type ReleaseQuery = z.output<typeof ReleaseQuery>

export const Problem = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    field: z.string().optional(),
    hint: z.string().optional(),
  }),
})
export type Problem = z.output<typeof Problem>
