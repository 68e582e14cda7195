/** When a node is evaluated: at each of these times, a step apart. An instant query and a constant part have one. */
export interface Frame {
  readonly timesMs: Float64Array
  readonly stepMs: number
}

/** From start to end, both included. No time at all where the end is before the start. */
export function frameOf(startMs: number, endMs: number, stepMs: number): Frame {
  const steps = endMs < startMs ? 0 : Math.floor((endMs - startMs) / stepMs) + 1
  const timesMs = new Float64Array(steps)
  for (let i = 0; i < steps; i++) timesMs[i] = startMs + i * stepMs
  return { timesMs, stepMs }
}

/** The first step of a frame alone. */
export function firstOf({ timesMs, stepMs }: Frame): Frame {
  return { timesMs: timesMs.subarray(0, 1), stepMs }
}
