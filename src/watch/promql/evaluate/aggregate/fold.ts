import type { Aggregation } from '../../syntax/ast.ts'
import type { Run } from '../run.ts'
import { FLOAT, HISTOGRAM, NOTHING, type Vector } from '../value.ts'
import { group, groupingOf } from './groups.ts'

/** An aggregation that takes one element after the other and keeps a few numbers a place of the result. */
interface Fold {
  /** `isFirst` tells that nothing came to this place before. */
  add(place: number, value: number, isFirst: boolean): void
  /** Once a place, also of those to which nothing came. */
  finish?: (place: number) => void
  /** They count as elements, whatever they hold; otherwise they are left out, which is told. */
  readonly takesHistograms?: boolean
}

/**
 * - `count(v)`: how many elements each group has; `group(v)`: 1 where it has any
 * - `min(v)`, `max(v)`: the least and the greatest float; NaN only where there is nothing else
 * - `stdvar(v)`, `stddev(v)`: the variance of the floats as a whole population, and its square root
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators
 */
export async function fold(node: Aggregation, vector: Vector, run: Run): Promise<Vector> {
  const { groupOf, result } = await group(vector, groupingOf(node), run.budget)
  const folding = foldOf(node, result)
  const { steps, kinds, values } = vector
  await run.budget.inPieces(vector.size, 2 * steps, s => {
    let [from, to] = [s * steps, (groupOf[s] as number) * steps]
    for (let i = 0; i < steps; i++, from++, to++) {
      if (kinds[from] === NOTHING) continue
      if (kinds[from] === HISTOGRAM && folding.takesHistograms !== true) {
        tellOfIgnored(node, run)
        continue
      }
      const isFirst = result.kinds[to] === NOTHING
      result.kinds[to] = FLOAT
      folding.add(to, values[from] as number, isFirst)
    }
  })
  const { finish } = folding
  if (finish === undefined) return result
  await run.budget.inPieces(result.size, steps, group => {
    for (let place = group * steps; place < (group + 1) * steps; place++) finish(place)
  })
  return result
}

export function tellOfIgnored({ operator, expr }: Aggregation, { notes }: Run): void {
  notes.info(`ignored histogram in ${operator} aggregation`, expr.span)
}

function foldOf({ operator }: Aggregation, { values, size, steps }: Vector): Fold {
  switch (operator) {
    case 'count':
      return {
        takesHistograms: true,
        add: place => {
          values[place] = (values[place] as number) + 1
        },
      }
    case 'min':
      return { add: extreme(values, (value, best) => value < best) }
    case 'max':
      return { add: extreme(values, (value, best) => value > best) }
    case 'stddev':
      return variance(values, size * steps, Math.sqrt)
    case 'stdvar':
      return variance(values, size * steps, value => value)
    default:
      return {
        takesHistograms: true,
        add: place => {
          values[place] = 1
        },
      }
  }
}

/** Any number is better than NaN. */
function extreme(values: Float64Array, isBetter: (value: number, best: number) => boolean): Fold['add'] {
  return (place, value, isFirst) => {
    const best = values[place] as number
    if (isFirst || Number.isNaN(best) || isBetter(value, best)) values[place] = value
  }
}

/** Welford's: mean and sum of squared distances go along, so that nothing large is subtracted from something large. */
function variance(values: Float64Array, places: number, last: (variance: number) => number): Fold {
  const [means, counts] = [new Float64Array(places), new Float64Array(places)]
  return {
    add(place, value, isFirst) {
      const count = (counts[place] as number) + 1
      counts[place] = count
      if (isFirst) {
        means[place] = value
        values[place] = Number.isFinite(value) ? 0 : NaN
        return
      }
      const mean = means[place] as number
      const delta = value - mean
      const next = mean + delta / count
      means[place] = next
      values[place] = (values[place] as number) + delta * (value - next)
    },
    finish(place) {
      values[place] = last((values[place] as number) / (counts[place] as number))
    },
  }
}
