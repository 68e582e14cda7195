/**
 * The φ-quantile of the first `size` samples, interpolated between the two that are nearest to it. NaN counts as less
 * than every number. Sorts its input in place.
 *
 * −∞ for φ < 0, +∞ for φ > 1, NaN for no samples or φ = NaN.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators
 */
export function quantile(phi: number, values: Float64Array, size = values.length): number {
  if (size === 0 || Number.isNaN(phi)) return NaN
  if (phi < 0) return -Infinity
  if (phi > 1) return Infinity
  if (size <= FEW) insertInOrder(values, size)
  else sortMany(values.subarray(0, size))
  const rank = phi * (size - 1)
  const below = Math.floor(rank)
  const above = Math.min(size - 1, below + 1)
  const weight = rank - below
  return (values[below] as number) * (1 - weight) + (values[above] as number) * weight
}

/** Up to here, inserting one by one is faster than the runtime's own sort (`npm run bench:promql`). */
const FEW = 40

function insertInOrder(values: Float64Array, size: number): void {
  for (let i = 1; i < size; i++) {
    const value = values[i] as number
    const isNaN = Number.isNaN(value)
    let at = i
    for (; at > 0; at--) {
      const before = values[at - 1] as number
      if (!(value < before || (isNaN && !Number.isNaN(before)))) break
      values[at] = before
    }
    values[at] = value
  }
}

/** Typed arrays sort NaN to their end. */
function sortMany(values: Float64Array): void {
  values.sort()
  let numbers = values.length
  while (numbers > 0 && Number.isNaN(values[numbers - 1])) numbers--
  if (numbers === values.length || numbers === 0) return
  values.copyWithin(values.length - numbers, 0, numbers)
  values.fill(NaN, 0, values.length - numbers)
}
