import { Labels } from '../../../kernel/labels.ts'
import { FLOAT, Vector } from '../evaluate/value.ts'
import type { WholeCall } from './function.ts'

/** A vector of what each float becomes at its step. Leaves out histograms and drops names, as most functions do. */
export async function ofEachFloat(
  vector: Vector,
  calculate: (value: number, step: number) => number,
  call: WholeCall,
): Promise<Vector> {
  const { steps, kinds, values } = vector
  const result = new Vector(steps, vector.size)
  await call.inPieces(vector.size, 2 * steps, series => {
    const start = result.addSeries(vector.labels[series] ?? Labels.EMPTY)
    for (let step = 0; step < steps; step++) {
      if (kinds[start + step] === FLOAT) result.setFloat(start + step, calculate(values[start + step] as number, step))
    }
    call.dropName(result, series)
  })
  return call.refuseTwins(result)
}
