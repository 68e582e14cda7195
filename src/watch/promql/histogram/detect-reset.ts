import type { Buckets } from './buckets.ts'
import { sameBounds, sharedBounds, withBounds } from './custom-bounds.ts'
import { reduceSchema, widenZeroBucket } from './layout.ts'
import { hasCustomBuckets, type NativeHistogram } from './native-histogram.ts'

/**
 * Whether a counter was reset between two histograms: its hint says so, or it says nothing (a gauge's says nothing,
 * too) and the count of all or of any bucket went down. Neither a finer schema nor a narrower zero bucket comes about
 * without a reset; a coarser schema and a wider zero bucket do. The sum does not count, since it may go down by
 * negative observations.
 */
export function detectReset(current: NativeHistogram, previous: NativeHistogram): boolean {
  if (current.counterReset === 'reset') return true
  if (current.counterReset === 'not-reset') return false
  if (current.count < previous.count) return true
  if (hasCustomBuckets(current) !== hasCustomBuckets(previous)) return true
  return hasCustomBuckets(current) ? customDecreased(current, previous) : exponentialDecreased(current, previous)
}

function customDecreased(current: NativeHistogram, previous: NativeHistogram): boolean {
  if (sameBounds(current.customValues, previous.customValues)) return anyDecreased(current.positive, previous.positive)
  const bounds = sharedBounds(current.customValues, previous.customValues)
  return anyDecreased(withBounds(current, bounds).positive, withBounds(previous, bounds).positive)
}

function exponentialDecreased(current: NativeHistogram, previous: NativeHistogram): boolean {
  if (current.schema > previous.schema || current.zeroThreshold < previous.zeroThreshold) return true
  const widened = widenZeroBucket(previous, current.zeroThreshold)
  if (widened.zeroThreshold !== current.zeroThreshold || current.zeroCount < widened.zeroCount) return true
  const before = reduceSchema(widened, current.schema)
  return anyDecreased(current.positive, before.positive) || anyDecreased(current.negative, before.negative)
}

/** Whether a bucket holds less than it did. One that is not listed holds nothing. */
function anyDecreased(current: Buckets, previous: Buckets): boolean {
  let at = 0
  for (let i = 0; i < previous.indexes.length; i++) {
    const index = previous.indexes[i] as number
    while (at < current.indexes.length && (current.indexes[at] as number) < index) at++
    const isListed = current.indexes[at] === index
    const before = previous.counts[i] as number
    if (isListed ? (current.counts[at] as number) < before : before !== 0) return true
  }
  return false
}
