import { begin, judge, observe, type PlanOptions, releasePlan } from '../../../src/judge/index.ts'
import type { Rival } from '../rival.ts'

export interface ShipwatchOptions {
  readonly name: string
  readonly plan: PlanOptions
  /** The last stage lasts until there is a verdict, or the deadline. */
  readonly stages: readonly { readonly share: number; readonly seconds: number }[]
  /** Watch to the deadline whatever is shown for the version: the hardest case for false rollbacks. */
  readonly neverPromote?: boolean
}

/** Without a verdict by then the release is held where it is, for people to decide. */
const DEADLINE_SECONDS = 3_600

/** Shipwatch itself: the verdict of this repository, asked every second, with every count it has seen. */
export function shipwatch({ name, plan: options, stages, neverPromote = false }: ShipwatchOptions): Rival {
  const plan = releasePlan(options)
  const shareAt = (second: number): number => {
    let end = 0
    for (const { share, seconds } of stages) {
      end += seconds
      if (second < end) return share
    }
    return stages.at(-1)?.share ?? 1
  }
  return {
    name,
    tuned: false,
    shareAt,
    simulate: traffic => {
      let state = begin(plan)
      let badRequests = 0
      for (let second = 0; second < DEADLINE_SECONDS; second++) {
        const share = shareAt(second)
        const seen = traffic.second(second, share)
        badRequests += seen.canary.bad
        const before = state
        state = observe(plan, state, { signal: 'errors', share, ...seen })
        // The evidence for worse rises with a comparison only; most seconds without a bad request make none.
        if (neverPromote && state.signals[0]?.logRatios === before.signals[0]?.logRatios) continue
        const { kind } = judge(plan, state)
        const seconds = second + 1
        if (kind === 'roll-back') return { outcome: 'rolled-back', seconds, badRequests }
        if (kind === 'promote' && !neverPromote) return { outcome: 'promoted', seconds, badRequests }
      }
      return { outcome: 'undecided', seconds: DEADLINE_SECONDS, badRequests }
    },
  }
}

const ERRORS: PlanOptions = { signals: [{ name: 'errors' }] }

const FLAGGERS_STEPS = [0.1, 0.2, 0.3, 0.4, 0.5].map(share => ({ share, seconds: 10 }))

/** At a tenth of the traffic, held there to the end; through stages; and through the stages of the fastest Flagger. */
export const SHIPWATCHES: readonly Rival[] = [
  shipwatch({ name: 'Shipwatch, 10 % held', plan: ERRORS, stages: [{ share: 0.1, seconds: 0 }], neverPromote: true }),
  shipwatch({
    name: 'Shipwatch, 10 % held, two signals',
    plan: {
      signals: [
        { name: 'errors', weight: 2 },
        { name: 'slow', past: 'p99' },
      ],
    },
    stages: [{ share: 0.1, seconds: 0 }],
    neverPromote: true,
  }),
  shipwatch({
    name: 'Shipwatch, 1-5-10-25-50 %',
    plan: ERRORS,
    stages: [
      { share: 0.01, seconds: 60 },
      { share: 0.05, seconds: 120 },
      { share: 0.1, seconds: 300 },
      { share: 0.25, seconds: 300 },
      { share: 0.5, seconds: 0 },
    ],
  }),
  shipwatch({ name: 'Shipwatch, 10 % more every 10 s', plan: ERRORS, stages: FLAGGERS_STEPS }),
]
