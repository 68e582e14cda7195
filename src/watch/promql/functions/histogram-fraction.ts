import { type ScalarValue, Vector } from '../evaluate/value.ts'
import { annotate, classicFraction, histogramFraction as nativeFraction } from '../histogram/index.ts'
import { Distributions } from './distributions.ts'
import type { OnWhole } from './function.ts'

/**
 * `histogram_fraction(lower, upper, v)`: which fraction of its observations lie between two values, of each classic
 * and each native histogram.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_fraction
 */
export const histogramFraction: OnWhole = {
  shape: 'on-whole',
  async apply([from, to, argument], call) {
    const vector = argument as Vector
    const [lowers, uppers] = [(from as ScalarValue).values, (to as ScalarValue).values]
    const result = new Vector(vector.steps, vector.size)
    const distributions = await Distributions.of(vector, call, 2)
    await distributions.read(
      {
        ofNative(histogram, step, metricName) {
          const bounds = [lowers[step] as number, uppers[step] as number] as const
          const { value, notes } = nativeFraction(...bounds, histogram, metricName)
          annotate(call.notes, notes, call.spanOf(0))
          return value
        },
        ofClassic: (buckets, step) => classicFraction(lowers[step] as number, uppers[step] as number, buckets),
      },
      result,
    )
    return call.refuseTwins(result)
  },
}
