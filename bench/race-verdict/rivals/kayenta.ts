import { locationShift } from '../mann-whitney.ts'
import type { Rival } from '../rival.ts'
import type { Traffic } from '../traffic.ts'

interface KayentaOptions {
  /** The new version's share; the baseline, a fresh instance of the old version, gets as much. */
  readonly canaryShare: number
  readonly runSeconds: number
  readonly runs: number
}

/** One point a minute: the share of bad requests. */
const POINT_SECONDS = 60

/** The normal quantile of a two-sided 98 % interval. */
const QUANTILE = 2.326_347_874_040_841

/** The part of the estimated shift that the interval's lower end must exceed for the metric to be "High". */
const EFFECT = 0.25

/**
 * Kayenta: runs of an hour, each looking at all points since the start; a metric that is "High" fails the run, and
 * the first failed run takes the release back.
 */
function kayenta({ canaryShare, runSeconds, runs }: KayentaOptions): Rival {
  return {
    name: `Kayenta ${runs} × ${runSeconds / 3_600} h`,
    tuned: false,
    shareAt: second => (second < runs * runSeconds ? canaryShare : 1),
    simulate: traffic => {
      const canary: number[] = []
      const baseline: number[] = []
      let badRequests = 0
      for (let run = 1; run <= runs; run++) {
        for (let from = (run - 1) * runSeconds; from < run * runSeconds; from += POINT_SECONDS) {
          const point = pointOf(traffic, from, canaryShare)
          badRequests += point.bad
          // A minute without requests has no error rate: the point is missing.
          if (point.canary !== null) canary.push(point.canary)
          if (point.baseline !== null) baseline.push(point.baseline)
        }
        if (isHigh(canary, baseline)) return { outcome: 'rolled-back', seconds: run * runSeconds, badRequests }
      }
      return { outcome: 'promoted', seconds: runs * runSeconds, badRequests }
    },
  }
}

/** Whether the canary's values lie above the baseline's by more than a quarter of the estimated shift. */
export function isHigh(canary: readonly number[], baseline: readonly number[]): boolean {
  if (canary.length === 0 || baseline.length === 0) return false
  if (canary.length === baseline.length && canary.every((value, i) => value === baseline[i])) return false
  const { estimate, lower } = locationShift(canary, baseline, QUANTILE)
  return lower > EFFECT * Math.abs(estimate)
}

/** The error rates of one minute, in percent, and the canary's bad requests. */
function pointOf(traffic: Traffic, from: number, share: number) {
  let [requests, bad, baselineRequests, baselineBad] = [0, 0, 0, 0]
  for (let second = from; second < from + POINT_SECONDS; second++) {
    const { canary } = traffic.second(second, share)
    // The stable side of a split where the new version has the rest is an instance with this share.
    const { stable } = traffic.second(second, 1 - share)
    requests += canary.requests
    bad += canary.bad
    baselineRequests += stable.requests
    baselineBad += stable.bad
  }
  return {
    bad,
    canary: requests === 0 ? null : (100 * bad) / requests,
    baseline: baselineRequests === 0 ? null : (100 * baselineBad) / baselineRequests,
  }
}

export const KAYENTA: Rival = kayenta({ canaryShare: 0.1, runSeconds: 3_600, runs: 3 })
