import { divide } from './arithmetic.ts'
import { HistogramSum } from './histogram-sum.ts'
import { compact } from './layout.ts'
import type { NativeHistogram } from './native-histogram.ts'
import { boundsReconciled, mixedSchemas, type Note, type Noted, resetsCollided } from './note.ts'

/**
 * Histograms of one group, or of one range of time, on the way to their sum or mean. Floats are not its business:
 * whoever finds both in one group has no result but `MIXED_WITH_FLOATS_IN_AGGREGATION` (in a range, `mixedWithFloats`).
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators
 */
export class HistogramAggregate {
  readonly #isMean: boolean
  readonly #sum: HistogramSum
  #size = 1
  /** No number of the sum is greater. As soon as it is infinite, a mean is kept instead of the sum. */
  #greatest: number
  /** Whether the sum is already the mean. */
  #isIncremental = false
  #refusal: Note | undefined
  #hasReconciled = false
  #sawReset: boolean
  #sawNoReset: boolean

  constructor(operator: 'sum' | 'avg', first: NativeHistogram) {
    this.#isMean = operator === 'avg'
    this.#sum = new HistogramSum(first)
    this.#greatest = this.#isMean ? greatestOf(first) : 0
    this.#sawReset = first.counterReset === 'reset'
    this.#sawNoReset = first.counterReset === 'not-reset'
  }

  /** The name is that of the series it comes from, for a warning. */
  add(histogram: NativeHistogram, metricName: string): void {
    if (this.#refusal !== undefined) return
    this.#size++
    if (histogram.counterReset === 'reset') this.#sawReset = true
    if (histogram.counterReset === 'not-reset') this.#sawNoReset = true
    const added = this.#sum.add(this.#isMean ? this.#share(histogram) : histogram)
    if (added === undefined) this.#refusal = mixedSchemas(metricName)
    else if (added.boundsReconciled) this.#hasReconciled = true
  }

  /** Without empty buckets. */
  result(): Noted {
    const { histogram, notes } = this.uncompacted()
    return { histogram: histogram && compact(histogram), notes }
  }

  /** As `sum_over_time` and `avg_over_time` give it. */
  uncompacted(): Noted {
    const notes: Note[] = this.#hasReconciled ? [boundsReconciled('aggregation')] : []
    if (this.#refusal !== undefined) return { histogram: undefined, notes: [...notes, this.#refusal] }
    if (this.#sawReset && this.#sawNoReset) notes.push(resetsCollided('aggregation'))
    return { histogram: this.#isMean && !this.#isIncremental ? this.#sum.over(this.#size) : this.#sum.total, notes }
  }

  /** What this histogram adds to the sum, or to the mean where the sum would be too great for a float. */
  #share(histogram: NativeHistogram): NativeHistogram {
    this.#greatest += greatestOf(histogram)
    if (this.#greatest !== Infinity) return histogram
    if (!this.#isIncremental) this.#sum.scale(1 / (this.#size - 1))
    this.#isIncremental = true
    this.#sum.scale((this.#size - 1) / this.#size)
    return divide(histogram, this.#size)
  }
}

/** `sum_over_time` and `avg_over_time` of a range that has only histograms, at least one. */
export function aggregateOverTime(
  operator: 'sum' | 'avg',
  histograms: readonly NativeHistogram[],
  metricName: string,
): Noted {
  const aggregate = new HistogramAggregate(operator, histograms[0] as NativeHistogram)
  for (let i = 1; i < histograms.length; i++) aggregate.add(histograms[i] as NativeHistogram, metricName)
  const { histogram, notes } = aggregate.uncompacted()
  return histogram === undefined ? { histogram, notes: [mixedSchemas(metricName)] } : { histogram, notes }
}

/** The greatest absolute number in it. NaN does not count. */
function greatestOf(histogram: NativeHistogram): number {
  let greatest = 0
  for (const value of [histogram.count, histogram.sum, histogram.zeroCount]) {
    if (Math.abs(value) > greatest) greatest = Math.abs(value)
  }
  for (const { counts } of [histogram.positive, histogram.negative]) {
    for (const count of counts) if (Math.abs(count) > greatest) greatest = Math.abs(count)
  }
  return greatest
}
