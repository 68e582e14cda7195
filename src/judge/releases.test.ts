import { describe, expect, it } from 'vitest'
import { seededRandom } from '../kernel/index.ts'
import { fewestRequests } from './bound.ts'
import { judge } from './judge.ts'
import { observe } from './observe.ts'
import { type PlanOptions, releasePlan } from './plan.ts'
import { begin } from './state.ts'
import { drawing, type Truth, wilson } from './traffic.fixture.ts'

type Stage = Truth & { readonly batches: number }
type Boundary = 'roll-back' | 'promote'
interface Outcome {
  readonly kind: Boundary | 'wait'
  /** Requests of both versions until then. */
  readonly requests: number
}

const ERRORS: PlanOptions = { signals: [{ name: 'errors' }] }
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`

/** Simulates releases through their stages, judged after each batch until one of `boundaries` is reached. */
function releases(
  runs: number,
  options: PlanOptions,
  stages: readonly Stage[],
  boundaries: readonly Boundary[],
): Outcome[] {
  const plan = releasePlan(options)
  const draws = stages.flatMap(stage => {
    const draw = drawing(stage)
    return Array.from({ length: stage.batches }, () => ({ draw, share: stage.canaryShare }))
  })
  return Array.from({ length: runs }, (_, seed): Outcome => {
    const random = seededRandom(seed + 1)
    let state = begin(plan)
    let requests = 0
    for (const { draw, share } of draws) {
      const { canary, stable } = draw(random)
      requests += canary.requests + stable.requests
      const before = state
      state = observe(plan, state, { signal: 'errors', share, canary, stable })
      // Without a comparison there is no more evidence for worse than before.
      if (state.signals[0]?.logRatios === before.signals[0]?.logRatios && !boundaries.includes('promote')) continue
      const { kind } = judge(plan, state)
      if (kind === 'roll-back' || kind === 'promote') {
        if (boundaries.includes(kind)) return { kind, requests }
      }
    }
    return { kind: 'wait', requests }
  })
}

const shareOf = (outcomes: readonly Outcome[], kind: Boundary): number =>
  outcomes.filter(outcome => outcome.kind === kind).length / outcomes.length

/** Stages of 1 %, 10 % and 50 % of the traffic; the error rate is the same for both versions unless said. */
function harmless(requests: number, baseRate: number, batches: number, newRate = baseRate): Stage[] {
  return [0.01, 0.1, 0.5].map(canaryShare => ({ requests, baseRate, newRate, canaryShare, batches }))
}

/** In the second stage something hits both versions alike. */
function inSecond(stages: readonly Stage[], change: (stage: Stage) => Partial<Stage>): Stage[] {
  return stages.map((stage, i) => (i === 1 ? { ...stage, ...change(stage) } : stage))
}

const incident = ({ baseRate, newRate }: Stage): Partial<Stage> => ({ baseRate: baseRate * 50, newRate: newRate * 50 })

describe('ten thousand harmless releases', () => {
  it('are taken back in at most 1 % of cases, at any base rate, share and change of traffic', () => {
    const worlds: readonly (readonly [string, readonly Stage[]])[] = [
      ['0.1 %, 20 requests a batch', harmless(20, 0.001, 70)],
      ['0.3 %, 60 requests a batch', harmless(60, 0.003, 50)],
      ['0.8 %, 5 requests a batch', harmless(5, 0.008, 90)],
      ['1 %, 200 requests a batch', harmless(200, 0.01, 40)],
      ['2 %, 60 requests a batch', harmless(60, 0.02, 40)],
      ['30 %, 20 requests a batch', harmless(20, 0.3, 40)],
      ['0.3 %, an incident of 15 % on both', inSecond(harmless(60, 0.003, 50), incident)],
      ['1 %, an incident of 50 % on both', inSecond(harmless(20, 0.01, 50), incident)],
      ['0.5 %, tenfold traffic for a while', inSecond(harmless(10, 0.005, 60), () => ({ requests: 100 }))],
      ['0.3 %, the new version slightly better', harmless(60, 0.003, 50, 0.0025)],
    ]
    const runs = 1_000
    let takenBack = 0
    for (const [world, stages] of worlds) {
      // Watched to the end of the last stage, however good it looks: the hardest case for α.
      const share = shareOf(releases(runs, ERRORS, stages, ['roll-back']), 'roll-back')
      takenBack += Math.round(share * runs)
      process.stdout.write(`harmless, ${world}: ${percent(share)} taken back\n`)
    }
    const all = runs * worlds.length
    const upper = wilson(takenBack, all).upper
    process.stdout.write(`harmless, all: ${takenBack} of ${all} taken back; Wilson upper bound ${percent(upper)}\n`)
    expect(upper).toBeLessThanOrEqual(0.01)
  }, 120_000)
})

describe('a release that is worse', () => {
  const worse = (newRate: number, batches: number, baseRate = 0.003): Stage[] => [
    { requests: 20, canaryShare: 0.1, baseRate, newRate, batches },
  ]

  it.each([
    [0.01, 8_000],
    [0.02, 2_000],
    [0.05, 600],
  ])('at 0.3 % → %f is taken back, half of the time within 1.6 times what any test needs', (newRate, batches) => {
    const outcomes = releases(200, ERRORS, worse(newRate, batches), ['roll-back'])
    expect(shareOf(outcomes, 'roll-back')).toBeGreaterThanOrEqual(0.99)
    const median = outcomes.map(({ requests }) => requests).toSorted((a, b) => a - b)[100] ?? Number.POSITIVE_INFINITY
    const bound = fewestRequests(0.01, { baseRate: 0.003, newRate, canaryShare: 0.1 })
    process.stdout.write(`0.3 % → ${percent(newRate)}: median ${(median / bound).toFixed(2)} times the bound\n`)
    expect(median / bound).toBeLessThanOrEqual(1.6)
  })

  it.each([
    ['just over both the margin and the ceiling', 0.007, 0.0106],
    ['from nothing to just over the ceiling', 0.0001, 0.0101],
    ['from 0.3 % to 2 %', 0.003, 0.02],
  ])('is promoted in at most one case in a hundred: %s', (_, baseRate, newRate) => {
    const stages: Stage[] = [0.1, 0.5].map(canaryShare => ({
      requests: 200,
      canaryShare,
      baseRate,
      newRate,
      batches: 50,
    }))
    // Of 400 at exactly 1 %, more than 9 would be promoted once in 130 times.
    expect(shareOf(releases(400, ERRORS, stages, ['promote']), 'promote')).toBeLessThanOrEqual(9 / 400)
  })

  it('but below the ceiling, 0.0 % → 0.9 %, is taken back rather than promoted', () => {
    const outcomes = releases(300, ERRORS, worse(0.009, 3_000, 0), ['roll-back', 'promote'])
    expect(shareOf(outcomes, 'promote')).toBeLessThanOrEqual(0.01)
    expect(shareOf(outcomes, 'roll-back')).toBeGreaterThanOrEqual(0.99)
  })

  it('in latency only is found by the count of slow requests', () => {
    const outcomes = releases(100, { signals: [{ name: 'errors', past: 'p99' }] }, worse(0.1, 300, 0.01), [
      'roll-back',
      'promote',
    ])
    expect(shareOf(outcomes, 'roll-back')).toBe(1)
  })
})

describe('a release that is no worse', () => {
  it('is promoted early, in most cases within a thousand requests of its own', () => {
    const stages: Stage[] = [{ requests: 20, canaryShare: 0.5, baseRate: 0.001, newRate: 0.001, batches: 200 }]
    const outcomes = releases(300, ERRORS, stages, ['roll-back', 'promote'])
    expect(shareOf(outcomes, 'promote')).toBeGreaterThan(0.9)
    const median = outcomes.map(({ requests }) => requests).toSorted((a, b) => a - b)[150] ?? 0
    expect(median / 2).toBeLessThan(1_000)
  })

  it('at an error rate above the ceiling is promoted by comparison', () => {
    const stages: Stage[] = [{ requests: 200, canaryShare: 0.5, baseRate: 0.05, newRate: 0.05, batches: 200 }]
    expect(shareOf(releases(100, ERRORS, stages, ['roll-back', 'promote']), 'promote')).toBeGreaterThan(0.95)
  })
})
