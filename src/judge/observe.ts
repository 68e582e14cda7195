import { logTilt } from './hypergeometric.ts'
import { sumInAnyOrder } from './log-space.ts'
import { type Plan, refused } from './plan.ts'
import { ALTERNATIVES, type Counts, expectCounts, type SignalState, type State } from './state.ts'

/** Requests that are alike but for the version: one route class, one market, one age of instance. */
export interface Stratum {
  readonly canary: Counts
  readonly stable: Counts
}

/**
 * What one signal counted in one batch (a second, say), as increases since the batch before.
 *
 * - Count the traffic that really arrived, whatever weights were configured; they may change between batches.
 * - Give strata where the mix of requests differs between the versions (routes, markets): each is compared
 *   only with its like.
 * - Where users are known, count users, not requests: `requests` the users seen in the batch, `bad` those of
 *   them with at least one bad request. One user who retries is one piece of evidence.
 * - Leave out health checks, bots and the warm-up of new instances; count a request that is still running
 *   past the latency threshold as slow.
 */
export type Observation =
  | { readonly signal: string; readonly canary: Counts; readonly stable: Counts }
  | { readonly signal: string; readonly strata: readonly Stratum[] }

/**
 * The evidence after one batch. Observations of several signals, or several of one signal, may come together;
 * their order and the order of their strata make no difference, not even in the last bit.
 * Throws `InvalidInput` for counts that cannot be and for signals that the plan does not know.
 */
export function observe(plan: Plan, state: State, batch: Observation | readonly Observation[]): State {
  const strata = new Map<string, Stratum[]>()
  for (const observation of Array.isArray(batch) ? (batch as readonly Observation[]) : [batch as Observation]) {
    const { signal } = observation
    if (!state.signals.some(({ name }) => name === signal)) {
      const known = plan.signals.map(({ name }) => name).join(', ')
      throw refused(
        'signal',
        signal,
        `one of the plan's signals: ${known}`,
        'Add the signal to the plan before the release begins.',
      )
    }
    strata.set(signal, [...(strata.get(signal) ?? []), ...strataOf(observation)])
  }
  const signals = state.signals.map(signal => {
    const seen = strata.get(signal.name)
    return seen === undefined ? signal : withStrata(signal, seen, state.margin)
  })
  return { ...state, signals }
}

function strataOf(observation: Observation): readonly Stratum[] {
  const named = 'strata' in observation
  return (named ? observation.strata : [observation]).map(({ canary, stable }, i) => {
    const at = named ? `${observation.signal}.strata[${i}]` : observation.signal
    return { canary: expectCounts(canary, `${at}.canary`), stable: expectCounts(stable, `${at}.stable`) }
  })
}

function withStrata(signal: SignalState, strata: readonly Stratum[], margin: number): SignalState {
  const canary = plus(signal.canary, strata, 'canary')
  const stable = plus(signal.stable, strata, 'stable')
  const telling = strata.filter(saysSomething)
  if (telling.length === 0) return { ...signal, canary, stable }
  return {
    name: signal.name,
    canary,
    stable,
    logRatios: signal.logRatios.map((log, i) => {
      const { ratio } = ALTERNATIVES[i] ?? { ratio: 1 }
      return log + sumInAnyOrder(telling.map(stratum => logFactor(stratum, ratio)))
    }),
    logEqual: signal.logEqual - sumInAnyOrder(telling.map(stratum => logFactor(stratum, margin))),
  }
}

/** Only where both versions had requests, some good and some bad, does the split of the bad ones tell anything. */
function saysSomething({ canary, stable }: Stratum): boolean {
  const bad = canary.bad + stable.bad
  return bad > 0 && bad < canary.requests + stable.requests && canary.requests > 0 && stable.requests > 0
}

/**
 * ln of the factor by which one stratum speaks for the odds ratio ψ against 1: given how many requests were
 * bad in all, the likelihood ratio of how many of them were the new version's (Fisher's non-central
 * hypergeometric distribution). The base rate has cancelled: an incident that both share says nothing.
 */
function logFactor({ canary, stable }: Stratum, ratio: number): number {
  const tilt = logTilt(canary.requests, stable.requests, canary.bad + stable.bad, ratio)
  return canary.bad * Math.log(ratio) - tilt
}

function plus(before: Counts, strata: readonly Stratum[], version: 'canary' | 'stable'): Counts {
  let { requests, bad } = before
  for (const stratum of strata) {
    requests += stratum[version].requests
    bad += stratum[version].bad
  }
  return { requests, bad }
}
