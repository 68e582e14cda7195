import { getHeapStatistics } from 'node:v8'
import { systemClock } from '../../../src/kernel/clock.ts'
import { Engine, type EngineOptions, PromQLError, type Storage } from '../../../src/watch/promql/index.ts'
import { evaluate } from './ask.ts'
import type { Evaluation } from './evaluations.ts'

/** One evaluation in a process that evaluated nothing before. */
export interface First {
  readonly ms: number
  /** The most memory that it had at a time, garbage that was not collected yet among it; without the storage's. */
  readonly peakMB: number
  /** What it was refused for. */
  readonly refused?: string
}

/**
 * Evaluates once and looks, as often as the engine looks at its clock (about each millisecond), how much memory is
 * used.
 */
export async function evaluateFirst(storage: Storage, evaluation: Evaluation, limits: EngineOptions): Promise<First> {
  globalThis.gc?.()
  const beforeBytes = usedBytes()
  let peakBytes = beforeBytes
  const look = (): void => {
    peakBytes = Math.max(peakBytes, usedBytes())
  }
  const clock = {
    ...systemClock,
    elapsed() {
      look()
      return performance.now()
    },
  }
  const engine = new Engine({ ...limits, clock })
  const beganMs = performance.now()
  const refused = await evaluate(engine, storage, evaluation).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof PromQLError) return error.kind
      throw error
    },
  )
  const ms = performance.now() - beganMs
  look()
  return { ms, peakMB: (peakBytes - beforeBytes) / 1e6, ...(refused !== undefined && { refused }) }
}

/** What is used of the heap, and what is resident outside of it: an array's memory is not there until it is written. */
function usedBytes(): number {
  const { used_heap_size: used, total_physical_size: heap } = getHeapStatistics()
  return used + process.memoryUsage.rss() - heap
}
