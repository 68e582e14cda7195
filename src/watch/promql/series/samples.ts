import type { NativeHistogram } from '../histogram/native-histogram.ts'

/**
 * Says that a series ends: a sample of its own kind, so that no NaN of anybody's is taken for one. In columns it
 * is Prometheus' NaN, 0x7ff0000000000002, and is told from others by its bits (`isStale`).
 */
export const STALE: unique symbol = Symbol('stale')

/**
 * Samples of one series in order of time, as columns: sample i is at `timesMs[i]`, with value `values[i]` or, where
 * there is one, with `histograms[i]`. Only read; the columns may be views of a storage's own memory.
 */
export interface Samples {
  readonly timesMs: Float64Array
  readonly values: Float64Array
  /** Absent where all are floats. */
  readonly histograms?: readonly (NativeHistogram | undefined)[]
}

export const NO_SAMPLES: Samples = { timesMs: new Float64Array(0), values: new Float64Array(0) }

const STALE_LOW = 0x0000_0002
const STALE_HIGH = 0x7ff0_0000

/**
 * Whether sample i is the stale marker. The bits are read from memory, since an engine may change a NaN's bits in a
 * register. Typed arrays are little-endian wherever Node runs.
 */
export function isStale(values: Float64Array, i: number): boolean {
  if (!Number.isNaN(values[i])) return false
  const [low, high] = new Uint32Array(values.buffer, values.byteOffset + 8 * i, 2)
  return low === STALE_LOW && high === STALE_HIGH
}

/** Writes the stale marker at i. Copy columns that may hold one by `set`, which keeps bits. */
export function markStale(values: Float64Array, i: number): void {
  new Uint32Array(values.buffer, values.byteOffset + 8 * i, 2).set([STALE_LOW, STALE_HIGH])
}

/** The number of samples in `times[from..to)` that are at or before a time: an index for the first one after it. */
export function firstAfter(timesMs: Float64Array, timeMs: number, from = 0, to = timesMs.length): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((timesMs[middle] as number) <= timeMs) low = middle + 1
    else high = middle
  }
  return low
}
