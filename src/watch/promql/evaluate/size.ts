import type { NativeHistogram } from '../histogram/native-histogram.ts'
import type { Series } from '../series/storage.ts'
import { NOTHING, type Value, type Vector } from './value.ts'

/** How many samples a value holds, as Prometheus counts them. The series of a range selector are the storage's. */
export function sizeOf(value: Value): number {
  switch (value.type) {
    case 'scalar':
      return value.values.length
    case 'vector':
      return pointsOf(value)
    case 'string':
    case 'matrix':
      return 0
  }
}

/** Without histograms every kind is 0 or 1, so that four of them are counted at once. */
function pointsOf({ kinds, steps, size, histograms }: Vector): number {
  let points = 0
  const places = size * steps
  const words = histograms === undefined ? new Uint32Array(kinds.buffer, 0, places >> 2) : new Uint32Array(0)
  for (const word of words) points += Math.imul(word, 0x01010101) >>> 24
  for (let i = 4 * words.length; i < places; i++) points += kinds[i] === NOTHING ? 0 : 1
  for (const histogram of histograms?.values() ?? []) points += histogramSize(histogram) - 1
  return points
}

/** The same of series as a storage gives them. */
export function sizeOfSeries(series: readonly Series[]): number {
  let size = 0
  for (const { samples } of series) {
    size += samples.timesMs.length
    for (const histogram of samples.histograms ?? []) if (histogram !== undefined) size += histogramSize(histogram) - 1
  }
  return size
}

/** A histogram's size in samples: its bytes and its time's in units of 16 bytes, as Prometheus counts them. */
export function histogramSize(histogram: NativeHistogram): number {
  return Math.floor((bytesOf(histogram) + 8) / 16)
}

/** Fixed fields, then 8 bytes a bucket, a run of neighbouring buckets and a custom bound. */
function bytesOf({ positive, negative, customValues }: NativeHistogram): number {
  return 168 + bytesOfBuckets(positive) + bytesOfBuckets(negative) + 8 * customValues.length
}

function bytesOfBuckets({ indexes }: NativeHistogram['positive']): number {
  let runs = 0
  for (let i = 0; i < indexes.length; i++) if (i === 0 || indexes[i] !== (indexes[i - 1] as number) + 1) runs++
  return 8 * (indexes.length + runs)
}
