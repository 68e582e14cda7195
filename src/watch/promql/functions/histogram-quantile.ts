import { type ScalarValue, type StringValue, Vector } from '../evaluate/value.ts'
import { annotate, classicQuantile, histogramQuantile as nativeQuantile, repair } from '../histogram/index.ts'
import { shortNumber } from '../number-text.ts'
import { Distributions, forMetric, type Reading } from './distributions.ts'
import type { OnWhole, WholeCall } from './function.ts'

const NEEDED_REPAIR =
  'input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)'

/**
 * `histogram_quantile(φ, v)`: the value below which the fraction φ of observations lie, of each classic histogram
 * (series of buckets with a label `le`) and each native one.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
export const histogramQuantile: OnWhole = {
  shape: 'on-whole',
  async apply([phi, argument], call) {
    const vector = argument as Vector
    const phis = (phi as ScalarValue).values
    warnOfInvalid(phis, call, 0)
    const result = new Vector(vector.steps, vector.size)
    const distributions = await Distributions.of(vector, call, 1)
    await distributions.read(quantileReading(phis, call, { ofNative: 0, ofClassic: 1 }), result)
    return call.refuseTwins(result)
  },
}

/**
 * `histogram_quantiles(v, label, φ0, φ1, …)`: several quantiles at once, each labelled with its φ. Experimental.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantiles
 */
export const histogramQuantiles: OnWhole = {
  shape: 'on-whole',
  async apply([argument, label, ...phis], call) {
    const vector = argument as Vector
    const { text: name } = label as StringValue
    const distributions = await Distributions.of(vector, call, 0)
    const result = new Vector(vector.steps, vector.size * phis.length)
    for (const [i, each] of phis.entries()) {
      const { values } = each as ScalarValue
      warnOfInvalid(values, call, i + 2)
      for (const phi of new Set(values)) {
        const reading = atSteps(quantileReading(values, call, { ofNative: 0, ofClassic: 0 }), values, phi)
        await distributions.read(reading, result, labels => labels.with(name, openMetricsNumber(phi)))
      }
    }
    return call.refuseTwins(result)
  },
}

/** Reads the quantile of each step. Notes on native and classic histograms point at different arguments. */
function quantileReading(
  phis: Float64Array,
  call: WholeCall,
  noteAt: { readonly ofNative: number; readonly ofClassic: number },
): Reading {
  return {
    ofNative(histogram, step, metricName) {
      const { value, notes } = nativeQuantile(phis[step] as number, histogram, metricName)
      annotate(call.notes, notes, call.spanOf(noteAt.ofNative))
      return value
    },
    ofClassic(buckets, step, metricName) {
      const phi = phis[step] as number
      if (!(phi >= 0 && phi <= 1)) return beyond(phi)
      if (buckets.bounds[buckets.size - 1] !== Infinity) return NaN
      const repaired = repair(buckets)
      if (repaired !== undefined) {
        const timeMs = call.timesMs[step] as number
        call.notes.infoOfRepair(forMetric(NEEDED_REPAIR, metricName), call.spanOf(noteAt.ofClassic), timeMs, repaired)
      }
      return classicQuantile(phi, buckets)
    },
  }
}

/** Only at the steps at which φ has this value; nothing at others. */
function atSteps(reading: Reading, phis: Float64Array, phi: number): Reading {
  const isAt = (step: number): boolean => Object.is(phis[step], phi) || phis[step] === phi
  return {
    ofNative: (histogram, step, metricName) => (isAt(step) ? reading.ofNative(histogram, step, metricName) : undefined),
    ofClassic: (buckets, step, metricName) => (isAt(step) ? reading.ofClassic(buckets, step, metricName) : undefined),
  }
}

function beyond(phi: number): number {
  if (Number.isNaN(phi)) return NaN
  return phi < 0 ? -Infinity : Infinity
}

function warnOfInvalid(phis: Float64Array, call: WholeCall, argument: number): void {
  for (const phi of phis) {
    if (phi >= 0 && phi <= 1) continue
    call.notes.warn(`quantile value should be between 0 and 1, got ${shortNumber(phi)}`, call.spanOf(argument))
  }
}

/** As OpenMetrics writes a number in a label: always with a point, an exponent or a word. */
function openMetricsNumber(value: number): string {
  const text = shortNumber(value)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}
