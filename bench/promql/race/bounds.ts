import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { EngineOptions } from '../../../src/watch/promql/index.ts'
import { END_MS } from './data.ts'
import type { Evaluation } from './evaluations.ts'
import type { First } from './peak.ts'

/** What a query has in memory under a limit. */
export interface Bound {
  readonly maxSamples: number
  readonly peakMB: number
  readonly refused: boolean
}

/** 36 million samples on its way to the answer: each second of an hour. */
const LARGE: Evaluation = {
  what: 'rate, 10k series × 3,600 steps',
  query: 'sum by (job) (rate(http_requests_total[5m]))',
  times: { kind: 'range', startMs: END_MS - 3_599_000, endMs: END_MS, stepMs: 1_000 },
  metrics: ['http_requests_total'],
}

const LIMITS = [100_000, 1_000_000, 10_000_000, 50_000_000]

/** The memory of a large query under limits that let it through and do not. */
export async function measureBounds(): Promise<readonly Bound[]> {
  const bounds: Bound[] = []
  for (const maxSamples of LIMITS) {
    const { peakMB, refused } = await firstOf(LARGE, { maxSamples })
    bounds.push({ maxSamples, peakMB, refused: refused === 'too-many-samples' })
  }
  return bounds
}

/** In a process of its own. */
export async function firstOf(evaluation: Evaluation, limits: EngineOptions = {}): Promise<First> {
  const script = fileURLToPath(new URL('run-first.ts', import.meta.url))
  const args = ['--expose-gc', script, JSON.stringify(evaluation), JSON.stringify(limits)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout) as First
}
