import type { Budget } from './budget.ts'

/** When a node is evaluated: at each of these times, a step apart. An instant query and a constant part have one. */
export interface Frame {
  readonly timesMs: Float64Array
  readonly stepMs: number
}

/**
 * From start to end, both included. No time at all where the end is before the start. Throws where there are more
 * steps than samples that the query may have: a subquery of a year by the millisecond is written in ten letters.
 */
export function frameOf(startMs: number, endMs: number, stepMs: number, budget: Pick<Budget, 'allow'>): Frame {
  const steps = stepsOf(startMs, endMs, stepMs)
  budget.allow(steps)
  const timesMs = new Float64Array(steps)
  for (let i = 0; i < steps; i++) timesMs[i] = startMs + i * stepMs
  return { timesMs, stepMs }
}

function stepsOf(startMs: number, endMs: number, stepMs: number): number {
  if (endMs < startMs) return 0
  return startMs === endMs ? 1 : Math.floor((endMs - startMs) / stepMs) + 1
}

/** The first step of a frame alone. */
export function firstOf({ timesMs, stepMs }: Frame): Frame {
  return { timesMs: timesMs.subarray(0, 1), stepMs }
}
