import { shortNumber } from '../number-text.ts'
import { quantile } from '../quantile.ts'
import { overFloats } from './floats.ts'
import type { OverRange, Range } from './function.ts'

/* https://prometheus.io/docs/prometheus/latest/querying/functions/#aggregation_over_time */

/** `stdvar_over_time(v)`: the population variance of each range's floats. */
export const stdvarOverTime: OverRange = overFloats(variance)

/** `stddev_over_time(v)`: the population standard deviation of each range's floats. */
export const stddevOverTime: OverRange = overFloats(range => Math.sqrt(variance(range)))

/** `quantile_over_time(φ, v)`: the φ-quantile of each range's floats; ±∞ for a φ outside 0…1, which is warned of. */
export const quantileOverTime: OverRange = overFloats((range, call) => {
  const phi = range.params[0] as number
  if (!(phi >= 0 && phi <= 1)) {
    call.notes.warn(`quantile value should be between 0 and 1, got ${shortNumber(phi)}`, call.spanOf(0))
  }
  return quantile(phi, copyOf(range), range.to - range.from)
})

/** `mad_over_time(v)`: the median of the absolute distances from the median of each range's floats. Experimental. */
export const madOverTime: OverRange = overFloats(range => {
  const values = copyOf(range)
  const count = range.to - range.from
  const median = quantile(0.5, values, count)
  for (let i = 0; i < count; i++) values[i] = Math.abs((values[i] as number) - median)
  return quantile(0.5, values, count)
})

function copyOf({ samples, from, to, scratch }: Range): Float64Array {
  return scratch.copy(samples.values, from, to)
}

/** Welford's method with Kahan's summation (see KahanSum) of both the mean and the squares, written out: a hot loop. */
function variance({ samples: { values }, from, to }: Range): number {
  let [mean, lostOfMean, squares, lostOfSquares] = [0, 0, 0, 0]
  for (let i = from; i < to; i++) {
    const value = values[i] as number
    const distance = value - (mean + lostOfMean)
    const step = distance / (i - from + 1)
    const nextMean = mean + step
    if (nextMean === Infinity || nextMean === -Infinity) lostOfMean = 0
    else if (Math.abs(mean) >= Math.abs(step)) lostOfMean += mean - nextMean + step
    else lostOfMean += step - nextMean + mean
    mean = nextMean
    const square = distance * (value - (mean + lostOfMean))
    const nextSquares = squares + square
    if (nextSquares === Infinity || nextSquares === -Infinity) lostOfSquares = 0
    else if (Math.abs(squares) >= Math.abs(square)) lostOfSquares += squares - nextSquares + square
    else lostOfSquares += square - nextSquares + squares
    squares = nextSquares
  }
  return (squares + lostOfSquares) / (to - from)
}
