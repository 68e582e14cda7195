// Run once a series and step, as the rates are: plain loops over columns, no allocation.
import { detectReset, equal, type NativeHistogram } from '../histogram/index.ts'
import { firstAfter, type Samples } from '../series/samples.ts'
import type { OverRange, Range } from './function.ts'

/**
 * `resets(v)`: how often each counter went down within the range. A step from float to histogram or back is a reset.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#resets
 */
export const resets: OverRange = countingSteps(floatResets, detectReset)

/**
 * `changes(v)`: how often the value changed within the range. NaN after NaN is no change; a step from float to
 * histogram or back is one.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#changes
 */
export const changes: OverRange = countingSteps(floatChanges, (after, before) => !equal(after, before))

/** Counts the steps from one sample to the next that are of a kind. */
function countingSteps(
  ofFloats: (values: Float64Array, from: number, to: number) => number,
  counts: (after: NativeHistogram, before: NativeHistogram) => boolean,
): OverRange {
  return {
    shape: 'over-range',
    apply(range) {
      const { samples, to } = range
      const from = firstRow(range)
      if (from === to) return undefined
      return samples.histograms === undefined
        ? ofFloats(samples.values, from, to)
        : ofBoth(samples, from, to, ofFloats, counts)
    },
  }
}

/** Anchored, the last sample at or before the range's start counts, too; `to` where there is none after it. */
function firstRow({ samples: { timesMs }, from, to, startMs, extension }: Range): number {
  if (extension !== 'anchored') return from
  const after = firstAfter(timesMs, startMs, from, to)
  return after === to ? to : Math.max(from, after - 1)
}

function floatResets(values: Float64Array, from: number, to: number): number {
  let found = 0
  for (let i = from + 1; i < to; i++) if ((values[i] as number) < (values[i - 1] as number)) found++
  return found
}

function floatChanges(values: Float64Array, from: number, to: number): number {
  let found = 0
  for (let i = from + 1; i < to; i++) {
    const after = values[i] as number
    const before = values[i - 1] as number
    if (after !== before && !(Number.isNaN(after) && Number.isNaN(before))) found++
  }
  return found
}

function ofBoth(
  { values, histograms = [] }: Samples,
  from: number,
  to: number,
  ofFloats: (values: Float64Array, from: number, to: number) => number,
  counts: (after: NativeHistogram, before: NativeHistogram) => boolean,
): number {
  let found = 0
  for (let i = from + 1; i < to; i++) {
    const [before, after] = [histograms[i - 1], histograms[i]]
    if (before === undefined && after === undefined) found += ofFloats(values, i - 1, i + 1)
    else if (before === undefined || after === undefined || counts(after, before)) found++
  }
  return found
}
