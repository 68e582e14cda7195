import { compareUtf8, Labels } from '../../../kernel/labels.ts'
import { FLOAT, HISTOGRAM, type StringValue, type Value, Vector } from '../evaluate/value.ts'
import { type Pieces, sortInPieces } from '../pieces.ts'
import type { OnWhole } from './function.ts'

/* A range query's series are put in the order of their labels in the end, so sorting shows in instant queries only. */

/**
 * `sort(v)`: floats in ascending order of value, NaN last. Leaves out histograms.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#sort
 */
export const sort: OnWhole = byValue((a, b) => a - b)

/**
 * `sort_desc(v)`: floats in descending order of value, NaN last. Leaves out histograms.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#sort_desc
 */
export const sortDesc: OnWhole = byValue((a, b) => b - a)

/**
 * `sort_by_label(v, label, …)`: by these labels' values in natural order (`a9` before `a10`), then by all. Experimental.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#sort_by_label
 */
export const sortByLabel: OnWhole = byLabel(1)

/**
 * `sort_by_label_desc(v, label, …)`: the reverse of `sort_by_label`. Experimental.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#sort_by_label_desc
 */
export const sortByLabelDesc: OnWhole = byLabel(-1)

function byValue(compare: (a: number, b: number) => number): OnWhole {
  return {
    shape: 'on-whole',
    async apply([argument], call) {
      const vector = argument as Vector
      const { steps, values } = vector
      let order = [...vector.labels.keys()]
      if (steps === 1) {
        const byValue = (a: number, b: number): number =>
          compareNaNLast(values[a] as number, values[b] as number, compare)
        order = await sortInPieces(order, byValue, call)
      }
      return inOrder(vector, order, false, call)
    },
  }
}

function byLabel(direction: 1 | -1): OnWhole {
  return {
    shape: 'on-whole',
    async apply([argument, ...names], call) {
      const vector = argument as Vector
      const { labels } = vector
      const byLabels = (a: number, b: number): number =>
        direction * compareByLabels(labels[a] as Labels, labels[b] as Labels, names)
      return inOrder(vector, await sortInPieces([...labels.keys()], byLabels, call), true, call)
    },
  }
}

function compareNaNLast(a: number, b: number, compare: (a: number, b: number) => number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return a === b ? 0 : compare(a, b)
}

function compareByLabels(a: Labels, b: Labels, names: readonly Value[]): number {
  for (const name of names) {
    const order = compareNaturally(a.get((name as StringValue).text), b.get((name as StringValue).text))
    if (order !== 0) return order
  }
  return Labels.compare(a, b)
}

/** Runs of digits as numbers, all else as text; what is equal so, such as `a1` and `a01`, as text. */
export function compareNaturally(a: string, b: string): number {
  if (a === b) return 0
  const [left, right] = [chunksOf(a), chunksOf(b)]
  for (const [i, chunk] of left.entries()) {
    const other = right[i]
    if (other === undefined) return 1
    const order = isDigits(chunk) && isDigits(other) ? compareDigits(chunk, other) : compareUtf8(chunk, other)
    if (order !== 0) return order
  }
  return left.length < right.length ? -1 : compareUtf8(a, b)
}

function chunksOf(text: string): string[] {
  return text.match(/[0-9]+|[^0-9]+/g) ?? []
}

function isDigits(chunk: string): boolean {
  return chunk >= '0' && chunk < ':'
}

/** Of any length: without leading zeros, the longer number is the greater. */
function compareDigits(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')]
  return left.length - right.length || compareUtf8(left, right)
}

async function inOrder(
  vector: Vector,
  order: readonly number[],
  withHistograms: boolean,
  pieces: Pieces,
): Promise<Vector> {
  const { steps } = vector
  const result = new Vector(steps, order.length)
  await pieces.inPieces(order.length, 2 * steps, at => {
    const series = order[at] as number
    const from = series * steps
    const to = result.addSeries(vector.labels[series] as Labels)
    if (vector.unnamed?.has(series)) {
      result.unnamed ??= new Set()
      result.unnamed.add(result.size - 1)
    }
    for (let step = 0; step < steps; step++) {
      const kind = vector.kinds[from + step]
      const histogram = vector.histogramAt(from + step)
      if (kind === FLOAT) result.setFloat(to + step, vector.values[from + step] as number)
      else if (kind === HISTOGRAM && withHistograms && histogram) result.setHistogram(to + step, histogram)
    }
  })
  return result
}
