import type { Labels } from '../../../kernel/labels.ts'
import { NOTHING, type ScalarValue, Vector } from '../evaluate/value.ts'
import type { OnWhole, WholeCall } from './function.ts'

/**
 * `time()`: the Unix time of the evaluation in seconds (not of now).
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#time
 */
export const time: OnWhole = { shape: 'on-whole', apply: (_, { timesMs }) => scalar(timesMs.map(ms => ms / 1000)) }

/**
 * `timestamp(v)`: when each sample was taken, in seconds. That is the sample's own time where v is a selector, which
 * the engine answers by itself, since a value no longer knows it; and the evaluation's time where v is calculated.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#timestamp
 */
export const timestamp: OnWhole = {
  shape: 'on-whole',
  async apply([argument], call) {
    const { steps, size, labels, kinds } = argument as Vector
    const result = new Vector(steps, size)
    await call.inPieces(size, 2 * steps, series => {
      const start = result.addSeries(labels[series] as Labels)
      for (let step = 0; step < steps; step++) {
        if (kinds[start + step] !== NOTHING) result.setFloat(start + step, (call.timesMs[step] as number) / 1000)
      }
      call.dropName(result, series)
    })
    return call.refuseTwins(result)
  },
}

/**
 * `start_timestamp(v)`: since when each sample has been counting. Nothing: samples here carry no such time, and
 * Prometheus, too, gives nothing unless it is told to keep it. Experimental.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#start_timestamp
 */
export const startTimestamp: OnWhole = {
  shape: 'on-whole',
  apply: (_, { timesMs }) => new Vector(timesMs.length, 0),
}

/** `start()`: when the query starts, in seconds; of a subquery, too. Experimental. */
export const start: OnWhole = constant(({ query }) => query.startMs / 1000)

/** `end()`: when the query ends, in seconds. Experimental. */
export const end: OnWhole = constant(({ query }) => query.endMs / 1000)

/** `range()`: the seconds from start to end. Experimental. */
export const range: OnWhole = constant(({ query }) => (query.endMs - query.startMs) / 1000)

/** `step()`: the seconds between two evaluations; 0 for an instant query. Experimental. */
export const step: OnWhole = constant(({ query }) => query.stepMs / 1000)

/** `pi()` https://prometheus.io/docs/prometheus/latest/querying/functions/#trigonometric-functions */
export const pi: OnWhole = constant(() => Math.PI)

function constant(valueOf: (call: WholeCall) => number): OnWhole {
  return {
    shape: 'on-whole',
    apply: (_, call) => scalar(new Float64Array(call.timesMs.length).fill(valueOf(call))),
  }
}

function scalar(values: Float64Array): ScalarValue {
  return { type: 'scalar', values }
}
