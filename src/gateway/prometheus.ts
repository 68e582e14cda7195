import { BUCKETS, dense, type Histogram } from './buckets.ts'
import type { RouteCounts, Snapshot } from './protocol.ts'

/** Every eighth bound, 48 % apart: a scrape of all 241 for each route class would be large and no clearer. */
const BOUNDS = BUCKETS.flatMap((bound, i) =>
  i % 8 === 0 && bound !== Number.POSITIVE_INFINITY ? [[i, bound] as const] : [],
)
const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const
const FAILURES = ['connect', 'timeout', 'reset', 'protocol', 'unavailable'] as const

type Labels = Readonly<Record<string, string>>
type Sample = readonly [labels: Labels, value: number]

/** Writes the counts in Prometheus' text format 0.0.4. */
export function exposition(
  snapshot: Snapshot,
  usage: { readonly cpuSeconds: number; readonly residentBytes: number },
): string {
  const rows = snapshot.services.flatMap(({ service, versions }) =>
    versions.flatMap(({ version, routes }) =>
      routes.filter(isUsed).map(counts => ({ labels: { service, version, route: counts.route }, counts })),
    ),
  )
  const services = snapshot.services.map(counts => ({ labels: { service: counts.service }, counts }))
  const count = (read: (counts: RouteCounts) => number): Sample[] =>
    rows.map(({ labels, counts }) => [labels, read(counts)])
  return [
    family(
      'requests_total',
      'counter',
      'Requests that were answered, by class of status.',
      rows.flatMap(({ labels, counts }) =>
        CLASSES.map((code, i): Sample => [{ ...labels, code }, counts.statuses[i] ?? 0]),
      ),
    ),
    family(
      'failed_attempts_total',
      'counter',
      'Attempts without an answer, by cause.',
      rows.flatMap(({ labels, counts }) =>
        FAILURES.map((cause): Sample => [{ ...labels, cause }, counts.failures[cause]]),
      ),
    ),
    family(
      'bad_requests_total',
      'counter',
      'Requests that were answered badly or failed.',
      count(({ bad }) => bad),
    ),
    family(
      'cells_total',
      'counter',
      'Pairs of a user and a second.',
      count(({ cells }) => cells),
    ),
    family(
      'bad_cells_total',
      'counter',
      'Pairs of a user and a second with a bad request.',
      count(({ badCells }) => badCells),
    ),
    family(
      'client_aborts_total',
      'counter',
      'Requests that their clients gave up.',
      count(({ aborts }) => aborts),
    ),
    histogram(
      'request_duration_seconds',
      'Time to the last byte of an answer; instances that warm up apart.',
      rows.flatMap(({ labels, counts }) => [
        [{ ...labels, warming: 'no' }, counts.latency] as const,
        [{ ...labels, warming: 'yes' }, counts.warmingLatency] as const,
      ]),
    ),
    family(
      'requests_in_flight',
      'gauge',
      'Requests that are unfinished now.',
      snapshot.services.flatMap(({ service, versions }) =>
        versions.map(({ version, inFlight }): Sample => [{ service, version }, inFlight]),
      ),
    ),
    family(
      'excluded_requests_total',
      'counter',
      'Health checks and bots.',
      services.map(({ labels, counts }) => [labels, counts.excluded]),
    ),
    family(
      'retries_total',
      'counter',
      'Requests that were tried again.',
      services.map(({ labels, counts }) => [labels, counts.retries]),
    ),
    family(
      'unserved_requests_total',
      'counter',
      'Requests answered 503 because no instance could be reached.',
      services.map(({ labels, counts }) => [labels, counts.unserved]),
    ),
    family(
      'too_large_requests_total',
      'counter',
      'Requests whose body was over the limit.',
      services.map(({ labels, counts }) => [labels, counts.tooLarge]),
    ),
    family(
      'cut_requests_total',
      'counter',
      'Requests that were malformed, slow or too large, by the status answered.',
      Object.entries(snapshot.malformed).map(([code, value]) => [{ code }, value]),
    ),
    family('unrouted_requests_total', 'counter', 'Requests that belong to no service.', [[{}, snapshot.unrouted]]),
    family('connections', 'gauge', "Clients' connections now.", [[{}, snapshot.connections]]),
    family('refused_connections_total', 'counter', 'Connections refused at the limit.', [
      [{}, snapshot.refusedConnections],
    ]),
    family('config_revision', 'gauge', 'Rises with every change of the configuration.', [[{}, snapshot.revision]]),
    plain(
      'process_start_time_seconds',
      'gauge',
      'When the process started, in seconds since 1970.',
      snapshot.startedMs / 1_000,
    ),
    plain('process_cpu_seconds_total', 'counter', 'Processor time used.', usage.cpuSeconds),
    plain('process_resident_memory_bytes', 'gauge', 'Resident memory.', usage.residentBytes),
  ].join('')
}

function isUsed(counts: RouteCounts): boolean {
  return counts.requests > 0 || counts.aborts > 0 || counts.inFlightAge.length > 0
}

function family(name: string, type: string, help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return ''
  const full = `shipwatch_gateway_${name}`
  const lines = samples.map(([labels, value]) => `${full}${written(labels)} ${value}\n`)
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`
}

function plain(name: string, type: string, help: string, value: number): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`
}

/** The sum is taken from the buckets' upper bounds, so it is up to 5 % high. */
function histogram(name: string, help: string, series: readonly (readonly [Labels, Histogram])[]): string {
  const used = series.filter(([, pairs]) => pairs.length > 0)
  if (used.length === 0) return ''
  const full = `shipwatch_gateway_${name}`
  let text = `# HELP ${full} ${help}\n# TYPE ${full} histogram\n`
  for (const [labels, pairs] of used) {
    const counts = dense(pairs)
    let seen = 0
    let sum = 0
    let next = 0
    for (const [i, bound] of BOUNDS) {
      for (; next <= i; next++) {
        const here = counts[next] ?? 0
        seen += here
        sum += here * (BUCKETS[next] ?? 0)
      }
      text += `${full}_bucket${written({ ...labels, le: String(bound / 1_000) })} ${seen}\n`
    }
    for (; next < counts.length; next++) {
      seen += counts[next] ?? 0
      sum += (counts[next] ?? 0) * Math.min(BUCKETS[next] ?? 0, 60_000)
    }
    text += `${full}_bucket${written({ ...labels, le: '+Inf' })} ${seen}\n`
    text += `${full}_sum${written(labels)} ${sum / 1_000}\n${full}_count${written(labels)} ${seen}\n`
  }
  return text
}

function written(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, escaped)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`
}
