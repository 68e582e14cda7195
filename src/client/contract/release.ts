import { z } from 'zod'
import { Actor, Reason, Share, Tally, Time, Way } from './common.ts'

export const BecauseView = z
  .looseObject({
    kind: z
      .string()
      .describe('Which reason it is; the other members are its names and numbers, by kind in docs/api.md.'),
  })
  .describe('A reason as data: all that the sentence beside it says, so that it can be said in any language.')
export type BecauseView = z.output<typeof BecauseView>

export const ReasonView = z
  .object({ reason: Reason, because: BecauseView })
  .describe('Why something is as it is, in words and as data.')
export type ReasonView = z.output<typeof ReasonView>

export const SignalView = z
  .object({
    name: z.string().describe('`errors`, or `slow-p99` for requests slower than 99 % of the past.'),
    weight: z.number().describe('Its part of the budget for false rollbacks, relative to the other signals.'),
    objective: Share.nullable().describe(
      'The share of bad requests that no version may exceed; null where none is set.',
    ),
    ceiling: Share.nullable().describe('A share that is good enough whatever the other version does; null for none.'),
    canary: Tally.describe('What the new version answered, and how much of it was bad to this signal.'),
    stable: Tally.describe('The same of the version beside it.'),
    canaryRate: Share.nullable().describe('The share of bad requests, from 0 to 1; null before the first request.'),
    stableRate: Share.nullable().describe('The same of the version beside it.'),
    logWorse: z
      .number()
      .describe('Natural logarithm of the evidence that the new version is worse; 0 at the beginning.'),
    logNoWorse: z.number().describe('Natural logarithm of the evidence that it is not worse by the margin.'),
    worseBy: z
      .enum(['comparison', 'objective', 'objective-of-both'])
      .describe(
        'What speaks loudest for a rollback: `comparison` with the version beside it, the `objective` that the new ' +
          'version breaks, or `objective-of-both`, where both do.',
      ),
    noWorseBy: z
      .enum(['margin', 'ceiling'])
      .describe(
        'What speaks loudest for a promotion: within the `margin` of the other version, or below the `ceiling`.',
      ),
    towardRollBack: Way.describe('The part of the way to a rollback by this signal, from 0 to 1.'),
    towardPromotion: Way.describe('The part of the way to being no worse by this signal, from 0 to 1.'),
  })
  .describe('What one signal says of a release.')
export type SignalView = z.output<typeof SignalView>

export const VerdictView = z
  .object({
    kind: z
      .enum(['wait', 'promote', 'roll-back', 'inconclusive'])
      .describe('`wait`: the evidence does not suffice yet. `inconclusive`: it did not by the end of the time.'),
    reason: Reason,
    because: BecauseView,
    towardRollBack: Way.describe('The part of the way to a rollback by all signals together, from 0 to 1.'),
    towardPromotion: Way.describe('The part of the way to a promotion by the signal that lags most, from 0 to 1.'),
    signals: z.array(SignalView).describe('Each signal by itself.'),
  })
  .describe('What the evidence says so far.')
export type VerdictView = z.output<typeof VerdictView>

export const StageView = z
  .object({
    name: z.string().describe('For people: `10 %`, `segment market EU`, `2 of 4`.'),
    weight: z.number().describe('Percent of the traffic for the new version, from 0 to 100.'),
    ends: z
      .enum(['time', 'verdict'])
      .describe('`time`: when `forMs` have passed. `verdict`: when shown to be no worse, within `forMs`.'),
    forMs: z.number().describe('How long it lasts, or may last, in milliseconds.'),
  })
  .describe('A stage of a release.')
export type StageView = z.output<typeof StageView>

export const OutcomeView = z
  .object({
    kind: z
      .enum(['promoted', 'rolled-back', 'superseded', 'failed', 'cancelled'])
      .describe(
        '`superseded`: a newer release took its place. `failed`: it never took traffic. `cancelled`: it was still waiting.',
      ),
    reason: Reason,
    because: BecauseView,
    hint: z.string().optional().describe('What to do about it.'),
    by: Actor.describe('Who decided: `hub`, or whoever asked for it.'),
    decidedAt: Time.describe('When it was decided.'),
    inForceAt: Time.optional().describe('When the traffic had followed; absent until it has.'),
    secondsToVerdict: z
      .number()
      .optional()
      .describe('Seconds from the first exposure to the decision; absent when it never had traffic.'),
    servedAfterDecision: z
      .int()
      .optional()
      .describe('Requests that the new version answered after it was decided to take it back; absent when promoted.'),
  })
  .describe('How a release ended.')
export type OutcomeView = z.output<typeof OutcomeView>

export const Phase = z
  .enum(['waiting', 'moving', 'watching', 'held', 'promoting', 'baking', 'taking-back', 'retiring', 'ended'])
  .describe(
    '`waiting`: another release of the service is under way. `moving`: on the way into a stage. `watching`: in a ' +
      'stage. `held`: stays where it is until a person decides. `promoting`: the new version is getting all traffic. ' +
      '`baking`: promoted, the old version stands by. `taking-back`: the old version is getting all traffic again. ' +
      '`retiring`: the version that is not wanted any more drains and stops.',
  )
export type Phase = z.output<typeof Phase>

export const HeldView = z
  .object({
    why: z
      .enum(['paused', 'inconclusive', 'mismatch', 'disarmed'])
      .describe('`mismatch`, `disarmed`: the comparison itself is in doubt, see `guards`.'),
    by: Actor.describe('Who holds it: `hub`, or whoever paused it.'),
    since: Time.describe('Since when.'),
    reason: Reason,
    because: BecauseView,
    named: z
      .enum(['wait', 'promote', 'roll-back', 'inconclusive'])
      .optional()
      .describe('What the verdict said when a doubt held the release; absent where there was none, or no doubt.'),
    timeAgain: z
      .boolean()
      .describe('Whether the stage gets its whole time again when it is let go on; else what was left of it.'),
  })
  .describe('Why a release stays where it is until a person decides.')
export type HeldView = z.output<typeof HeldView>

const Latency = z.object({
  p50Ms: z.number().nullable().describe('Milliseconds that half of the requests took at most; null before the first.'),
  p95Ms: z.number().nullable().describe('Milliseconds that 95 of 100 requests took at most; null before the first.'),
  p99Ms: z.number().nullable().describe('Milliseconds that 99 of 100 requests took at most; null before the first.'),
})

export const LatencyView = z
  .object({
    candidate: Latency.describe('Of the new version.'),
    stable: Latency.describe('Of the version beside it.'),
  })
  .describe('How long requests took since the first exposure, the warm-up of instances left out.')
export type LatencyView = z.output<typeof LatencyView>

export const GuardsView = z
  .object({
    arrivals: z
      .object({
        kind: z
          .enum(['as-expected', 'too-few', 'too-many'])
          .describe('`too-few` takes the release back, `too-many` holds it.'),
        reason: Reason,
        arrived: z.int().describe('Users and requests of nobody known that came to the new version.'),
        of: z.int().describe('Those that came to both versions.'),
        arrivedShare: Share.nullable().describe('The share that came to the new version; null before the first.'),
        expectedShare: Share.nullable().describe(
          'The share that was configured while they came; null before the first.',
        ),
        towardMismatch: Way.describe('The part of the way to a mismatch, from 0 to 1.'),
        chance: Share.nullable().describe(
          'The chance of a mismatch if all came as configured; null where none was found.',
        ),
      })
      .describe('Whether the traffic arrives at the two versions as configured.'),
    instances: z
      .object({
        kind: z.enum(['alike', 'differ']).describe('`differ`: verdicts do not act by themselves.'),
        reason: Reason,
        signal: z.string().describe('The signal that speaks loudest for a difference.'),
        worse: Tally.describe('What one half of the instances answered, and how much of it was bad to this signal.'),
        better: Tally.describe('The same of the other half.'),
        towardDiffer: Way.describe('The part of the way to a difference, from 0 to 1.'),
        chance: Share.nullable().describe(
          'The chance of this if they were alike; null where nothing tells them apart.',
        ),
      })
      .describe('Whether the stable version’s own instances are alike.'),
    answeredBy: Actor.optional().describe('Who knew of what failed and let the release go on all the same.'),
  })
  .describe('The tests of the comparison itself. One that has failed stays so until a person rearms the release.')
export type GuardsView = z.output<typeof GuardsView>

export const DetectableView = z
  .object({
    reason: Reason,
    signal: z.string().describe('The signal that it is about.'),
    requestsPerSecond: z.number().describe('Requests of both versions together, as they have come so far.'),
    fromRate: Share.describe('The share of bad requests of the version beside it.'),
    toRate: Share.nullable().describe('The smallest share that is found in time in eight cases of ten; null: none is.'),
    withinMs: z.number().describe('The time that it is to be found in, in milliseconds.'),
  })
  .describe('What the traffic that came so far lets be seen: “a rise from 0.3 % to 2.1 % shows within 5m”.')
export type DetectableView = z.output<typeof DetectableView>

export const ReleaseView = z
  .object({
    id: z.string().describe('`rel_…`; sorts by the time at which it was made.'),
    revision: z.int().describe('Rises with every change: of two views of a release the higher is the newer.'),
    service: z.string().describe('The service, as the configuration names it.'),
    version: z.string().describe('The new version.'),
    previous: z.string().nullable().describe('The version beside it; null for the first of a service.'),
    strategy: z.enum(['canary', 'rolling', 'blue-green', 'all-at-once']).describe('How it comes into service.'),
    phase: Phase,
    stage: z.int().describe('The place in `stages` of the one that it is in, or on the way into; from 0.'),
    stages: z.array(StageView).describe('Its way into service, in order.'),
    weight: z.number().describe('Percent of the traffic for the new version now, from 0 to 100.'),
    note: z.string().optional().describe('Why it is made, in the words of whoever asked for it.'),
    back: z.boolean().optional().describe('True where it brings back a version that has served before.'),
    createdAt: Time.describe('When it was asked for.'),
    enteredAt: Time.describe('When the present phase or stage began; moved on by the length of a hold.'),
    exposedAt: Time.nullable().describe('When the new version first got live traffic; null before.'),
    held: HeldView.optional(),
    blocked: ReasonView.optional().describe('What keeps it from going on, while something does.'),
    outcome: OutcomeView.optional().describe('How it was decided; absent before.'),
    candidate: Tally.describe('What the new version has answered.'),
    stable: Tally.describe('What the version beside it has answered meanwhile.'),
    latency: LatencyView.optional().describe('How long requests took; absent before the first look.'),
    verdict: VerdictView.nullable().describe('What the evidence says; null before there is any.'),
    guards: GuardsView.optional().describe('The tests of the comparison; absent before two versions were compared.'),
    missing: ReasonView.optional().describe('Why no evidence comes, while none comes.'),
    detectable: DetectableView.optional(),
  })
  .describe('A release as it is.')
export type ReleaseView = z.output<typeof ReleaseView>
