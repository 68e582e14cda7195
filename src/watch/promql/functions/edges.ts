import { firstAfter } from '../series/samples.ts'
import type { Range } from './function.ts'

/** The rows that the two ends of an extended range are taken from. */
export interface Edges {
  readonly first: number
  readonly last: number
}

/**
 * The last sample at or before the range's start, else the first of all; and the last sample of all, or for a smoothed
 * range the first one at or after its end. Undefined where no sample tells anything of the range.
 */
export function edgesOf({ samples: { timesMs }, from, to, startMs, endMs, extension }: Range): Edges | undefined {
  const first = Math.max(from, firstAfter(timesMs, startMs, from, to - 1) - 1)
  let last = to - 1
  if (extension === 'smoothed') {
    if ((timesMs[first] as number) > endMs) return undefined
    last = firstAfter(timesMs, endMs, from, to - 1)
    if (last > from && timesMs[last - 1] === endMs) last--
  }
  return (timesMs[last] as number) <= startMs ? undefined : { first, last }
}
