import type { Counts } from '../../../src/judge/index.ts'
import type { Rival } from '../rival.ts'
import { over } from '../traffic.ts'

interface ArgoOptions {
  readonly name: string
  readonly tuned: boolean
  readonly intervalSeconds: number
  /** More failed measurements than this abort the rollout. */
  readonly failureLimit: number
  /** Smallest share of good requests for a measurement to succeed. */
  readonly successRate: number
  /** The seconds before a measurement that it looks at: `irate` sees the last two scrapes. */
  readonly windowSeconds: number
  readonly stepPercents: readonly number[]
  readonly stepSeconds: number
  /** The background analysis begins with this step, counted from 0. */
  readonly analysisFromStep: number
}

/**
 * Argo Rollouts with a background analysis: it measures at its start and every interval from then on, and
 * aborts when *more* measurements than the limit have failed. A ratio of nothing to nothing fails.
 */
function argoRollouts(options: ArgoOptions): Rival {
  const { intervalSeconds, failureLimit, successRate, windowSeconds, stepPercents, stepSeconds, analysisFromStep } =
    options
  const endSeconds = stepPercents.length * stepSeconds
  const shareAt = (second: number): number => (stepPercents[Math.floor(second / stepSeconds)] ?? 100) / 100
  const succeeds = ({ requests, bad }: Counts): boolean => requests > 0 && (requests - bad) / requests >= successRate
  return {
    name: options.name,
    tuned: options.tuned,
    shareAt,
    simulate: traffic => {
      // A measurement at the very first exposure has seen nothing yet: the first one comes an interval later.
      const firstSeconds = analysisFromStep === 0 ? intervalSeconds : analysisFromStep * stepSeconds
      const window: Counts[] = []
      let failed = 0
      let badRequests = 0
      for (let second = 0; second < endSeconds; second++) {
        const measures = second >= firstSeconds && (second - firstSeconds) % intervalSeconds === 0
        if (measures && !succeeds(sum(window))) failed++
        if (failed > failureLimit) return { outcome: 'rolled-back', seconds: second, badRequests }
        const { canary } = over(traffic, second, second + 1, shareAt(second))
        badRequests += canary.bad
        window.push(canary)
        if (window.length > windowSeconds) window.shift()
      }
      return { outcome: 'promoted', seconds: endSeconds, badRequests }
    },
  }
}

function sum(counts: readonly Counts[]): Counts {
  let [requests, bad] = [0, 0]
  for (const count of counts) {
    requests += count.requests
    bad += count.bad
  }
  return { requests, bad }
}

const STEPS = { stepPercents: [20, 40, 60, 80], stepSeconds: 600, failureLimit: 3 } as const

/** The documented example of a background analysis; and the same, made to look every ten seconds from the start. */
export const ARGO_ROLLOUTS: readonly Rival[] = [
  argoRollouts({
    ...STEPS,
    name: 'Argo Rollouts, documented',
    tuned: false,
    intervalSeconds: 300,
    successRate: 0.95,
    // Two scrapes at Prometheus' usual 15 s.
    windowSeconds: 15,
    analysisFromStep: 1,
  }),
  ...[0.95, 0.99].map(successRate =>
    argoRollouts({
      ...STEPS,
      name: `Argo Rollouts, 10 s, ${successRate * 100} %`,
      tuned: true,
      intervalSeconds: 10,
      successRate,
      windowSeconds: 10,
      analysisFromStep: 0,
    }),
  ),
]
