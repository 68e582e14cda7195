import type { Counts } from '../../../src/judge/index.ts'
import type { Rival } from '../rival.ts'
import { over } from '../traffic.ts'

export interface FlaggerOptions {
  readonly intervalSeconds: number
  /** Failed checks before the release is taken back. */
  readonly threshold: number
  /** Percent of the traffic, at first and added by each passed check. */
  readonly stepPercent: number
  readonly maxPercent: number
  /** Smallest share of good requests that passes. Default 99 %. */
  readonly successRate?: number
}

/**
 * Flagger's progressive traffic shift: on each tick the count of failed checks is compared with the threshold
 * *before* the metrics are looked at, so it takes back one tick after the count is reached. A failed check holds
 * the weight and is never forgotten within the run; no data fails.
 */
export function flagger(options: FlaggerOptions): Rival {
  const { intervalSeconds, threshold, stepPercent, maxPercent, successRate = 0.99 } = options
  const passes = ({ requests, bad }: Counts): boolean => requests > 0 && (requests - bad) / requests >= successRate
  const steps = Math.ceil(maxPercent / stepPercent)
  return {
    name: `Flagger ${threshold}/${stepPercent}/${maxPercent}, ${intervalSeconds} s`,
    tuned: intervalSeconds < 60,
    shareAt: second => {
      const step = Math.floor(second / intervalSeconds) + 1
      return step > steps ? 1 : Math.min(step * stepPercent, maxPercent) / 100
    },
    simulate: traffic => {
      let percent = Math.min(stepPercent, maxPercent)
      let failed = 0
      let badRequests = 0
      for (let tick = 1; ; tick++) {
        const seconds = tick * intervalSeconds
        const { canary } = over(traffic, seconds - intervalSeconds, seconds, percent / 100)
        badRequests += canary.bad
        if (failed >= threshold) return { outcome: 'rolled-back', seconds, badRequests }
        if (!passes(canary)) failed++
        else if (percent >= maxPercent) return { outcome: 'promoted', seconds, badRequests }
        else percent = Math.min(percent + stepPercent, maxPercent)
      }
    },
  }
}

/** The tutorials' canary, the one of the page on deployment strategies, and the tutorials' at the fastest interval. */
export const FLAGGERS: readonly Rival[] = [
  flagger({ intervalSeconds: 60, threshold: 5, stepPercent: 10, maxPercent: 50 }),
  flagger({ intervalSeconds: 60, threshold: 10, stepPercent: 2, maxPercent: 50 }),
  flagger({ intervalSeconds: 10, threshold: 5, stepPercent: 10, maxPercent: 50 }),
]
