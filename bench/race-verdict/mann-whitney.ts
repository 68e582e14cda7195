import { root } from './root.ts'

export interface LocationShift {
  /** How far the first sample lies above the second (Hodges and Lehmann). */
  readonly estimate: number
  /** The lower end of the two-sided confidence interval of the shift. */
  readonly lower: number
}

/** Kayenta's and R's accuracy of the interval's ends. */
const TOLERANCE = 1e-4

/**
 * The shift between two samples by the two-sided Mann–Whitney test: normal approximation, corrected for ties and
 * (for the interval) for continuity by a half. `quantile` is the normal quantile of the confidence: 2.326 for 98 %.
 */
export function locationShift(sample: readonly number[], other: readonly number[], quantile: number): LocationShift {
  const x = Float64Array.from(sample).toSorted()
  const y = Float64Array.from(other).toSorted()
  const lowest = (x[0] ?? 0) - (y.at(-1) ?? 0)
  const highest = (x.at(-1) ?? 0) - (y[0] ?? 0)
  const solve = (z: number, continuity: number): number => {
    const f = (shift: number): number => standardized(x, y, shift, continuity) - z
    if (f(lowest) <= 0) return lowest
    if (f(highest) >= 0) return highest
    return root(f, lowest, highest, TOLERANCE)
  }
  return { estimate: solve(0, 0), lower: solve(quantile, 0.5) }
}

/** The rank sum of `x` − shift among both samples, less its mean and the continuity correction, in standard deviations. */
function standardized(x: Float64Array, y: Float64Array, shift: number, continuity: number): number {
  const all = x.length + y.length
  let ranks = 0
  let ties = 0
  let [i, j, below] = [0, 0, 0]
  while (i < x.length || j < y.length) {
    const value = Math.min((x[i] ?? Number.POSITIVE_INFINITY) - shift, y[j] ?? Number.POSITIVE_INFINITY)
    const from = i
    while (i < x.length && (x[i] ?? 0) - shift === value) i++
    const fromOther = j
    while (j < y.length && y[j] === value) j++
    const tied = i - from + (j - fromOther)
    ranks += (i - from) * (below + (tied + 1) / 2)
    ties += tied ** 3 - tied
    below += tied
  }
  const excess = ranks - (x.length * (x.length + 1)) / 2 - (x.length * y.length) / 2
  const variance = ((x.length * y.length) / 12) * (all + 1 - ties / (all * (all - 1)))
  // All values are tied: there is no order to speak of.
  if (variance <= 0) return 0
  return (excess - Math.sign(excess) * continuity) / Math.sqrt(variance)
}
