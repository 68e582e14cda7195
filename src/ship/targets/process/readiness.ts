import type { Instance } from '../target.ts'
import type { Probe } from './probe.ts'

/** Silences in a row that make an instance unready. An answer that says no does so at once. */
const SILENCES = 3

export interface Heard {
  readonly state: Instance['state']
  readonly silences: number
  readonly changed: boolean
}

/** Decides what an answer makes of an instance. `late`: it is starting for longer than it may. */
export function hear(state: Instance['state'], silences: number, answer: Probe, late: boolean): Heard {
  if (answer.ready) return { state: 'ready', silences: 0, changed: state !== 'ready' }
  const lost = state === 'ready' && (answer.answered || silences + 1 >= SILENCES)
  if (lost || (state === 'starting' && late)) return { state: 'unready', silences: silences + 1, changed: true }
  return { state, silences: silences + 1, changed: false }
}
