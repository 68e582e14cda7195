import type { Times } from '../prometheus.ts'
import { END_MS, type MetricName } from './data.ts'

/** One query that both sides answer. */
export interface Evaluation {
  readonly what: string
  readonly query: string
  readonly times: Times
  /** What it reads. */
  readonly metrics: readonly MetricName[]
}

const NOW: Times = { kind: 'instant', timeMs: END_MS }
/** 240 steps of 15 s: an hour on a dashboard. */
const HOUR: Times = { kind: 'range', startMs: END_MS - 239 * 15_000, endMs: END_MS, stepMs: 15_000 }

const RATE_10K = 'sum by (job) (rate(http_requests_total[5m]))'
const QUANTILE = 'histogram_quantile(0.9, rate(http_request_duration_seconds_bucket[5m]))'
const JOIN = 'memory_used_bytes / on (instance) memory_limit_bytes'
const BUCKETS = ['http_request_duration_seconds_bucket'] as const
const MEMORY = ['memory_used_bytes', 'memory_limit_bytes'] as const

export const EVALUATIONS: readonly Evaluation[] = [
  { what: 'rate, 10k series', query: RATE_10K, times: NOW, metrics: ['http_requests_total'] },
  {
    what: 'rate, 100k series',
    query: 'sum by (job) (rate(rpc_requests_total[5m]))',
    times: NOW,
    metrics: ['rpc_requests_total'],
  },
  { what: 'rate, 10k series × 240 steps', query: RATE_10K, times: HOUR, metrics: ['http_requests_total'] },
  { what: 'quantile, 2k buckets', query: QUANTILE, times: NOW, metrics: BUCKETS },
  { what: 'quantile, 2k buckets × 240 steps', query: QUANTILE, times: HOUR, metrics: BUCKETS },
  { what: 'join, 1k × 1k series', query: JOIN, times: NOW, metrics: MEMORY },
  { what: 'join, 1k × 1k series × 240 steps', query: JOIN, times: HOUR, metrics: MEMORY },
]
