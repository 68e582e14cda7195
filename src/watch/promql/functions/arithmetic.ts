import type { PerValue } from './function.ts'

/** `abs(v)`: the distance from 0. https://prometheus.io/docs/prometheus/latest/querying/functions/#abs */
export const abs = perValue(Math.abs)

/** `ceil(v)`: rounded up. https://prometheus.io/docs/prometheus/latest/querying/functions/#ceil */
export const ceil = perValue(Math.ceil)

/** `floor(v)`: rounded down. https://prometheus.io/docs/prometheus/latest/querying/functions/#floor */
export const floor = perValue(Math.floor)

/**
 * `round(v, to_nearest = 1)`: to the nearest multiple; a tie goes up. Multiplied by the inverse rather than divided,
 * so that a fraction such as 0.1 does less harm.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#round
 */
export const round: PerValue = {
  shape: 'per-value',
  apply(value, [toNearest = 1]) {
    const inverse = 1 / toNearest
    return Math.floor(value * inverse + 0.5) / inverse
  },
}

/** `exp(v)`: e to the power of it. https://prometheus.io/docs/prometheus/latest/querying/functions/#exp */
export const exp = perValue(Math.exp)

/** `sqrt(v)`: NaN below 0. https://prometheus.io/docs/prometheus/latest/querying/functions/#sqrt */
export const sqrt = perValue(Math.sqrt)

/** `ln(v)`: −∞ at 0, NaN below. https://prometheus.io/docs/prometheus/latest/querying/functions/#ln */
export const ln = perValue(Math.log)

/** `log2(v)`: as `ln`, to the base 2. https://prometheus.io/docs/prometheus/latest/querying/functions/#log2 */
export const log2 = perValue(Math.log2)

/**
 * `log10(v)`: as `ln`, to the base 10. Exact for powers of ten; Prometheus, which takes it from log2, misses some by the
 * last digit (`log10(0.1)`, `log10(1e15)`).
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#log10
 */
export const log10 = perValue(Math.log10)

/**
 * `sgn(v)`: −1, 0 or 1; 0 keeps its sign, NaN stays NaN.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#sgn
 */
export const sgn = perValue(Math.sign)

/**
 * `clamp(v, min, max)`: moved into min…max. Nothing where min is above max; NaN where one of them is NaN.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#clamp
 */
export const clamp: PerValue = {
  shape: 'per-value',
  apply: (value, [min, max]) => clampTo(value, min as number, max as number),
}

/**
 * `clamp_min(v, min)`: moved up to min where it is below.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#clamp_min
 */
export const clampMin: PerValue = {
  shape: 'per-value',
  apply: (value, [min]) => clampTo(value, min as number, Infinity),
}

/**
 * `clamp_max(v, max)`: moved down to max where it is above.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#clamp_max
 */
export const clampMax: PerValue = {
  shape: 'per-value',
  apply: (value, [max]) => clampTo(value, -Infinity, max as number),
}

export function perValue(apply: (value: number) => number): PerValue {
  return { shape: 'per-value', apply: value => apply(value) }
}

function clampTo(value: number, min: number, max: number): number | undefined {
  return max < min ? undefined : greater(min, lesser(max, value))
}

/** Unlike Math.max, an infinity wins over NaN, as in Go. */
function greater(a: number, b: number): number {
  return a === Infinity || b === Infinity ? Infinity : Math.max(a, b)
}

function lesser(a: number, b: number): number {
  return a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b)
}
