import type { Labels } from '../../../kernel/labels.ts'
import { Vector } from '../evaluate/value.ts'
import { histogramMean, histogramVariance, type NativeHistogram } from '../histogram/index.ts'
import type { Evaluation, OnWhole } from './function.ts'
import { histogramFraction } from './histogram-fraction.ts'
import { histogramQuantile, histogramQuantiles } from './histogram-quantile.ts'

/** Every function of histograms by its name. */
export const HISTOGRAM_FUNCTIONS: Readonly<Record<string, Evaluation>> = {
  /**
   * `histogram_avg(v)`: the mean of the observations of each native histogram.
   *
   * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_avg
   */
  histogram_avg: ofEachHistogram(histogramMean),

  /**
   * `histogram_count(v)`: how many observations each native histogram holds.
   *
   * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_count-and-histogram_sum
   */
  histogram_count: ofEachHistogram(histogram => histogram.count),

  histogram_fraction: histogramFraction,
  histogram_quantile: histogramQuantile,
  histogram_quantiles: histogramQuantiles,

  /**
   * `histogram_stddev(v)`: the estimated standard deviation of the observations of each native histogram.
   *
   * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_stddev-and-histogram_stdvar
   */
  histogram_stddev: ofEachHistogram(histogram => Math.sqrt(histogramVariance(histogram))),

  /**
   * `histogram_stdvar(v)`: the estimated variance of the observations of each native histogram.
   *
   * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_stddev-and-histogram_stdvar
   */
  histogram_stdvar: ofEachHistogram(histogramVariance),

  /**
   * `histogram_sum(v)`: the sum of the observations of each native histogram.
   *
   * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_count-and-histogram_sum
   */
  histogram_sum: ofEachHistogram(histogram => histogram.sum),
}

/** A vector of what each native histogram comes to. Leaves out floats and drops names. */
function ofEachHistogram(calculate: (histogram: NativeHistogram) => number): OnWhole {
  return {
    shape: 'on-whole',
    async apply([argument], call) {
      const vector = argument as Vector
      const result = new Vector(vector.steps, vector.size)
      await call.inPieces(vector.size, 8 * vector.steps, series => {
        const start = result.addSeries(vector.labels[series] as Labels)
        for (let place = start; place < start + vector.steps; place++) {
          const histogram = vector.histogramAt(place)
          if (histogram !== undefined) result.setFloat(place, calculate(histogram))
        }
        call.dropName(result, series)
      })
      return call.refuseTwins(result)
    },
  }
}
