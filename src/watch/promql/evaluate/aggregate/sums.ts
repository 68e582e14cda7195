// The aggregations of nearly every dashboard: one pass over the vector's block, with a sum and what it lost by
// rounding at each place of the result (npm run bench:promql).
import type { Labels } from '../../../../kernel/labels.ts'
import { annotate, HistogramAggregate, MIXED_WITH_FLOATS_IN_AGGREGATION } from '../../histogram/index.ts'
import { VALUES_A_HISTOGRAM } from '../../pieces.ts'
import type { Aggregation } from '../../syntax/ast.ts'
import type { Run } from '../run.ts'
import { FLOAT, NOTHING, type Vector } from '../value.ts'
import { type Grouped, group, groupingOf } from './groups.ts'

/**
 * `sum(v)`, `avg(v)`: of floats, or of histograms bucket by bucket. Where a group has both at one step, it has neither
 * sum nor average there, with a warning.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators
 */
export async function sumOrMean(node: Aggregation, vector: Vector, run: Run): Promise<Vector> {
  const grouped = await group(vector, groupingOf(node), run.budget)
  const floats = node.operator === 'sum' ? new Sums(grouped.result) : new Means(grouped.result)
  await run.budget.inPieces(vector.size, 2 * vector.steps, s => {
    floats.add(vector, s, grouped.groupOf[s] as number)
  })
  await run.budget.inPieces(grouped.result.size, vector.steps, group => {
    floats.finish(group)
  })
  if (vector.histograms !== undefined) await addHistograms(node, vector, grouped, run)
  return grouped.result
}

/** Kahan's sums, as `KahanSum` has them one by one. */
class Sums {
  readonly #result: Vector
  readonly #lost: Float64Array

  constructor(result: Vector) {
    this.#result = result
    this.#lost = new Float64Array(result.size * result.steps)
  }

  add({ steps, kinds, values }: Vector, series: number, group: number): void {
    const { kinds: seen, values: sums } = this.#result
    const lost = this.#lost
    let [from, to] = [series * steps, group * steps]
    for (let i = 0; i < steps; i++, from++, to++) {
      if (kinds[from] !== FLOAT) continue
      const value = values[from] as number
      if (seen[to] === NOTHING) {
        seen[to] = FLOAT
        sums[to] = value
        continue
      }
      const sum = sums[to] as number
      const next = sum + value
      if (next === Infinity || next === -Infinity) lost[to] = 0
      else if (Math.abs(sum) >= Math.abs(value)) lost[to] = (lost[to] as number) + (sum - next + value)
      else lost[to] = (lost[to] as number) + (value - next + sum)
      sums[to] = next
    }
  }

  finish(group: number): void {
    const { values, steps } = this.#result
    for (let i = group * steps; i < (group + 1) * steps; i++) {
      values[i] = (values[i] as number) + (this.#lost[i] as number)
    }
  }
}

/** The sum through the count; as soon as a sum would be infinite, the mean is kept instead of the sum. */
class Means {
  readonly #result: Vector
  readonly #lost: Float64Array
  readonly #counts: Float64Array
  /** 1 where `values` is the mean already. */
  readonly #isMean: Uint8Array

  constructor(result: Vector) {
    const places = result.size * result.steps
    this.#result = result
    this.#lost = new Float64Array(places)
    this.#counts = new Float64Array(places)
    this.#isMean = new Uint8Array(places)
  }

  add({ steps, kinds, values }: Vector, series: number, group: number): void {
    let [from, to] = [series * steps, group * steps]
    for (let i = 0; i < steps; i++, from++, to++) if (kinds[from] === FLOAT) this.#addFloat(to, values[from] as number)
  }

  #addFloat(to: number, value: number): void {
    const { kinds: seen, values: sums } = this.#result
    const counts = this.#counts
    const count = (counts[to] as number) + 1
    counts[to] = count
    if (seen[to] === NOTHING) {
      seen[to] = FLOAT
      sums[to] = value
      return
    }
    if (this.#isMean[to] === 0) {
      if (Math.abs((sums[to] as number) + value) !== Infinity) {
        this.#addTo(to, value)
        return
      }
      this.#isMean[to] = 1
      sums[to] = (sums[to] as number) / (count - 1)
      this.#lost[to] = (this.#lost[to] as number) / (count - 1)
    }
    const share = (count - 1) / count
    sums[to] = share * (sums[to] as number)
    this.#lost[to] = share * (this.#lost[to] as number)
    this.#addTo(to, value / count)
  }

  #addTo(to: number, value: number): void {
    const { values: sums } = this.#result
    const sum = sums[to] as number
    const next = sum + value
    const lost = this.#lost[to] as number
    if (Math.abs(next) === Infinity) this.#lost[to] = 0
    else this.#lost[to] = lost + (Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum)
    sums[to] = next
  }

  finish(group: number): void {
    const { values, steps } = this.#result
    for (let i = group * steps; i < (group + 1) * steps; i++) {
      const [sum, lost, count] = [values[i] as number, this.#lost[i] as number, this.#counts[i] as number]
      values[i] = this.#isMean[i] === 1 ? sum + lost : sum / count + lost / count
    }
  }
}

async function addHistograms(
  node: Aggregation,
  vector: Vector,
  { groupOf, result }: Grouped,
  { notes, budget }: Run,
): Promise<void> {
  const { steps, size } = vector
  const aggregates = new Map<number, HistogramAggregate>()
  await budget.inPieces(size * steps, VALUES_A_HISTOGRAM, from => {
    const histogram = vector.histogramAt(from)
    if (histogram === undefined) return
    const step = from % steps
    const s = (from - step) / steps
    const to = (groupOf[s] as number) * steps + step
    const before = aggregates.get(to)
    if (before !== undefined) before.add(histogram, (vector.labels[s] as Labels).name)
    else aggregates.set(to, new HistogramAggregate(node.operator as 'sum' | 'avg', histogram))
  })
  const { span } = node.expr
  const places = [...aggregates.keys()]
  await budget.inPieces(places.length, VALUES_A_HISTOGRAM, each => {
    const place = places[each] as number
    if (result.kinds[place] === FLOAT) {
      annotate(notes, [MIXED_WITH_FLOATS_IN_AGGREGATION], span)
      result.kinds[place] = NOTHING
      return
    }
    const noted = (aggregates.get(place) as HistogramAggregate).result()
    annotate(notes, noted.notes, span)
    if (noted.histogram !== undefined) result.setHistogram(place, noted.histogram)
  })
}
