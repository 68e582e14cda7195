import { multiply } from '../histogram/arithmetic.ts'
import type { Unary } from '../syntax/ast.ts'
import { dropNames } from './names.ts'
import type { Run } from './run.ts'
import { FLOAT, HISTOGRAM, type Value } from './value.ts'

/** `-v` takes the name as arithmetic does; `+v` does nothing. In place: a node's value is its parent's alone. */
export async function negate({ operator }: Unary, value: Value, run: Run): Promise<Value> {
  if (operator === '+') return value
  if (value.type === 'scalar') return { type: 'scalar', values: value.values.map(each => -each) }
  if (value.type !== 'vector') throw new TypeError(`a negative ${value.type}`)
  const { steps, kinds, values, histograms } = value
  await run.budget.inPieces(value.size, steps, s => {
    for (let place = s * steps; place < (s + 1) * steps; place++) {
      if (kinds[place] === FLOAT) values[place] = -(values[place] as number)
      const histogram = kinds[place] === HISTOGRAM ? histograms?.get(place) : undefined
      if (histogram !== undefined) value.setHistogram(place, multiply(histogram, -1))
    }
  })
  return dropNames(value, run)
}
