import type { NativeHistogram } from '../histogram/native-histogram.ts'
import type { Pieces } from '../pieces.ts'
import type { Subquery } from '../syntax/ast.ts'
import { seriesOf } from './columns.ts'
import { millisecondsOf } from './durations.ts'
import { type Frame, frameOf } from './frame.ts'
import { lookTimes } from './look.ts'
import type { Run } from './run.ts'
import type { Ranges } from './value.ts'

/**
 * A subquery: its expression at every multiple of its step that lies in any of the steps' ranges. The multiples are
 * those since 1970, not since the query's start; the first one is after the range's start, never on it.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/#subquery
 */
export async function evaluateSubquery(node: Subquery, frame: Frame, run: Run): Promise<Ranges> {
  const endsMs = lookTimes(node, frame, run)
  const rangeMs = millisecondsOf(node.range, run, 'positive')
  const stepMs = node.step === undefined ? run.subqueryStepMs : millisecondsOf(node.step, run, 'positive')
  const startMs = (endsMs[0] as number) - rangeMs
  const firstMs = stepMs * (Math.floor(startMs / stepMs) + 1)
  const inner = frameOf(firstMs, endsMs[endsMs.length - 1] as number, stepMs, run.budget)
  if (inner.timesMs.length === 0) return { type: 'matrix', series: [], endsMs, rangeMs }
  const value = await run.evaluate(node.expr, inner)
  if (value.type !== 'vector') throw new TypeError(`a subquery of a ${value.type}`)
  if (value.histograms !== undefined) await forgetHints(value.histograms, run.budget)
  return { type: 'matrix', series: await seriesOf(value, inner.timesMs, run.budget), endsMs, rangeMs }
}

/** What was known of a counter reset held for the samples below the subquery, of which it may skip or repeat some. */
async function forgetHints(histograms: Map<number, NativeHistogram>, pieces: Pieces): Promise<void> {
  const entries = [...histograms]
  await pieces.inPieces(entries.length, 8, i => {
    const [place, histogram] = entries[i] as (typeof entries)[number]
    const { counterReset } = histogram
    if (counterReset === 'reset' || counterReset === 'not-reset') {
      histograms.set(place, { ...histogram, counterReset: 'unknown' })
    }
  })
}
