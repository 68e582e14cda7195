import { Labels } from '../../../kernel/labels.ts'
import { FLOAT, type ScalarValue, Vector } from '../evaluate/value.ts'
import type { OnWhole } from './function.ts'

/**
 * `vector(s)`: the scalar as a vector of one series without labels.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#vector
 */
export const vector: OnWhole = {
  shape: 'on-whole',
  apply([argument]) {
    const { values } = argument as ScalarValue
    const result = new Vector(values.length, 1)
    result.addSeries(Labels.EMPTY)
    for (const [step, value] of values.entries()) result.setFloat(step, value)
    return result
  },
}

/**
 * `scalar(v)`: the one float of the vector; NaN where there is none or more than one. Histograms are passed over.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#scalar
 */
export const scalar: OnWhole = {
  shape: 'on-whole',
  async apply([argument], call) {
    const { steps, size, kinds, values } = argument as Vector
    const found = new Uint8Array(steps)
    const result = new Float64Array(steps).fill(NaN)
    await call.inPieces(size, steps, series => {
      for (let step = 0; step < steps; step++) {
        const place = series * steps + step
        if (kinds[place] !== FLOAT) continue
        result[step] = found[step] === 0 ? (values[place] as number) : NaN
        found[step] = 1
      }
    })
    return { type: 'scalar', values: result }
  },
}
