import { Labels } from '../../../kernel/labels.ts'
import type { NativeHistogram } from '../histogram/native-histogram.ts'
import { sortInPieces } from '../pieces.ts'
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
export async function instantAnswer(value: Value, budget: Budget): Promise<Answer> {
  switch (value.type) {
    case 'scalar':
      return { type: 'scalar', value: value.values[0] as number }
    case 'string':
      return { type: 'string', value: value.text }
    case 'vector':
      return { type: 'vector', value: await elementsOf(value, budget) }
    case 'matrix':
      return { type: 'matrix', value: await sorted(await rawSeriesOf(value, budget), budget) }
  }
}

/** A series each, in the order of labels, with points only where there is something. */
export async function rangeAnswer(value: Value, { timesMs }: Frame, budget: Budget): Promise<Answer> {
  if (value.type === 'scalar') {
    const series = timesMs.length === 0 ? [] : [{ labels: Labels.EMPTY, samples: { timesMs, values: value.values } }]
    return { type: 'matrix', value: series }
  }
  if (value.type !== 'vector') throw new TypeError(`a range query of a ${value.type}`)
  return { type: 'matrix', value: await sorted(await seriesOf(value, timesMs, budget), budget) }
}

async function elementsOf({ labels, kinds, values, histograms }: Vector, budget: Budget): Promise<Element[]> {
  const elements: Element[] = []
  await budget.inPieces(labels.length, 16, s => {
    const each = labels[s] as Labels
    if (kinds[s] === FLOAT) elements.push({ labels: each, value: values[s] as number })
    if (kinds[s] === HISTOGRAM) elements.push({ labels: each, histogram: histograms?.get(s) as NativeHistogram })
  })
  return elements
}

/** The samples themselves that the range of the only step holds. */
async function rawSeriesOf({ series, endsMs, rangeMs }: Ranges, budget: Budget): Promise<Series[]> {
  const endMs = endsMs[0] as number
  const raw: Series[] = []
  await budget.inPieces(series.length, 64, s => {
    const { labels, samples } = series[s] as Series
    const within = cut(samples, endMs - rangeMs, endMs)
    if (within.timesMs.length > 0) raw.push({ labels, samples: within })
  })
  return raw
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
async function sorted(series: Series[], budget: Budget): Promise<Series[]> {
  let isSorted = true
  await budget.inPieces(series.length - 1, 32, s => {
    isSorted &&= byLabels(series[s] as Series, series[s + 1] as Series) <= 0
  })
  return isSorted ? series : sortInPieces(series, byLabels, budget)
}

function byLabels(a: Series, b: Series): number {
  return Labels.compare(a.labels, b.labels)
}
