// The most called code of the engine: plain loops over columns and no allocation, because a dashboard runs it once a
// series and step (npm run bench:promql).
import type { Labels } from '../../../kernel/labels.ts'
import { annotate, increaseOver, multiply, type NativeHistogram } from '../histogram/index.ts'
import { extendedRate } from './extended-rate.ts'
import { extrapolation, type RateKind } from './extrapolation.ts'
import { contentOf, histogramsOf } from './floats.ts'
import type { CallNotes, OverRange, Range } from './function.ts'
import { tellOfPossibleNonCounter, warnOfMix } from './notes.ts'

/**
 * `rate(v)`: the per-second increase of each counter over the range, extrapolated to the whole range.
 *
 * A value below its predecessor is a reset: the counter started again at 0. Needs two samples.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
 */
export const rate: OverRange = extrapolated({ isCounter: true, isPerSecond: true })

/**
 * `increase(v)`: `rate(v)` times the seconds of the range.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#increase
 */
export const increase: OverRange = extrapolated({ isCounter: true, isPerSecond: false })

/**
 * `delta(v)`: the difference between the last and the first value of each gauge, extrapolated to the whole range.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#delta
 */
export const delta: OverRange = extrapolated({ isCounter: false, isPerSecond: false })

function extrapolated(kind: RateKind): OverRange {
  const { isCounter, isPerSecond } = kind
  return {
    shape: 'over-range',
    apply(range, call) {
      const content = contentOf(range)
      if (content === 'mixed') return warnOfMix(range.labels, call)
      if (range.extension !== undefined) return extendedRate(range, content, kind, call)
      if (range.to - range.from < 2) return undefined
      if (content === 'histograms') return histogramRate(range, kind, call)
      const gained = gain(range, isCounter)
      const first = range.samples.values[range.from] as number
      const hasZero = isCounter && gained > 0 && first >= 0
      return gained * extrapolation(range, isPerSecond, hasZero ? first / gained : Infinity)
    },
    ...(isCounter && { noteFloats: doubtCounter }),
  }
}

/** How much the values went up: last − first, and for a counter what each reset took away. */
function gain({ samples: { values }, from, to }: Range, isCounter: boolean): number {
  let previous = values[from] as number
  let gained = (values[to - 1] as number) - previous
  if (!isCounter) return gained
  for (let i = from + 1; i < to; i++) {
    const value = values[i] as number
    if (value < previous) gained += previous
    previous = value
  }
  return gained
}

function histogramRate(
  range: Range,
  { isCounter, isPerSecond }: RateKind,
  call: CallNotes,
): NativeHistogram | undefined {
  const histograms = histogramsOf(range)
  const { histogram, notes } = increaseOver(histograms, isCounter, range.labels.name)
  annotate(call.notes, notes, call.spanOf(0))
  if (histogram === undefined) return undefined
  const first = (histograms[0] as NativeHistogram).count
  const hasZero = isCounter && histogram.count > 0 && first >= 0
  return multiply(histogram, extrapolation(range, isPerSecond, hasZero ? first / histogram.count : Infinity))
}

/** Only names are looked at: the type of a metric is not known here. */
function doubtCounter(labels: Labels, call: CallNotes): void {
  const { name } = labels
  if (name !== '' && !/_(total|sum|count|bucket)$/.test(name)) tellOfPossibleNonCounter(name, call)
}
