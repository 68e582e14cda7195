import { parseDuration, roughDuration } from '../kernel/index.ts'
import type { Comparison } from './bound.ts'
import { comparisonBudget } from './evidence.ts'
import { odds } from './log-space.ts'
import { type Plan, refused } from './plan.ts'
import { percent } from './sentence.ts'
import { ALTERNATIVES } from './state.ts'

export interface DetectableOptions {
  /** Requests of both versions together. */
  readonly requestsPerSecond: number
  /** The new version's share of them, above 0 and below 1. */
  readonly canaryShare: number
  /** The share of bad requests of the version beside it. */
  readonly baseRate: number
  /** A duration such as `5m`, or milliseconds. */
  readonly within: string | number
  /** Default: the plan's first signal. */
  readonly signal?: string
}

export interface Detectable {
  readonly signal: string
  /** The smallest share of bad requests that is found in time in eight cases of ten; `null` where none is. */
  readonly newRate: number | null
  readonly withinMs: number
  /** `a rise from 0.3 % to 2.1 % shows within 5m` */
  readonly sentence: string
}

/** The normal quantile of the eight cases in ten that a rise must be found in to be called detectable. */
const EIGHT_IN_TEN = 0.8416

/**
 * Says before the release what its traffic can show: the smallest rise of one signal that takes the release
 * back in time. The walk of the evidence is taken for a Brownian motion with its own drift and variance.
 */
export function detectable(plan: Plan, options: DetectableOptions): Detectable {
  const { requestsPerSecond, canaryShare, baseRate } = options
  const withinMs = expectAll(options)
  const signal =
    options.signal === undefined ? plan.signals[0] : plan.signals.find(({ name }) => name === options.signal)
  if (signal === undefined) {
    throw refused(
      'signal',
      options.signal,
      `one of ${plan.signals.map(({ name }) => name).join(', ')}`,
      'Name a signal of the plan.',
    )
  }
  const requests = (requestsPerSecond * withinMs) / 1_000
  const budget = plan.falseRollback * comparisonBudget(signal)
  const shows = (newRate: number): boolean => isFound({ baseRate, newRate, canaryShare }, requests, budget)
  const newRate = shows(1) ? smallest(shows, baseRate, 1) : null
  return { signal: signal.name, newRate, withinMs, sentence: say(options, newRate, withinMs) }
}

/** Refuses what cannot be asked; tells the milliseconds. */
function expectAll({ requestsPerSecond, canaryShare, baseRate, within }: DetectableOptions): number {
  if (!(requestsPerSecond >= 0 && requestsPerSecond <= 1e9)) {
    throw refused(
      'requestsPerSecond',
      requestsPerSecond,
      'a number, 0 or more',
      'Count the requests of both versions together.',
    )
  }
  if (!(canaryShare > 0 && canaryShare < 1)) {
    throw refused('canaryShare', canaryShare, 'a share between 0 and 1, both excluded', 'Write 0.1 for 10 %.')
  }
  if (!(baseRate >= 0 && baseRate < 1)) {
    throw refused('baseRate', baseRate, 'a share from 0 to below 1', 'Write 0.003 for 0.3 %.')
  }
  const withinMs = typeof within === 'string' ? parseDuration(within) : within
  if (withinMs === undefined || !(withinMs > 0 && Number.isFinite(withinMs))) {
    throw refused('within', within, 'a duration above 0', 'Write 5m, or milliseconds.')
  }
  return withinMs
}

function say(
  { requestsPerSecond, baseRate, within }: DetectableOptions,
  newRate: number | null,
  withinMs: number,
): string {
  if (requestsPerSecond === 0) return 'no traffic: no rise can be seen'
  const time = typeof within === 'string' ? within : roughDuration(withinMs)
  return newRate === null
    ? `too little traffic: not even a rise from ${percent(baseRate)} to 100 % shows within ${time}`
    : `a rise from ${percent(baseRate)} to ${percent(newRate)} shows within ${time}`
}

/** Whether any alternative's evidence is expected to have crossed its boundary, with the margin of eight in ten. */
function isFound(truth: Comparison, requests: number, budget: number): boolean {
  return ALTERNATIVES.some(({ ratio, belief }) => {
    const { drift, variance, step } = walk(truth, ratio)
    // Bad requests come whole: on average half a step is lost beyond the boundary.
    const boundary = -Math.log(budget * belief) + step / 2
    return drift * requests - EIGHT_IN_TEN * Math.sqrt(variance * requests) >= boundary
  })
}

/**
 * Mean and variance, per request of both versions, of the ln likelihood ratio of odds ratio ψ against 1; and how
 * far one bad request of the new version moves it.
 */
function walk(
  { baseRate, newRate, canaryShare }: Comparison,
  ratio: number,
): { drift: number; variance: number; step: number } {
  const pooled = canaryShare * newRate + (1 - canaryShare) * baseRate
  if (pooled >= 1) return { drift: 0, variance: 0, step: 0 }
  const stable = stableRateAt(pooled, ratio, canaryShare)
  const canary = (ratio * stable) / (1 - stable + ratio * stable)
  const steps = [
    { share: canaryShare, rate: newRate, claimed: canary },
    { share: 1 - canaryShare, rate: baseRate, claimed: stable },
  ]
  let drift = 0
  let variance = 0
  for (const { share, rate, claimed } of steps) {
    const good = Math.log((1 - claimed) / (1 - pooled))
    const bad = Math.log(claimed / pooled)
    drift += share * (rate * bad + (1 - rate) * good)
    variance += share * rate * (1 - rate) * Math.log(odds(claimed) / odds(pooled)) ** 2
  }
  return { drift, variance, step: Math.log(canary / pooled) }
}

/** The stable version's rate where both rates average to `pooled` at an odds ratio ψ: a root between 0 and `pooled`. */
function stableRateAt(pooled: number, ratio: number, canaryShare: number): number {
  const average = (stable: number): number =>
    (canaryShare * ratio * stable) / (1 - stable + ratio * stable) + (1 - canaryShare) * stable
  return smallest(stable => average(stable) >= pooled, 0, pooled)
}

/** The smallest value for which `holds`, by bisection; it must hold at `to`, and from some value on. */
function smallest(holds: (value: number) => boolean, from: number, to: number): number {
  let low = from
  let high = to
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}
