// Run once a series and step, as the rates are: plain loops over columns, no allocation (npm run bench:promql).
import { aggregateOverTime, annotate } from '../histogram/index.ts'
import { contentOf, histogramsOf, overFloats } from './floats.ts'
import type { OverRange, Range } from './function.ts'
import { warnOfMix } from './notes.ts'

/* https://prometheus.io/docs/prometheus/latest/querying/functions/#aggregation_over_time */

/** `count_over_time(v)`: how many samples each range holds, of either kind. */
export const countOverTime: OverRange = { shape: 'over-range', apply: ({ from, to }) => to - from }

/** `present_over_time(v)`: 1 for each series that has a sample in the range. */
export const presentOverTime: OverRange = { shape: 'over-range', apply: () => 1 }

/** `last_over_time(v)`: the newest sample of each range. Keeps the name, since it is still the same quantity. */
export const lastOverTime: OverRange = {
  shape: 'over-range',
  keepsName: true,
  apply: ({ samples, to }) => samples.histograms?.[to - 1] ?? samples.values[to - 1],
}

/** `first_over_time(v)`: the oldest sample of each range. Keeps the name. Experimental. */
export const firstOverTime: OverRange = {
  shape: 'over-range',
  keepsName: true,
  apply: ({ samples, from }) => samples.histograms?.[from] ?? samples.values[from],
}

/** `sum_over_time(v)`: the sum of each range; of histograms, too, but not of both kinds at once. */
export const sumOverTime: OverRange = overOneKind(sum, 'sum')

/** `avg_over_time(v)`: the mean of each range; of histograms, too, but not of both kinds at once. */
export const avgOverTime: OverRange = overOneKind(mean, 'avg')

/** `min_over_time(v)`: the least float of each range. NaN only where there is nothing else. */
export const minOverTime: OverRange = overFloats(({ samples: { values }, from, to }) => {
  let least = values[from] as number
  for (let i = from + 1; i < to; i++) {
    const value = values[i] as number
    if (value < least || Number.isNaN(least)) least = value
  }
  return least
})

/** `max_over_time(v)`: the greatest float of each range. NaN only where there is nothing else. */
export const maxOverTime: OverRange = overFloats(({ samples: { values }, from, to }) => {
  let greatest = values[from] as number
  for (let i = from + 1; i < to; i++) {
    const value = values[i] as number
    if (value > greatest || Number.isNaN(greatest)) greatest = value
  }
  return greatest
})

/** `ts_of_last_over_time(v)`: when the newest sample of each range was taken, in seconds. Experimental. */
export const timeOfLastOverTime: OverRange = {
  shape: 'over-range',
  apply: ({ samples, to }) => (samples.timesMs[to - 1] as number) / 1000,
}

/** `ts_of_first_over_time(v)`: when the oldest sample of each range was taken, in seconds. Experimental. */
export const timeOfFirstOverTime: OverRange = {
  shape: 'over-range',
  apply: ({ samples, from }) => (samples.timesMs[from] as number) / 1000,
}

/** `ts_of_min_over_time(v)`: when the least float was last seen, in seconds. Experimental. */
export const timeOfMinOverTime: OverRange = overFloats(({ samples: { timesMs, values }, from, to }) => {
  let at = from
  for (let i = from; i < to; i++) {
    const least = values[at] as number
    if ((values[i] as number) <= least || Number.isNaN(least)) at = i
  }
  return (timesMs[at] as number) / 1000
})

/** `ts_of_max_over_time(v)`: when the greatest float was last seen, in seconds. Experimental. */
export const timeOfMaxOverTime: OverRange = overFloats(({ samples: { timesMs, values }, from, to }) => {
  let at = from
  for (let i = from; i < to; i++) {
    const greatest = values[at] as number
    if ((values[i] as number) >= greatest || Number.isNaN(greatest)) at = i
  }
  return (timesMs[at] as number) / 1000
})

function overOneKind(ofFloats: (floats: Range) => number, operator: 'sum' | 'avg'): OverRange {
  return {
    shape: 'over-range',
    apply(range, call) {
      const content = contentOf(range)
      if (content === 'floats') return ofFloats(range)
      if (content === 'mixed') return warnOfMix(range.labels, call)
      const { histogram, notes } = aggregateOverTime(operator, histogramsOf(range), range.labels.name)
      annotate(call.notes, notes, call.spanOf(0))
      return histogram
    },
  }
}

/** Kahan's summation (see KahanSum), written out. */
function sum({ samples: { values }, from, to }: Range): number {
  let sum = 0
  let lost = 0
  for (let i = from; i < to; i++) {
    const value = values[i] as number
    const next = sum + value
    if (next === Infinity || next === -Infinity) lost = 0
    else if (Math.abs(sum) >= Math.abs(value)) lost += sum - next + value
    else lost += value - next + sum
    sum = next
  }
  return sum === Infinity || sum === -Infinity ? sum : sum + lost
}

/** The sum over the count; from where the sum would overflow, the mean is carried along instead. */
function mean(range: Range): number {
  const { values } = range.samples
  const { from, to } = range
  let sum = values[from] as number
  let lost = 0
  for (let i = from + 1; i < to; i++) {
    const value = values[i] as number
    const next = sum + value
    if (next === Infinity || next === -Infinity) return incrementalMean(range, i, sum, lost)
    if (Math.abs(sum) >= Math.abs(value)) lost += sum - next + value
    else lost += value - next + sum
    sum = next
  }
  const count = to - from
  return sum / count + lost / count
}

/** Goes on from the sum of the rows before `at`. Infinite samples end here, too. */
function incrementalMean({ samples: { values }, from, to }: Range, at: number, sum: number, lost: number): number {
  let mean = sum / (at - from)
  lost /= at - from
  for (let i = at; i < to; i++) {
    const count = i - from + 1
    const kept = (count - 1) / count
    const share = (values[i] as number) / count
    const before = kept * mean
    lost *= kept
    mean = before + share
    if (mean === Infinity || mean === -Infinity) lost = 0
    else if (Math.abs(before) >= Math.abs(share)) lost += before - mean + share
    else lost += share - mean + before
  }
  return mean + lost
}
