import type { NativeHistogram } from '../histogram/native-histogram.ts'
import type { Pieces } from '../pieces.ts'
import type { Series } from '../series/storage.ts'
import { NOTHING, type Value, type Vector } from './value.ts'

/** How many samples a value holds, as Prometheus counts them. The series of a range selector are the storage's. */
export async function sizeOf(value: Value, pieces: Pieces): Promise<number> {
  switch (value.type) {
    case 'scalar':
      return value.values.length
    case 'vector':
      return pointsOf(value, pieces)
    case 'string':
    case 'matrix':
      return 0
  }
}

async function pointsOf({ kinds, steps, size, histograms }: Vector, pieces: Pieces): Promise<number> {
  const places = size * steps
  let points = 0
  await pieces.inPieces(Math.ceil(places / BLOCK), BLOCK / 4, block => {
    const inBlock = kinds.subarray(block * BLOCK, Math.min(places, (block + 1) * BLOCK))
    points += histograms === undefined ? countFloats(inBlock) : countAny(inBlock)
  })
  for (const histogram of histograms?.values() ?? []) points += histogramSize(histogram) - 1
  return points
}

/** Places that are counted in one go: a multiple of 4. */
const BLOCK = 65_536

/** Every kind is 0 or 1, so that four of them are counted at once. */
function countFloats(kinds: Uint8Array): number {
  const words = new Uint32Array(kinds.buffer, kinds.byteOffset, kinds.length >> 2)
  let points = countAny(kinds.subarray(4 * words.length))
  for (const word of words) points += Math.imul(word, 0x01010101) >>> 24
  return points
}

function countAny(kinds: Uint8Array): number {
  let points = 0
  for (const kind of kinds) if (kind !== NOTHING) points++
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
