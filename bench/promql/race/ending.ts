import { systemClock } from '../../../src/kernel/clock.ts'
import { Engine, PromQLError, type PromQLErrorKind, type Storage } from '../../../src/watch/promql/index.ts'
import { END_MS } from './data.ts'
import { percentile } from './percentile.ts'

/** Queries that take long, each in another way: in functions, in sorting, in matching, in grouping, in histograms. */
const LONG: readonly { readonly query: string; readonly steps: number }[] = [
  { query: 'sum by (job) (rate(rpc_requests_total[5m]))', steps: 240 },
  { query: 'quantile_over_time(0.5, http_requests_total[20m])', steps: 60 },
  { query: 'topk(1000, rate(http_requests_total[5m]))', steps: 240 },
  { query: 'quantile by (job) (0.9, http_requests_total)', steps: 240 },
  { query: 'rpc_requests_total / on (job, instance, method, path) rpc_requests_total', steps: 20 },
  { query: 'rpc_requests_total unless on (instance) memory_used_bytes', steps: 20 },
  { query: 'sort(label_replace(rpc_requests_total, "thing", "$1", "path", ".*-(.*)"))', steps: 1 },
  { query: 'max_over_time(rate(http_requests_total[5m])[1h:1m])', steps: 20 },
  { query: 'count_values("value", rpc_requests_total)', steps: 5 },
  { query: 'histogram_quantile(0.9, rate(http_request_duration_seconds_bucket[5m]))', steps: 11_000 },
]

/** How long after it should have ended a query did end, over all queries and moments. */
export interface Ending {
  readonly by: 'signal' | 'timeoutMs'
  readonly times: number
  readonly p50Ms: number
  readonly worstMs: number
  /** The query that took longest to end. */
  readonly worst: string
  /** The longest that a whole query worked without looking whether it is to end, in the processor's time. */
  readonly stretchMs: number
  /** Those that were done before they were ended at all, and are not counted. */
  readonly done: number
}

/**
 * Ends each query after a part of the time that it would take. What counts is from the moment that was meant, not from
 * when a timer of a busy process got its turn, until the promise is settled.
 */
export async function timeEndings(storage: Storage, by: Ending['by'], parts: readonly number[]): Promise<Ending> {
  const seen: { readonly query: string; readonly lateMs: number }[] = []
  let [done, stretchMs] = [0, 0]
  for (const long of LONG) {
    const wholes = [await timeWhole(storage, long), await timeWhole(storage, long)]
    const wholeMs = Math.min(...wholes.map(whole => whole.ms))
    stretchMs = Math.max(stretchMs, Math.min(...wholes.map(whole => whole.stretchMs)))
    for (const part of parts) {
      const lateMs = await (by === 'signal' ? endBySignal : endByTimeout)(storage, long, part * wholeMs)
      if (lateMs === undefined) done++
      else seen.push({ query: long.query, lateMs })
    }
  }
  const late = seen.map(each => each.lateMs)
  const worstMs = Math.max(...late)
  const worst = seen.find(each => each.lateMs === worstMs)?.query ?? ''
  return { by, times: late.length, p50Ms: percentile(late, 0.5), worstMs, worst, stretchMs, done }
}

type Long = (typeof LONG)[number]

/** Other work on the machine makes a query end late, but does not add to the processor's time of this thread. */
async function timeWhole(storage: Storage, long: Long): Promise<{ readonly ms: number; readonly stretchMs: number }> {
  const beganMs = performance.now()
  let lookedMs = processorMs()
  let stretchMs = 0
  const look = (): void => {
    const nowMs = processorMs()
    stretchMs = Math.max(stretchMs, nowMs - lookedMs)
    lookedMs = nowMs
  }
  const clock = {
    ...systemClock,
    elapsed() {
      look()
      return performance.now()
    },
  }
  await run(new Engine({ clock }), storage, long)
  look()
  return { ms: performance.now() - beganMs, stretchMs }
}

function processorMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

async function endBySignal(storage: Storage, long: Long, afterMs: number): Promise<number | undefined> {
  const controller = new AbortController()
  const dueMs = performance.now() + afterMs
  const timer = setTimeout(() => controller.abort(), afterMs)
  const ended = await endOf(run(new Engine(), storage, long, controller.signal), 'canceled')
  clearTimeout(timer)
  return ended ? performance.now() - dueMs : undefined
}

async function endByTimeout(storage: Storage, long: Long, afterMs: number): Promise<number | undefined> {
  const dueMs = performance.now() + afterMs
  const ended = await endOf(run(new Engine({ timeoutMs: afterMs }), storage, long), 'timeout')
  return ended ? performance.now() - dueMs : undefined
}

async function endOf(query: Promise<unknown>, kind: PromQLErrorKind): Promise<boolean> {
  try {
    await query
    return false
  } catch (error) {
    if (error instanceof PromQLError && error.kind === kind) return true
    throw error
  }
}

function run(engine: Engine, storage: Storage, { query, steps }: Long, signal?: AbortSignal): Promise<unknown> {
  const options = signal === undefined ? {} : { signal }
  if (steps === 1) return engine.instant(storage, query, END_MS, options)
  const spanMs = Math.min(3_600_000, (steps - 1) * 15_000)
  const stepMs = Math.floor(spanMs / (steps - 1))
  return engine.range(storage, query, END_MS - stepMs * (steps - 1), END_MS, stepMs, options)
}
