import type { Shift } from '../syntax/ast.ts'
import { millisecondsOf } from './durations.ts'
import type { Frame } from './frame.ts'
import type { Run } from './run.ts'

/**
 * The moment that a selector or subquery looks at, for each step: the step's own or that of `@`, less the offset.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/#offset-modifier
 */
export function lookTimes({ at, offset }: Shift, frame: Frame, run: Run): Float64Array {
  const offsetMs = offset === undefined ? 0 : millisecondsOf(offset, run, 'any')
  const fixedMs = at === undefined ? undefined : atTime(at, run)
  return frame.timesMs.map(timeMs => (fixedMs ?? timeMs) - offsetMs)
}

export function atTime(at: NonNullable<Shift['at']>, run: Run): number {
  switch (at.kind) {
    case 'time':
      return at.timeMs
    case 'start':
      return run.startMs
    case 'end':
      return run.endMs
  }
}
