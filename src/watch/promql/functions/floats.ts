import type { NativeHistogram } from '../histogram/index.ts'
import type { Samples } from '../series/samples.ts'
import type { CallNotes, OverRange, Range } from './function.ts'
import { tellOfIgnoredHistograms } from './notes.ts'

/** What a range holds. */
export type Content = 'floats' | 'histograms' | 'mixed'

/** Without histograms in the whole series, which is the rule, this costs one comparison. */
export function contentOf({ samples, from, to }: Range): Content {
  return contentOfRows(samples, from, to)
}

export function contentOfRows(samples: Samples, from: number, to: number): Content {
  const { histograms } = samples
  if (histograms === undefined) return 'floats'
  let found = 0
  for (let i = from; i < to; i++) if (histograms[i] !== undefined) found++
  if (found === 0) return 'floats'
  return found === to - from ? 'histograms' : 'mixed'
}

/** Those of a range that holds nothing else. */
export function histogramsOf({ samples, from, to }: Range): readonly NativeHistogram[] {
  return (samples.histograms ?? []).slice(from, to) as NativeHistogram[]
}

/**
 * A function that knows floats only: of a mixed range it gets the floats, which is told; of histograms alone it makes
 * nothing, silently.
 */
export function overFloats(calculate: (floats: Range, call: CallNotes) => number | undefined): OverRange {
  return {
    shape: 'over-range',
    apply(range, call) {
      const content = contentOf(range)
      if (content === 'floats') return calculate(range, call)
      if (content === 'histograms') return undefined
      tellOfIgnoredHistograms(range.labels, call)
      return calculate(floatsOf(range), call)
    },
  }
}

/** The same range with its floats alone. */
function floatsOf(range: Range): Range {
  const samples = pick(range, i => range.samples.histograms?.[i] === undefined)
  return { ...range, samples, from: 0, to: samples.values.length }
}

function pick({ samples, from, to }: Range, keeps: (row: number) => boolean): Samples {
  const rows: number[] = []
  for (let i = from; i < to; i++) if (keeps(i)) rows.push(i)
  return {
    timesMs: Float64Array.from(rows, i => samples.timesMs[i] as number),
    values: Float64Array.from(rows, i => samples.values[i] as number),
  }
}
