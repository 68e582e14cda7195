import type { Labels } from '../../../kernel/labels.ts'
import { NOTHING, type Value, Vector } from './value.ts'

/** What was evaluated once, at every step. */
export function spread(value: Value, steps: number): Value {
  switch (value.type) {
    case 'scalar':
      return { type: 'scalar', values: new Float64Array(steps).fill(value.values[0] as number) }
    case 'vector':
      return spreadVector(value, steps)
    case 'string':
    case 'matrix':
      return value
  }
}

function spreadVector(vector: Vector, steps: number): Vector {
  const result = new Vector(steps, vector.size)
  result.unnamed = vector.unnamed
  for (let s = 0; s < vector.size; s++) {
    const start = result.addSeries(vector.labels[s] as Labels)
    const kind = vector.kinds[s] as number
    if (kind === NOTHING) continue
    result.kinds.fill(kind, start, start + steps)
    const histogram = vector.histogramAt(s)
    if (histogram === undefined) result.values.fill(vector.values[s] as number, start, start + steps)
    else for (let i = 0; i < steps; i++) result.setHistogram(start + i, histogram)
  }
  return result
}
