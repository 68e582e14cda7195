import type { InvalidInput } from '../kernel/index.ts'
import { type Counts, expectCounts } from './counts.ts'
import type { Gathering } from './gathering.ts'
import { type Plan, refused } from './plan.ts'

/**
 * The alternatives of the test for "worse": odds ratios of bad requests, and the belief in each beforehand.
 * Most belief lies where most broken releases are; a rise by half keeps some, and is found when traffic is large.
 */
export const ALTERNATIVES: readonly { readonly ratio: number; readonly belief: number }[] = [
  { ratio: 1.5, belief: 1 / 16 },
  { ratio: 2, belief: 2 / 16 },
  { ratio: 3, belief: 3 / 16 },
  { ratio: 5, belief: 4 / 16 },
  { ratio: 10, belief: 4 / 16 },
  { ratio: 30, belief: 2 / 16 },
]

/** What one signal has shown since the release began. */
export interface SignalState {
  readonly name: string
  readonly canary: Counts
  readonly stable: Counts
  /** ln of the likelihood ratio of each of `ALTERNATIVES` against "no worse". */
  readonly logRatios: readonly number[]
  /** ln of the likelihood ratio of "equal" against "worse by the margin". */
  readonly logEqual: number
  /** Thin traffic that is counted above, but not compared yet. */
  readonly gathering: readonly Gathering[]
}

/** All the evidence of a release: plain JSON, to be stored after each batch. It is never reset within a release. */
export interface State {
  readonly version: 1
  /** The margin that `logEqual` was computed with. */
  readonly margin: number
  readonly signals: readonly SignalState[]
}

/** The evidence before the first request. */
export function begin(plan: Plan): State {
  const none = { requests: 0, bad: 0 }
  const logRatios = ALTERNATIVES.map(() => 0)
  return {
    version: 1,
    margin: plan.margin,
    signals: plan.signals.map(({ name }) => ({
      name,
      canary: none,
      stable: none,
      logRatios,
      logEqual: 0,
      gathering: [],
    })),
  }
}

/** Reads a stored state. Throws `InvalidInput` where it is damaged, of another version, or of another plan. */
export function parseState(plan: Plan, stored: unknown): State {
  const state = record(stored, 'state')
  if (state['version'] !== 1) throw bad('state.version', state['version'], '1')
  if (state['margin'] !== plan.margin) throw bad('state.margin', state['margin'], `the plan's margin, ${plan.margin}`)
  const signals = list(state['signals'], 'state.signals').map(parseSignal)
  const names = signals.map(({ name }) => name)
  const planned = plan.signals.map(({ name }) => name)
  if (names.length !== planned.length || names.some((name, i) => name !== planned[i])) {
    throw bad('state.signals', names, `the plan's signals, ${planned.join(', ')}`)
  }
  return { version: 1, margin: plan.margin, signals }
}

function parseSignal(stored: unknown, index: number): SignalState {
  const at = `state.signals[${index}]`
  const signal = record(stored, at)
  const { name, canary, stable, logRatios, logEqual, gathering } = signal
  if (typeof name !== 'string') throw bad(`${at}.name`, name, 'a name')
  const logs = list(logRatios, `${at}.logRatios`)
  if (logs.length !== ALTERNATIVES.length) throw bad(`${at}.logRatios`, logs, `${ALTERNATIVES.length} numbers`)
  return {
    name,
    canary: parseCounts(canary, `${at}.canary`),
    stable: parseCounts(stable, `${at}.stable`),
    logRatios: logs.map((log, i) => finite(log, `${at}.logRatios[${i}]`)),
    logEqual: finite(logEqual, `${at}.logEqual`),
    gathering: list(gathering, `${at}.gathering`).map((one, i) => parseGathering(one, `${at}.gathering[${i}]`)),
  }
}

function parseGathering(stored: unknown, at: string): Gathering {
  const { name, share, batches, canary, stable } = record(stored, at)
  if (typeof name !== 'string') throw bad(`${at}.name`, name, 'a name')
  return {
    name,
    share: finite(share, `${at}.share`),
    batches: finite(batches, `${at}.batches`),
    canary: parseCounts(canary, `${at}.canary`),
    stable: parseCounts(stable, `${at}.stable`),
  }
}

function parseCounts(stored: unknown, at: string): Counts {
  const { requests, bad } = record(stored, at)
  return expectCounts({ requests: finite(requests, `${at}.requests`), bad: finite(bad, `${at}.bad`) }, at)
}

function record(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw bad(field, value, 'an object')
}

function list(value: unknown, field: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw bad(field, value, 'a list')
}

function finite(value: unknown, field: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw bad(field, value, 'a finite number')
}

function bad(field: string, value: unknown, expected: string): InvalidInput {
  return refused(
    field,
    value,
    expected,
    'The stored evidence does not fit this plan: judge the release anew with begin().',
  )
}
