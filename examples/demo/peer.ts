import { flagger } from '../../bench/race-verdict/rivals/flagger.ts'
import { seededTraffic, type World } from '../../bench/race-verdict/traffic.ts'

/** What a peer would have done with a release, by simulation on traffic of the same kind. */
export interface Peer {
  readonly name: string
  readonly outcome: string
  readonly seconds: number
  readonly badRequests: number
}

/** Flagger as its tutorials configure it: every 60 s, 10 % more each time up to 50 %, 5 failed checks, 99 % good. */
const TUTORIAL = { intervalSeconds: 60, threshold: 5, stepPercent: 10, maxPercent: 50 }
/** The same tutorials let the 99th percentile be as slow as this. */
const TUTORIAL_P99_MS = 500
const RUNS = 101

/** The median run. `p99Ms` is the new version's where it is slowness that makes requests bad. */
export function flaggerOn(world: World, p99Ms?: number): Peer {
  // A check of latency that passes whatever share of the requests is slow is a success rate of nothing.
  const unseen = p99Ms !== undefined && p99Ms <= TUTORIAL_P99_MS
  const rival = flagger(unseen ? { ...TUTORIAL, successRate: 0 } : TUTORIAL)
  const traffic = seededTraffic(world)
  const runs = Array.from({ length: RUNS }, (_, seed) => rival.simulate(traffic(seed))).toSorted(
    (a, b) => a.badRequests - b.badRequests,
  )
  const median = runs[Math.floor(RUNS / 2)]
  if (!median) throw new Error('no run')
  return { name: rival.name, ...median }
}
