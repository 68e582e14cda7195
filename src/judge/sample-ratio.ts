import { atOddsRatio, logSumExp, timesLog } from './log-space.ts'
import { refused } from './plan.ts'
import { grouped, percent } from './sentence.ts'

/** By how much the odds of arriving at the new version may be off: both ways, from a tenth to tenfold. */
const DISTORTIONS = [1 / 10, 1 / 3, 1 / 2, 2 / 3, 0.8, 1.25, 1.5, 2, 3, 10] as const

const BEGIN_ANEW = 'The stored counts cannot be read: begin anew with beginSampleRatio().'

/** What the split of the traffic has shown; plain JSON. */
export interface SampleRatioState {
  readonly version: 1
  readonly canary: number
  readonly stable: number
  /** The arrivals that the weights in force led one to expect at the new version. */
  readonly expectedCanary: number
  readonly logRatios: readonly number[]
}

/** What arrived in one batch, and the share that was in force. Where users stick to a version, count new users. */
export interface Arrivals {
  readonly canary: number
  readonly stable: number
  /** The new version's configured share, from 0 to 1. */
  readonly share: number
}

export interface SampleRatioVerdict {
  readonly kind: 'as-expected' | 'mismatch'
  readonly logMismatch: number
  readonly expectedShare: number | null
  readonly arrivedShare: number | null
  readonly reason: string
}

export function beginSampleRatio(): SampleRatioState {
  return { version: 1, canary: 0, stable: 0, expectedCanary: 0, logRatios: DISTORTIONS.map(() => 0) }
}

/**
 * The state after one batch. Each arrival is a coin with the configured share; the likelihood ratio of a
 * distorted coin is an E-process, so it may be asked at any time. A share of 0 or 1 tests nothing.
 */
export function observeSampleRatio(state: SampleRatioState, { canary, stable, share }: Arrivals): SampleRatioState {
  for (const [field, count] of Object.entries({ canary, stable })) {
    if (!(Number.isSafeInteger(count) && count >= 0)) {
      throw refused(field, count, 'a whole number, 0 or more', 'Give the arrivals since the last batch.')
    }
  }
  if (!(share >= 0 && share <= 1)) throw refused('share', share, 'a share from 0 to 1', 'Write 0.1 for 10 %.')
  if (share === 0 || share === 1) return state
  return {
    version: 1,
    canary: state.canary + canary,
    stable: state.stable + stable,
    expectedCanary: state.expectedCanary + share * (canary + stable),
    logRatios: state.logRatios.map((log, i) => {
      const distorted = atOddsRatio(share, DISTORTIONS[i] ?? 1)
      return log + timesLog(canary, distorted / share) + timesLog(stable, (1 - distorted) / (1 - share))
    }),
  }
}

/** Tells whether requests are missing from one version: chance `falseAlarm`, ever, to say so wrongly. */
export function judgeSampleRatio(state: SampleRatioState, falseAlarm = 0.001): SampleRatioVerdict {
  if (!(falseAlarm > 0 && falseAlarm < 1)) {
    throw refused(
      'falseAlarm',
      falseAlarm,
      'a chance between 0 and 1, both excluded',
      'Write 0.001 for one in a thousand.',
    )
  }
  const logMismatch = logSumExp(state.logRatios) - Math.log(state.logRatios.length)
  const arrived = state.canary + state.stable
  if (arrived === 0) {
    return {
      kind: 'as-expected',
      logMismatch,
      expectedShare: null,
      arrivedShare: null,
      reason: 'no traffic has arrived',
    }
  }
  const expectedShare = state.expectedCanary / arrived
  const arrivedShare = state.canary / arrived
  const kind = logMismatch >= -Math.log(falseAlarm) ? 'mismatch' : 'as-expected'
  const reason = `${percent(arrivedShare)} of ${grouped(arrived)} arrivals were at the new version, ${percent(expectedShare)} were expected`
  return { kind, logMismatch, expectedShare, arrivedShare, reason }
}

/** Reads a stored state; one that was never stored begins now. Throws `InvalidInput` where it is damaged. */
export function parseSampleRatio(stored: unknown): SampleRatioState {
  if (stored === undefined || stored === null) return beginSampleRatio()
  const state: Partial<Record<keyof SampleRatioState, unknown>> = typeof stored === 'object' ? stored : {}
  const number = (field: 'canary' | 'stable' | 'expectedCanary'): number => finite(state[field], `state.${field}`)
  if (state.version !== 1) throw refused('state.version', state.version, '1', BEGIN_ANEW)
  const logs: unknown = state.logRatios
  if (!Array.isArray(logs) || logs.length !== DISTORTIONS.length) {
    throw refused('state.logRatios', logs, `${DISTORTIONS.length} numbers`, BEGIN_ANEW)
  }
  return {
    version: 1,
    canary: number('canary'),
    stable: number('stable'),
    expectedCanary: number('expectedCanary'),
    logRatios: logs.map((log: unknown, i) => finite(log, `state.logRatios[${i}]`)),
  }
}

function finite(value: unknown, field: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw refused(field, value, 'a finite number', BEGIN_ANEW)
}
