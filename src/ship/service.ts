import { z } from 'zod'
import { type PlanOptions, type SignalOptions } from '../judge/index.ts'
import { Duration, Percent } from '../kernel/index.ts'
import { Strategy } from './release/strategy.ts'
import { ProcessRun } from './targets/process/index.ts'

const Share = Percent.transform(percent => percent / 100)
const Odds = z.number().gt(1)

const ErrorSignal = z.strictObject({
  weight: z
    .number()
    .positive()
    .default(2)
    .describe('Its part of the budget for false rollbacks, beside the other signals.'),
  ceiling: Share.default(0.01).describe('So few bad requests are good enough, whatever the version beside it does.'),
  objective: Share.optional().describe('More bad requests than this on both versions take the release back, too.'),
})

const LatencySignal = z.strictObject({
  quantile: z.enum(['p50', 'p90', 'p99']).describe("Slow is what the old version's past exceeds so rarely."),
  weight: z.number().positive().default(1),
  tolerance: Duration.default(10).describe('What is slower by less than this is not slower: no customer would notice.'),
  ceiling: Share.optional().describe(
    'So few slow requests are good enough. Default 3% for p99, 20% for p90, 65% for p50.',
  ),
})

/** What is watched while a release is under way, and how sure a verdict must be. */
export const Verdict = z.strictObject({
  falseRollback: Share.default(0.01).describe('Chance of taking back a release that is no worse.'),
  falsePromotion: Share.default(0.01).describe('Chance of promoting a release that is worse than the margin.'),
  margin: Odds.default(1.5).describe('Odds of a bad request, new to old, from which a version counts as worse.'),
  errors: z.union([ErrorSignal, z.literal(false)]).prefault({}),
  latency: z
    .array(LatencySignal)
    .max(3)
    .prefault([{ quantile: 'p99' }]),
})
export type Verdict = z.output<typeof Verdict>

/** How a service is released: the part of its configuration that this room owns. */
export const ReleaseSettings = z.strictObject({
  tier: z.enum(['core', 'edge']).default('edge').describe('Core services go back before edge ones.'),
  owner: z.string().optional().describe('Who answers for it.'),
  markets: z.array(z.string()).default([]),
  instances: z.int().min(1).max(1_000).default(1),
  run: ProcessRun,
  strategy: Strategy.prefault({ type: 'canary' }),
  verdict: Verdict.prefault({}),
  warmFor: Duration.optional().describe(
    'How long the old version stands by after a promotion. Default 2h; 0s for rolling and all-at-once.',
  ),
  onInconclusive: z.enum(['hold', 'promote', 'roll-back']).default('hold'),
  onNewer: z.enum(['supersede', 'wait']).default('supersede'),
})
export type ReleaseSettings = z.output<typeof ReleaseSettings>

/** Names the signal that counts the requests slower than a quantile of the past. */
export const slowSignal = (quantile: 'p50' | 'p90' | 'p99'): string => `slow-${quantile}`

/** The verdict's options as the judge wants them. */
export function verdictOptions(verdict: Verdict): PlanOptions {
  const signals: SignalOptions[] = []
  if (verdict.errors) {
    const { weight, ceiling, objective } = verdict.errors
    signals.push({ name: 'errors', weight, ceiling, ...(objective === undefined ? {} : { objective }) })
  }
  for (const { quantile, weight, ceiling } of verdict.latency) {
    const name = slowSignal(quantile)
    signals.push({ name, past: quantile, weight, ...(ceiling === undefined ? {} : { ceiling }) })
  }
  const { falseRollback, falsePromotion, margin } = verdict
  return { falseRollback, falsePromotion, margin, signals }
}
