import type { NativeHistogram } from '../histogram/native-histogram.ts'
import { firstAfter, isStale, type Samples } from '../series/samples.ts'
import type { Series } from '../series/storage.ts'
import type { MatrixSelector } from '../syntax/ast.ts'
import { millisecondsOf } from './durations.ts'
import type { Frame } from './frame.ts'
import { lookTimes } from './look.ts'
import { readSeries } from './read.ts'
import type { Run } from './run.ts'
import type { Ranges } from './value.ts'

/**
 * A range selector: the series that have a sample in any of the steps' ranges, read once over the whole span.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/#range-vector-selectors
 */
export async function selectRanges(node: MatrixSelector, frame: Frame, run: Run, around: string): Promise<Ranges> {
  const { selector } = node
  const endsMs = lookTimes(selector, frame, run)
  const rangeMs = millisecondsOf(node.range, run, 'positive')
  const behind = selector.extension === undefined ? 0 : run.lookbackMs
  const ahead = selector.extension === 'smoothed' ? run.lookbackMs : 0
  const startMs = (endsMs[0] as number) - rangeMs - behind
  const endMs = (endsMs[endsMs.length - 1] as number) + ahead
  const read = await readSeries(run, {
    matchers: selector.matchers,
    startMs,
    endMs,
    hints: { around, rangeMs, stepMs: run.stepMs },
  })
  const series: Series[] = []
  await run.budget.inPieces(read.length, 64, s => {
    const each = fresh(read[s] as Series, startMs, endMs)
    if (each !== undefined) series.push(each)
  })
  return { type: 'matrix', series, endsMs, rangeMs, extension: selector.extension }
}

/** The series without its stale markers in the span; undefined where nothing is in it. */
function fresh(series: Series, startMs: number, endMs: number): Series | undefined {
  const { timesMs, values } = series.samples
  const from = firstAfter(timesMs, startMs)
  const to = (timesMs[timesMs.length - 1] as number) <= endMs ? timesMs.length : firstAfter(timesMs, endMs, from)
  let stale = 0
  for (let i = from; i < to; i++) if (Number.isNaN(values[i]) && isMarker(series.samples, i)) stale++
  if (to - from === stale) return undefined
  return stale === 0 ? series : { labels: series.labels, samples: without(series.samples, from, to, stale) }
}

/** A histogram's value in the column says nothing. */
function isMarker({ values, histograms }: Samples, i: number): boolean {
  return histograms?.[i] === undefined && isStale(values, i)
}

function without(samples: Samples, from: number, to: number, stale: number): Samples {
  const length = to - from - stale
  const [timesMs, values] = [new Float64Array(length), new Float64Array(length)]
  const histograms: (NativeHistogram | undefined)[] | undefined = samples.histograms && []
  let kept = 0
  for (let i = from; i < to; i++) {
    if (isMarker(samples, i)) continue
    timesMs[kept] = samples.timesMs[i] as number
    values[kept] = samples.values[i] as number
    histograms?.push(samples.histograms?.[i])
    kept++
  }
  return { timesMs, values, ...(histograms && { histograms }) }
}
