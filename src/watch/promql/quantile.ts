/**
 * The φ-quantile of samples, interpolated between the two that are nearest to it. NaN counts as less than every
 * number. Sorts its input in place.
 *
 * −∞ for φ < 0, +∞ for φ > 1, NaN for no samples or φ = NaN.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators
 */
export function quantile(phi: number, values: Float64Array): number {
  if (values.length === 0 || Number.isNaN(phi)) return NaN
  if (phi < 0) return -Infinity
  if (phi > 1) return Infinity
  sortNaNFirst(values)
  const rank = phi * (values.length - 1)
  const below = Math.floor(rank)
  const above = Math.min(values.length - 1, below + 1)
  const weight = rank - below
  return (values[below] as number) * (1 - weight) + (values[above] as number) * weight
}

/** Typed arrays sort NaN to their end. */
function sortNaNFirst(values: Float64Array): void {
  values.sort()
  let numbers = values.length
  while (numbers > 0 && Number.isNaN(values[numbers - 1])) numbers--
  if (numbers === values.length || numbers === 0) return
  values.copyWithin(values.length - numbers, 0, numbers)
  values.fill(NaN, 0, values.length - numbers)
}
