import type { Rival } from '../rival.ts'
import { over } from '../traffic.ts'

interface CodeDeployOptions {
  readonly canaryPercent: number
  readonly canarySeconds: number
  /** After the switch, the deployment goes on for this long before the old version is ended. */
  readonly bakeSeconds: number
  readonly periodSeconds: number
  /** Periods in a row over the alarm's threshold. */
  readonly periods: number
  /** The largest share of bad requests that does not breach. */
  readonly errorRate: number
}

/**
 * AWS CodeDeploy: a canary, then all traffic; an alarm that fires before the deployment has ended takes it back.
 * The alarm is everyone's own: this one breaches over 1 % errors of the new version, two minutes in a row.
 */
function codeDeploy(options: CodeDeployOptions): Rival {
  const { canaryPercent, canarySeconds, bakeSeconds, periodSeconds, periods, errorRate } = options
  const shareAt = (second: number): number => (second < canarySeconds ? canaryPercent / 100 : 1)
  return {
    name: `AWS CodeDeploy ${canaryPercent} %, ${canarySeconds / 60} min`,
    tuned: false,
    shareAt,
    simulate: traffic => {
      const endSeconds = canarySeconds + bakeSeconds
      let breaches = 0
      let badRequests = 0
      for (let seconds = periodSeconds; seconds <= endSeconds; seconds += periodSeconds) {
        const from = seconds - periodSeconds
        const { canary } = over(traffic, from, seconds, shareAt(from))
        badRequests += canary.bad
        breaches = canary.bad > errorRate * canary.requests ? breaches + 1 : 0
        if (breaches >= periods) return { outcome: 'rolled-back', seconds, badRequests }
      }
      return { outcome: 'promoted', seconds: endSeconds, badRequests }
    },
  }
}

export const CODE_DEPLOY: Rival = codeDeploy({
  canaryPercent: 10,
  canarySeconds: 300,
  bakeSeconds: 300,
  periodSeconds: 60,
  periods: 2,
  errorRate: 0.01,
})
