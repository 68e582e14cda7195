import { multiply } from '../histogram/arithmetic.ts'
import type { Unary } from '../syntax/ast.ts'
import { dropNames } from './names.ts'
import type { Run } from './run.ts'
import { HISTOGRAM, type Value } from './value.ts'

/** `-v` takes the name as arithmetic does; `+v` does nothing. In place: a node's value is its parent's alone. */
export function negate({ operator }: Unary, value: Value, run: Run): Value {
  if (operator === '+') return value
  if (value.type !== 'scalar' && value.type !== 'vector') throw new TypeError(`a negative ${value.type}`)
  const { values } = value
  for (let i = 0; i < values.length; i++) values[i] = -(values[i] as number)
  if (value.type === 'scalar') return value
  for (const [place, histogram] of value.histograms ?? []) {
    if (value.kinds[place] === HISTOGRAM) value.setHistogram(place, multiply(histogram, -1))
  }
  return dropNames(value, run)
}
