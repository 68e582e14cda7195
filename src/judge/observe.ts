import { type Counts, expectCounts, plus } from './counts.ts'
import { gather, type Stratum } from './gathering.ts'
import { logTilt } from './hypergeometric.ts'
import { sumInAnyOrder } from './log-space.ts'
import { type Plan, refused } from './plan.ts'
import { ALTERNATIVES, type SignalState, type State } from './state.ts'

/**
 * What one signal counted in one batch (a second, say), as increases since the batch before.
 *
 * - Count the traffic that really arrived, whatever weights were configured; they may change between batches.
 * - Say the `share` that was in force: then thin traffic is gathered, never across a change of the share, until a
 *   comparison is worth making. Without it each batch is compared by itself, as are strata without a name.
 * - Give strata where the mix of requests differs between the versions (routes, markets): each is compared
 *   only with its like.
 * - Where users are known, count users, not requests: `requests` the users seen in the batch, `bad` those of
 *   them with at least one bad request. One user who retries is one piece of evidence.
 * - Leave out health checks, bots and the warm-up of new instances; count a request that is still running
 *   past the latency threshold as slow.
 */
export type Observation = {
  readonly signal: string
  /** The new version's configured share of the traffic throughout the batch, from 0 to 1. */
  readonly share?: number
} & ({ readonly canary: Counts; readonly stable: Counts } | { readonly strata: readonly Stratum[] })

/**
 * The evidence after one batch. Observations of several signals, or several of one signal, may come together;
 * their order and the order of their strata make no difference, not even in the last bit.
 * Throws `InvalidInput` for counts that cannot be and for signals that the plan does not know.
 */
export function observe(plan: Plan, state: State, batch: Observation | readonly Observation[]): State {
  const seen = new Map<string, Seen>()
  for (const observation of Array.isArray(batch) ? (batch as readonly Observation[]) : [batch as Observation]) {
    const { signal, share } = observation
    if (!state.signals.some(({ name }) => name === signal)) {
      const known = plan.signals.map(({ name }) => name).join(', ')
      const hint = 'Add the signal to the plan before the release begins.'
      throw refused('signal', signal, `one of the plan's signals: ${known}`, hint)
    }
    if (share !== undefined && !(share >= 0 && share <= 1)) {
      throw refused(`${signal}.share`, share, 'a share from 0 to 1', 'Write 0.1 for 10 %.')
    }
    const before = seen.get(signal)
    if (before !== undefined && before.share !== share) {
      const hint = 'Give what came before and after a change of the share as two batches.'
      throw refused(`${signal}.share`, share, `the share of the whole batch, ${before.share}`, hint)
    }
    seen.set(signal, { share, strata: [...(before?.strata ?? []), ...strataOf(observation)] })
  }
  const signals = state.signals.map(signal => {
    const now = seen.get(signal.name)
    return now === undefined ? signal : withBatch(signal, now, state.margin)
  })
  return { ...state, signals }
}

interface Seen {
  readonly share: number | undefined
  readonly strata: readonly Stratum[]
}

function strataOf(observation: Observation): readonly Stratum[] {
  const { signal } = observation
  if (!('strata' in observation)) return [checked({ ...observation, name: '' }, signal)]
  return observation.strata.map((stratum, i) => checked(stratum, `${signal}.strata[${i}]`))
}

function checked({ name, canary, stable }: Stratum, at: string): Stratum {
  const counts = { canary: expectCounts(canary, `${at}.canary`), stable: expectCounts(stable, `${at}.stable`) }
  return name === undefined ? counts : { name, ...counts }
}

function withBatch(signal: SignalState, { share, strata }: Seen, margin: number): SignalState {
  const named = share === undefined ? [] : strata.filter(({ name }) => name !== undefined)
  const { ready, gathering } = gather(signal.gathering, share, named)
  const alone = share === undefined ? strata : strata.filter(({ name }) => name === undefined)
  return {
    ...compared(signal, [...ready, ...alone].filter(saysSomething), margin),
    canary: strata.reduce((sum, { canary }) => plus(sum, canary), signal.canary),
    stable: strata.reduce((sum, { stable }) => plus(sum, stable), signal.stable),
    gathering,
  }
}

function compared(signal: SignalState, strata: readonly Stratum[], margin: number): SignalState {
  if (strata.length === 0) return signal
  return {
    ...signal,
    logRatios: signal.logRatios.map((log, i) => {
      const { ratio } = ALTERNATIVES[i] ?? { ratio: 1 }
      return log + sumInAnyOrder(strata.map(stratum => logFactor(stratum, ratio)))
    }),
    logEqual: signal.logEqual - sumInAnyOrder(strata.map(stratum => logFactor(stratum, margin))),
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
