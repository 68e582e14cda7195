import { Pool } from 'undici'
import type { Engine, Result, Storage } from '../../../src/watch/promql/index.ts'
import type { Prometheus } from '../prometheus.ts'
import type { Evaluation } from './evaluations.ts'

/** How long one evaluation took. */
export interface Taken {
  readonly ms: number
  /** Of it, what Prometheus says that its own evaluation took, without parsing the request and writing the answer. */
  readonly evaluationMs: number
}

export type Asker = (evaluation: Evaluation) => Promise<Taken>

/** Our engine, in this process. */
export function ours(engine: Engine, storage: Storage): Asker {
  return async evaluation => {
    const beganMs = performance.now()
    await evaluate(engine, storage, evaluation)
    const ms = performance.now() - beganMs
    return { ms, evaluationMs: ms }
  }
}

export function evaluate(engine: Engine, storage: Storage, { query, times }: Evaluation): Promise<Result> {
  return times.kind === 'instant'
    ? engine.instant(storage, query, times.timeMs)
    : engine.range(storage, query, times.startMs, times.endMs, times.stepMs)
}

/** A real Prometheus: from the request until its answer is here, unread. */
export function theirs({ url }: Pick<Prometheus, 'url'>): { readonly ask: Asker; close(): Promise<void> } {
  const pool = new Pool(url, { connections: 1, pipelining: 1 })
  const ask: Asker = async ({ query, times }) => {
    const seconds = (ms: number): string => (ms / 1_000).toFixed(3)
    const form =
      times.kind === 'instant'
        ? { time: seconds(times.timeMs) }
        : { start: seconds(times.startMs), end: seconds(times.endMs), step: seconds(times.stepMs) }
    const beganMs = performance.now()
    const { statusCode, body } = await pool.request({
      path: times.kind === 'instant' ? '/api/v1/query' : '/api/v1/query_range',
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ query, stats: 'true', ...form }).toString(),
    })
    const text = await body.text()
    const ms = performance.now() - beganMs
    if (statusCode !== 200) throw new Error(`prometheus answered ${query} with ${statusCode} ${text}`)
    return { ms, evaluationMs: evaluationMsOf(text) }
  }
  return { ask, close: () => pool.close() }
}

/** Its own clock's seconds, in the statistics that the request asks for. */
function evaluationMsOf(text: string): number {
  const seconds = /"evalTotalTime":([-+.e\d]+)/.exec(text)?.[1]
  return seconds === undefined ? NaN : 1_000 * Number(seconds)
}
