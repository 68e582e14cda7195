import { z } from 'zod'
import { Duration, Percent } from '../../kernel/index.ts'
import type { Segment } from '../routers/router.ts'
import { type Stage, segmentName } from './stage.ts'

const SegmentMatch = z.union([
  z.strictObject({ header: z.string().min(1), value: z.string() }),
  z.strictObject({ cookie: z.string().min(1), value: z.string() }),
  z.strictObject({ market: z.string().min(1) }),
])

const CanaryStage = z
  .strictObject({
    weight: Percent.optional().describe('Share of the traffic for the new version.'),
    segment: SegmentMatch.optional().describe('Users who get the new version, whatever the weight.'),
    for: Duration.optional().describe('The stage ends when this time is over.'),
    until: z.literal('verdict').optional().describe('The stage ends when the new version is shown to be no worse.'),
    within: Duration.optional().describe('With until: how long to wait for the verdict. Default 30m.'),
  })
  .superRefine((stage, context) => {
    const wrong = (path: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [path], message, input: stage })
    }
    if (stage.weight === undefined && !stage.segment) wrong('weight', 'expected a weight or a segment')
    if (stage.weight === 0 && !stage.segment) wrong('weight', 'a stage of 0% serves nobody: expected more than 0%')
    if (stage.for !== undefined && stage.until) wrong('until', 'expected either for or until, not both')
    if (stage.within !== undefined && !stage.until) wrong('within', 'belongs to until: verdict')
    if (stage.until && !stage.weight) {
      wrong('until', 'users of a segment have nobody beside them to be compared with: end this stage by for')
    }
    if (stage.for === undefined && !stage.until && !stage.weight)
      wrong('for', 'expected how long the segment stage lasts')
  })

const Canary = z.strictObject({
  type: z.literal('canary'),
  stages: z
    .array(CanaryStage)
    .min(1)
    .default(() => [
      { weight: 10, for: 60_000 },
      { weight: 50, until: 'verdict' as const, within: 1_800_000 },
    ]),
  earlyPromotion: z.boolean().default(true).describe('Promote as soon as the verdict allows, whatever the stage.'),
})

const Rolling = z
  .strictObject({
    type: z.literal('rolling'),
    maxSurge: z
      .union([z.int().min(0), z.string()])
      .default('25%')
      .describe('Instances above the wanted number.'),
    maxUnavailable: z
      .union([z.int().min(0), z.string()])
      .default(0)
      .describe('Instances below the wanted number.'),
    pause: Duration.default(0).describe('How long each step is watched before the next.'),
    watch: Duration.default(60_000).describe('How long the whole is watched before the release ends.'),
  })
  .superRefine((rolling, context) => {
    for (const field of ['maxSurge', 'maxUnavailable'] as const) {
      if (instancesOf(rolling[field], 1, 'up') !== undefined) continue
      context.addIssue({
        code: 'custom',
        path: [field],
        message: 'expected a number of instances or a share such as 25%',
        input: rolling[field],
      })
    }
    if (instancesOf(rolling.maxSurge, 100, 'up') === 0 && instancesOf(rolling.maxUnavailable, 100, 'down') === 0) {
      context.addIssue({
        code: 'custom',
        path: ['maxSurge'],
        message: 'maxSurge and maxUnavailable are both 0: nothing could ever be replaced',
        input: rolling.maxSurge,
      })
    }
  })

const BlueGreen = z.strictObject({
  type: z.literal('blue-green'),
  preview: SegmentMatch.optional().describe('Users who see the new version before the switch.'),
  previewFor: Duration.default(60_000),
  watch: Duration.default(300_000).describe('How long the new version is watched, the old one standing by in full.'),
})

const AllAtOnce = z.strictObject({
  type: z.literal('all-at-once'),
  watch: Duration.default(0).describe('How long the new version is watched before the old one is let go.'),
})

export const Strategy = z.discriminatedUnion('type', [Canary, Rolling, BlueGreen, AllAtOnce])
export type Strategy = z.output<typeof Strategy>
export type StrategyInput = z.input<typeof Strategy>

/**
 * The stages of a strategy for a service of `replicas` instances. The new version gets as many
 * instances as its share of the traffic needs, and one at least.
 */
export function stagesOf(strategy: Strategy, replicas: number): readonly Stage[] {
  switch (strategy.type) {
    case 'canary':
      return strategy.stages.map(stage => {
        const weight = stage.weight ?? 0
        const segments: Segment[] = stage.segment ? [stage.segment] : []
        return {
          name: stage.segment ? `segment ${segmentName(stage.segment)}` : `${weight} %`,
          candidate: Math.max(1, Math.ceil((replicas * weight) / 100)),
          stable: replicas,
          weight,
          segments,
          ...(stage.for === undefined
            ? { ends: 'verdict' as const, forMs: stage.within ?? 1_800_000 }
            : { ends: 'time' as const, forMs: stage.for }),
        }
      })
    case 'rolling':
      return rollingStages(strategy, replicas)
    case 'blue-green': {
      const side = { candidate: replicas, stable: replicas, ends: 'time' as const }
      const green: Stage = { ...side, name: 'switched', weight: 100, segments: [], forMs: strategy.watch }
      if (!strategy.preview) return [green]
      const name = `preview ${segmentName(strategy.preview)}`
      return [{ ...side, name, weight: 0, segments: [strategy.preview], forMs: strategy.previewFor }, green]
    }
    case 'all-at-once':
      return [
        {
          name: 'all at once',
          candidate: replicas,
          stable: replicas,
          weight: 100,
          segments: [],
          ends: 'time',
          forMs: strategy.watch,
        },
      ]
  }
}

/**
 * Replaces instances a few at a time: never more than `replicas + maxSurge` run, and never fewer
 * than `replicas - maxUnavailable` serve.
 */
function rollingStages(strategy: z.output<typeof Rolling>, replicas: number): Stage[] {
  // At least one instance always serves; shares of a small service may round to nothing on both
  // sides, and one at a time always works.
  const unavailable = Math.min(replicas - 1, instancesOf(strategy.maxUnavailable, replicas, 'down') ?? 0)
  const surge = instancesOf(strategy.maxSurge, replicas, 'up') || (unavailable === 0 ? 1 : 0)
  const stages: Stage[] = []
  let candidate = 0
  let stable = replicas
  while (candidate < replicas || stable > 0) {
    stable = Math.max(0, Math.min(stable, replicas - unavailable - candidate))
    candidate = Math.min(replicas, replicas + surge - stable)
    const last = candidate === replicas && stable === 0
    stages.push({
      name: `${candidate} of ${replicas}`,
      candidate,
      stable,
      weight: Math.round((100 * candidate) / (candidate + stable)),
      segments: [],
      ends: 'time',
      forMs: last ? strategy.watch : strategy.pause,
    })
  }
  return stages
}

/** Whole instances of `3` or `25%`; shares round up for a surge and down for what may be missing. */
function instancesOf(count: number | string, replicas: number, round: 'up' | 'down'): number | undefined {
  if (typeof count === 'number') return count
  const share = Percent.safeParse(count)
  if (!share.success || !count.includes('%')) return undefined
  const exact = (replicas * share.data) / 100
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact)
}
