import { Labels } from '../../../kernel/labels.ts'
import type { NativeHistogram } from '../histogram/native-histogram.ts'
import { firstAfter, type Samples } from '../series/samples.ts'
import type { Series } from '../series/storage.ts'
import type { Budget } from './budget.ts'
import { seriesOf } from './columns.ts'
import type { Frame } from './frame.ts'
import { FLOAT, HISTOGRAM, type Ranges, type Value, type Vector } from './value.ts'

/** One element of an instant vector: a float or a histogram. */
export type Element =
  | { readonly labels: Labels; readonly value: number; readonly histogram?: undefined }
  | { readonly labels: Labels; readonly value?: undefined; readonly histogram: NativeHistogram }

/** What a query is worth. All elements of a vector, a scalar and a string have the time that was asked for. */
export type Answer =
  | { readonly type: 'vector'; readonly value: readonly Element[] }
  | { readonly type: 'matrix'; readonly value: readonly Series[] }
  | { readonly type: 'scalar'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }

/** Of a frame of one step. Elements of a vector stand as they came; the series of a range in the order of labels. */
export function instantAnswer(value: Value): Answer {
  switch (value.type) {
    case 'scalar':
      return { type: 'scalar', value: value.values[0] as number }
    case 'string':
      return { type: 'string', value: value.text }
    case 'vector':
      return { type: 'vector', value: elementsOf(value) }
    case 'matrix':
      return { type: 'matrix', value: sorted(rawSeriesOf(value)) }
  }
}

/** A series each, in the order of labels, with points only where there is something. */
export async function rangeAnswer(value: Value, { timesMs }: Frame, budget: Budget): Promise<Answer> {
  if (value.type === 'scalar') {
    const series = timesMs.length === 0 ? [] : [{ labels: Labels.EMPTY, samples: { timesMs, values: value.values } }]
    return { type: 'matrix', value: series }
  }
  if (value.type !== 'vector') throw new TypeError(`a range query of a ${value.type}`)
  return { type: 'matrix', value: sorted(await seriesOf(value, timesMs, budget)) }
}

function elementsOf({ labels, kinds, values, histograms }: Vector): Element[] {
  const elements: Element[] = []
  for (let s = 0; s < labels.length; s++) {
    const each = labels[s] as Labels
    if (kinds[s] === FLOAT) elements.push({ labels: each, value: values[s] as number })
    if (kinds[s] === HISTOGRAM) elements.push({ labels: each, histogram: histograms?.get(s) as NativeHistogram })
  }
  return elements
}

/** The samples themselves that the range of the only step holds. */
function rawSeriesOf({ series, endsMs, rangeMs }: Ranges): Series[] {
  const endMs = endsMs[0] as number
  return series
    .map(({ labels, samples }) => ({ labels, samples: cut(samples, endMs - rangeMs, endMs) }))
    .filter(({ samples }) => samples.timesMs.length > 0)
}

function cut({ timesMs, values, histograms }: Samples, startMs: number, endMs: number): Samples {
  const from = firstAfter(timesMs, startMs)
  const to = firstAfter(timesMs, endMs, from)
  return {
    timesMs: timesMs.subarray(from, to),
    values: values.subarray(from, to),
    ...(histograms && { histograms: histograms.slice(from, to) }),
  }
}

/** Storages mostly give series in order, which is then all that is looked at. */
function sorted(series: Series[]): Series[] {
  for (let s = 1; s < series.length; s++) {
    if (Labels.compare((series[s - 1] as Series).labels, (series[s] as Series).labels) > 0) {
      return series.toSorted((a, b) => Labels.compare(a.labels, b.labels))
    }
  }
  return series
}
