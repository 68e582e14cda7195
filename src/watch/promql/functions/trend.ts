import { PromQLError } from '../error.ts'
import { KahanSum } from '../kahan.ts'
import { overFloats } from './floats.ts'
import type { CallNotes, OverRange, Range } from './function.ts'

/**
 * `deriv(v)`: the per-second slope of each gauge, by least squares. Needs two floats.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#deriv
 */
export const deriv: OverRange = overFloats(range => {
  if (range.to - range.from < 2) return undefined
  // A time near the samples' own keeps the squares small.
  return fitLine(range, range.samples.timesMs[range.from] as number).slope
})

/**
 * `predict_linear(v, t)`: what each gauge would be t seconds after the evaluation, on the line that fits its range best.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#predict_linear
 */
export const predictLinear: OverRange = overFloats(range => {
  if (range.to - range.from < 2) return undefined
  const { slope, intercept } = fitLine(range, range.timeMs)
  return slope * (range.params[0] as number) + intercept
})

/**
 * `double_exponential_smoothing(v, sf, tf)`: each gauge smoothed, the more the less sf is, with its trend taken into
 * account, the more the greater tf is. Both lie between 0 and 1. Experimental.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#double_exponential_smoothing
 */
export const doubleExponentialSmoothing: OverRange = {
  shape: 'over-range',
  apply(range, call) {
    const [smoothing, trend] = range.params as [number, number]
    refuseOutside(smoothing, 'smoothing', call)
    refuseOutside(trend, 'trend', call, 2)
    return smoothFloats.apply(range, call)
  },
}

const smoothFloats = overFloats(({ samples: { values }, from, to, params }) => {
  if (to - from < 2) return undefined
  const [smoothing, trend] = params as [number, number]
  let before = 0
  let smoothed = values[from] as number
  let slope = (values[from + 1] as number) - smoothed
  for (let i = from + 1; i < to; i++) {
    if (i > from + 1) slope = trend * (smoothed - before) + (1 - trend) * slope
    const next = smoothing * (values[i] as number) + (1 - smoothing) * (smoothed + slope)
    before = smoothed
    smoothed = next
  }
  return smoothed
})

function refuseOutside(factor: number, name: 'smoothing' | 'trend', call: CallNotes, arg = 1): void {
  if (factor > 0 && factor < 1) return
  if (Number.isNaN(factor)) return
  const short = name === 'smoothing' ? 'sf' : 'tf'
  const message = `invalid ${name} factor. Expected: 0 < ${short} < 1, got: ${fixed(factor)}`
  throw new PromQLError('execution', message, { span: call.spanOf(arg) })
}

/** As Go's `%f`. */
function fixed(value: number): string {
  if (Number.isFinite(value)) return value.toFixed(6)
  return value > 0 ? '+Inf' : '-Inf'
}

interface Line {
  /** Per second. */
  readonly slope: number
  /** At the time that was asked for. */
  readonly intercept: number
}

/**
 * The line of least squares through at least two samples. Equal samples give themselves, without rounding.
 *
 * @see https://en.wikipedia.org/wiki/Simple_linear_regression
 */
function fitLine({ samples: { timesMs, values }, from, to }: Range, interceptMs: number): Line {
  const first = values[from] as number
  let isConstant = true
  const [x, y, xy, xx] = [new KahanSum(), new KahanSum(), new KahanSum(), new KahanSum()]
  for (let i = from; i < to; i++) {
    const value = values[i] as number
    if (i > from && value !== first) isConstant = false
    const seconds = ((timesMs[i] as number) - interceptMs) / 1000
    x.add(seconds)
    y.add(value)
    xy.add(seconds * value)
    xx.add(seconds * seconds)
  }
  if (isConstant) return Number.isFinite(first) ? { slope: 0, intercept: first } : { slope: NaN, intercept: NaN }
  const count = to - from
  const covariance = xy.total - (x.total * y.total) / count
  const variance = xx.total - (x.total * x.total) / count
  const slope = covariance / variance
  return { slope, intercept: y.total / count - (slope * x.total) / count }
}
