import type { Labels } from '../../../kernel/labels.ts'
import type { Pieces } from '../pieces.ts'
import { NOTHING, type Value, Vector } from './value.ts'

/** What was evaluated once, at every step. */
export async function spread(value: Value, steps: number, pieces: Pieces): Promise<Value> {
  switch (value.type) {
    case 'scalar':
      return { type: 'scalar', values: new Float64Array(steps).fill(value.values[0] as number) }
    case 'vector':
      return spreadVector(value, steps, pieces)
    case 'string':
    case 'matrix':
      return value
  }
}

async function spreadVector(vector: Vector, steps: number, pieces: Pieces): Promise<Vector> {
  const result = new Vector(steps, vector.size)
  result.unnamed = vector.unnamed
  await pieces.inPieces(vector.size, steps, s => {
    const start = result.addSeries(vector.labels[s] as Labels)
    const kind = vector.kinds[s] as number
    if (kind === NOTHING) return
    result.kinds.fill(kind, start, start + steps)
    const histogram = vector.histogramAt(s)
    if (histogram === undefined) result.values.fill(vector.values[s] as number, start, start + steps)
    else for (let i = 0; i < steps; i++) result.setHistogram(start + i, histogram)
  })
  return result
}
