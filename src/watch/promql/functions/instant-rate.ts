import { annotate, divide, increaseBetween, type NativeHistogram } from '../histogram/index.ts'
import { contentOfRows } from './floats.ts'
import type { CallNotes, OverRange, Range } from './function.ts'
import { warnOfMix } from './notes.ts'

/**
 * `irate(v)`: the per-second increase between the last two samples of each range. After a reset the counter started at
 * 0.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#irate
 */
export const irate: OverRange = ofLastTwo(true)

/**
 * `idelta(v)`: the difference between the last two samples of each range.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#idelta
 */
export const idelta: OverRange = ofLastTwo(false)

function ofLastTwo(isRate: boolean): OverRange {
  return {
    shape: 'over-range',
    apply(range, call) {
      const { samples, from, to } = range
      if (to - from < 2) return undefined
      const content = contentOfRows(samples, to - 2, to)
      if (content === 'mixed') return warnOfMix(range.labels, call)
      const seconds = ((samples.timesMs[to - 1] as number) - (samples.timesMs[to - 2] as number)) / 1000
      if (content === 'histograms') {
        const gained = histogramGain(range, isRate, call)
        return gained === undefined || !isRate ? gained : divide(gained, seconds)
      }
      const before = samples.values[to - 2] as number
      const last = samples.values[to - 1] as number
      if (!isRate) return last - before
      return (last < before ? last : last - before) / seconds
    },
  }
}

function histogramGain({ samples, to, labels }: Range, isRate: boolean, call: CallNotes): NativeHistogram | undefined {
  const [before, last] = (samples.histograms ?? []).slice(to - 2, to) as [NativeHistogram, NativeHistogram]
  const { histogram, notes } = increaseBetween(before, last, isRate, labels.name)
  annotate(call.notes, notes, call.spanOf(0))
  return histogram
}
