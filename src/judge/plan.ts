import { InvalidInput } from '../kernel/index.ts'
import { sumInAnyOrder } from './log-space.ts'

/** A quantile of the stable version's past, frozen as a threshold before the release: "slow" is beyond it. */
export type PastQuantile = 'p50' | 'p90' | 'p99'

/** One thing that is watched: a share of requests that are bad in one way. */
export interface SignalOptions {
  readonly name: string
  /** Its part of the chance of a false rollback, relative to the other signals'. Default 1. */
  readonly weight?: number
  /** Set for a signal that counts the requests slower than a quantile of the past: gives `typical` and `ceiling`. */
  readonly past?: PastQuantile
  /** A share of bad requests that is good enough whatever the version beside it does; `null` for none. Default 1 %. */
  readonly ceiling?: number | null
  /** The share of bad requests that the past lets one expect: the nearer to the truth, the earlier the promotion. */
  readonly typical?: number
  /** A share of bad requests that neither version may exceed, together with the release or because of it. */
  readonly objective?: number
}

export interface PlanOptions {
  /** α, the chance of taking back a release that is no worse. Default 1 %. */
  readonly falseRollback?: number
  /** β, the chance of promoting a release that is worse than the margin. Default 1 %. */
  readonly falsePromotion?: number
  /** The odds ratio of bad requests, new to old, from which a version counts as worse. Default 1.5. */
  readonly margin?: number
  readonly signals: readonly SignalOptions[]
}

export interface PlannedSignal {
  readonly name: string
  /** Its part of the budget; the parts of all signals sum to 1. */
  readonly weight: number
  readonly ceiling: number | null
  readonly typical: number | null
  readonly objective: number | null
}

/** How a release will be judged. Plain data, fixed before the first request; it may be stored. */
export interface Plan {
  readonly falseRollback: number
  readonly falsePromotion: number
  readonly margin: number
  readonly signals: readonly PlannedSignal[]
}

/** By construction a share 1−quantile of requests is beyond a quantile; the ceiling is what one would still accept. */
const PAST: Readonly<Record<PastQuantile, { readonly typical: number; readonly ceiling: number }>> = {
  p50: { typical: 0.5, ceiling: 0.65 },
  p90: { typical: 0.1, ceiling: 0.2 },
  p99: { typical: 0.01, ceiling: 0.03 },
}

const DEFAULT_CEILING = 0.01

/** Checks the options and fills in the defaults. Throws `InvalidInput` that names the field. */
export function releasePlan(options: PlanOptions): Plan {
  const { falseRollback = 0.01, falsePromotion = 0.01, margin = 1.5, signals } = options
  expectShare('falseRollback', falseRollback)
  expectShare('falsePromotion', falsePromotion)
  if (!(margin > 1 && margin <= 100)) {
    throw refused(
      'margin',
      margin,
      'an odds ratio above 1, at most 100',
      'Use 1.5 to accept nothing worse than half as bad again.',
    )
  }
  if (!Array.isArray(signals) || signals.length === 0) {
    throw refused('signals', signals, 'at least one signal', "Start with { name: 'errors' }.")
  }
  const total = sumInAnyOrder(signals.map(weightOf))
  const planned = signals.map((signal, i) => plannedSignal(signal, i, total))
  const names = new Set<string>()
  for (const [i, { name }] of planned.entries()) {
    if (names.has(name))
      throw refused(`signals[${i}].name`, name, 'a name that no other signal has', 'Rename one of them.')
    names.add(name)
  }
  return { falseRollback, falsePromotion, margin, signals: planned }
}

function plannedSignal(options: SignalOptions, index: number, totalWeight: number): PlannedSignal {
  const at = `signals[${index}]`
  if (typeof options.name !== 'string' || options.name.trim() === '') {
    throw refused(`${at}.name`, options.name, 'a name', 'Say what is counted, such as errors.')
  }
  if (options.past !== undefined && !Object.hasOwn(PAST, options.past)) {
    throw refused(
      `${at}.past`,
      options.past,
      Object.keys(PAST).join(', '),
      'For another quantile set typical and ceiling.',
    )
  }
  const past = options.past === undefined ? undefined : PAST[options.past]
  const ceiling = options.ceiling === undefined ? (past?.ceiling ?? DEFAULT_CEILING) : options.ceiling
  const typical = options.typical ?? past?.typical ?? null
  const objective = options.objective ?? null
  if (ceiling !== null) expectShare(`${at}.ceiling`, ceiling)
  if (typical !== null) expectShare(`${at}.typical`, typical)
  if (objective !== null) expectShare(`${at}.objective`, objective)
  if (ceiling !== null && typical !== null && typical >= ceiling) {
    throw refused(
      `${at}.ceiling`,
      ceiling,
      `more than the typical share, ${typical}`,
      'Raise the ceiling, or set it to null.',
    )
  }
  return { name: options.name, weight: weightOf(options, index) / totalWeight, ceiling, typical, objective }
}

function weightOf({ weight = 1 }: SignalOptions, index: number): number {
  if (weight >= 1e-6 && weight <= 1e6) return weight
  throw refused(
    `signals[${index}].weight`,
    weight,
    'a number from 1e-6 to 1e6',
    'Leave out a signal that should not count.',
  )
}

function expectShare(field: string, value: unknown): void {
  if (typeof value === 'number' && value > 0 && value < 1) return
  throw refused(field, value, 'a share between 0 and 1, both excluded', 'Write 0.01 for 1 %.')
}

/** The error for a value that cannot be: names the field, the value and what was expected. */
export function refused(field: string, value: unknown, expected: string, hint: string): InvalidInput {
  return new InvalidInput(`${field} is ${shown(value)}: expected ${expected}`, { field, hint })
}

function shown(value: unknown): string {
  if (typeof value === 'number' || value === undefined) return String(value)
  const text = JSON.stringify(value) ?? typeof value
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
