import type { OverRange, Range } from './function.ts'

/**
 * `resets(v)`: how often each counter went down within the range. A change between float and histogram is a reset.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#resets
 */
export const resets: OverRange = {
  shape: 'over-range',
  apply: range => (range.samples.histograms === undefined ? floatResets(range) : undefined),
}

/**
 * `changes(v)`: how often the value changed within the range. NaN after NaN is no change; one between float and
 * histogram is.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#changes
 */
export const changes: OverRange = {
  shape: 'over-range',
  apply: range => (range.samples.histograms === undefined ? floatChanges(range) : undefined),
}

function floatResets({ samples: { values }, from, to }: Range): number {
  let found = 0
  for (let i = from + 1; i < to; i++) if ((values[i] as number) < (values[i - 1] as number)) found++
  return found
}

function floatChanges({ samples: { values }, from, to }: Range): number {
  let found = 0
  for (let i = from + 1; i < to; i++) {
    const value = values[i] as number
    const before = values[i - 1] as number
    if (value !== before && !(Number.isNaN(value) && Number.isNaN(before))) found++
  }
  return found
}
