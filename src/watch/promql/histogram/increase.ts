import { add, asGauge, subtract } from './arithmetic.ts'
import { detectReset } from './detect-reset.ts'
import { compact, reduceSchema } from './layout.ts'
import { hasCustomBuckets, type NativeHistogram, nativeHistogram } from './native-histogram.ts'
import { boundsReconciled, mixedSchemas, type Note, type Noted, notCounter, notGauge } from './note.ts'

/**
 * What a range of histograms rose by, from the first to the last (two or more, in order of time): last − first, with
 * what was there before each reset added back where it is a counter. `rate`, `increase` and `delta` scale it
 * (`multiply`) by their extrapolation factor; the result is a gauge.
 *
 * There is no result where exponential and custom buckets are mixed, and a warning instead. A gauge under `rate` and a
 * counter under `delta` are answered, with a warning.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
 */
export function increaseOver(histograms: readonly NativeHistogram[], isCounter: boolean, metricName: string): Noted {
  const first = histograms[0] as NativeHistogram
  const last = histograms.at(-1) as NativeHistogram
  return isCounter ? counterIncrease(histograms, first, last, metricName) : gaugeIncrease(first, last, metricName)
}

function counterIncrease(
  histograms: readonly NativeHistogram[],
  first: NativeHistogram,
  last: NativeHistogram,
  metricName: string,
): Noted {
  const notes: Note[] = []
  if (first.counterReset === 'gauge' || last.counterReset === 'gauge') notes.push(notCounter(metricName))
  const start = startOf(first, histograms[1] as NativeHistogram)
  const others = histograms.slice(1)
  if (hasCustomBuckets(last) !== hasCustomBuckets(start)) return refuse(metricName, notes)
  if (others.some(each => hasCustomBuckets(each) !== hasCustomBuckets(start))) return refuse(metricName)
  if (notes.length === 0 && others.some(each => each.counterReset === 'gauge')) notes.push(notCounter(metricName))
  let schema = start.schema
  for (const each of others) schema = Math.min(schema, each.schema)

  let total = step(subtract(reduceSchema(last, schema), start), 'subtraction', notes)
  let previous = start
  for (const current of others) {
    if (total !== undefined && detectReset(current, previous)) total = step(add(total, previous), 'addition', notes)
    previous = current
  }
  return total === undefined ? refuse(metricName) : { histogram: asGauge(compact(total)), notes }
}

/** Nothing, in the second one's layout, where the counter was reset after the first: its own layout then does not matter. */
function startOf(first: NativeHistogram, second: NativeHistogram): NativeHistogram {
  if (!detectReset(second, first)) return first
  return nativeHistogram({ schema: second.schema, customValues: second.customValues })
}

function gaugeIncrease(first: NativeHistogram, last: NativeHistogram, metricName: string): Noted {
  if (hasCustomBuckets(first) !== hasCustomBuckets(last)) return refuse(metricName)
  const notes: Note[] = []
  const total = step(subtract(last, first), 'subtraction', notes)
  if (first.counterReset !== 'gauge' || last.counterReset !== 'gauge') notes.push(notGauge(metricName))
  return total === undefined ? refuse(metricName) : { histogram: asGauge(compact(total)), notes }
}

/**
 * `irate` and `idelta` of the last two histograms of a range, before the division by the time between them: last −
 * previous, or the last alone where the counter was reset.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#irate
 */
export function increaseBetween(
  previous: NativeHistogram,
  last: NativeHistogram,
  isCounter: boolean,
  metricName: string,
): Noted {
  const notes: Note[] = []
  const gauges = [previous, last].filter(each => each.counterReset === 'gauge').length
  if (isCounter && gauges > 0) notes.push(notCounter(metricName))
  if (!isCounter && gauges < 2) notes.push(notGauge(metricName))
  if (isCounter && detectReset(last, previous)) return { histogram: asGauge(compact(last)), notes }
  const total = step(subtract(last, previous), 'subtraction', notes)
  if (total === undefined) return refuse(metricName, notes)
  return { histogram: asGauge(compact(total)), notes }
}

function refuse(metricName: string, notes: readonly Note[] = []): Noted {
  return { histogram: undefined, notes: [...notes, mixedSchemas(metricName)] }
}

/** The resets of a range are dealt with one by one, so that hints that collide say nothing. */
function step(
  combined: ReturnType<typeof add>,
  operation: 'addition' | 'subtraction',
  notes: Note[],
): NativeHistogram | undefined {
  if (combined?.boundsReconciled === true) notes.push(boundsReconciled(operation))
  return combined?.histogram
}
