import { sameBounds } from '../histogram/custom-bounds.ts'
import { detectReset } from '../histogram/detect-reset.ts'
import type { CounterReset, NativeHistogram } from '../histogram/native-histogram.ts'

/**
 * What Prometheus' database says of a counter reset before a histogram that it has stored after another one, or after
 * none. It knows that there was none where both went into one chunk, which takes only histograms of one layout that do
 * not go down. What begins a chunk is of unknown history, even when a reset was the reason to begin it.
 */
export function hintWhenStored(histogram: NativeHistogram, previous: NativeHistogram | undefined): CounterReset {
  if (histogram.counterReset === 'gauge') return 'gauge'
  if (histogram.counterReset === 'reset') return 'unknown'
  if (previous === undefined || previous.counterReset === 'gauge') return 'unknown'
  if (!hasSameLayout(histogram, previous) || detectReset({ ...histogram, counterReset: 'unknown' }, previous)) {
    return 'unknown'
  }
  return 'not-reset'
}

function hasSameLayout(a: NativeHistogram, b: NativeHistogram): boolean {
  return a.schema === b.schema && a.zeroThreshold === b.zeroThreshold && sameBounds(a.customValues, b.customValues)
}
