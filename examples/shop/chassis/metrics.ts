/** The media type of the Prometheus text exposition format, version 0.0.4. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export type Labels = readonly string[]

export interface Counter {
  add(labels?: Labels, by?: number): void
}
export interface Histogram {
  observe(value: number, labels?: Labels): void
}

interface Family {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  lines(): Iterable<string>
}

/** Seconds: from a cache's answer to a request nobody waits for any more. */
const LATENCY_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** A service's metrics, printed in the Prometheus text exposition format. */
export class Metrics {
  readonly #families = new Map<string, Family>()

  /** A number that only rises. Without labels it is there from the start, as 0. */
  counter(name: string, help: string, labelNames: readonly string[] = []): Counter {
    const series = new Series(labelNames, () => ({ total: 0 }))
    if (labelNames.length === 0) series.at([])
    this.#add({
      name,
      help,
      type: 'counter',
      *lines() {
        for (const [labels, { total }] of series.all()) yield `${name}${labels('')} ${format(total)}`
      },
    })
    return {
      add: (labels = [], by = 1) => {
        series.at(labels).total += by
      },
    }
  }

  /** A number that is read when it is asked for; `read` gives each label set with its value. */
  collect(
    type: 'gauge' | 'counter',
    name: string,
    help: string,
    labelNames: readonly string[],
    read: () => Iterable<readonly [Labels, number]>,
  ): void {
    this.#add({
      name,
      help,
      type,
      *lines() {
        for (const [labels, value] of read()) yield `${name}${render(labelNames, labels, '')} ${format(value)}`
      },
    })
  }

  /** How values spread over buckets; by default seconds of latency. */
  histogram(name: string, help: string, labelNames: readonly string[], bounds = LATENCY_BUCKETS_SECONDS): Histogram {
    const series = new Series(labelNames, () => ({ sum: 0, counts: new Float64Array(bounds.length + 1) }))
    this.#add({
      name,
      help,
      type: 'histogram',
      *lines() {
        for (const [labels, { sum, counts }] of series.all()) {
          let below = 0
          for (const [i, count] of counts.entries()) {
            below += count
            yield `${name}_bucket${labels(`le="${i < bounds.length ? format(bounds[i] ?? 0) : '+Inf'}"`)} ${format(below)}`
          }
          yield `${name}_sum${labels('')} ${format(sum)}`
          yield `${name}_count${labels('')} ${format(below)}`
        }
      },
    })
    return {
      observe(value, labels = []) {
        const { counts } = series.at(labels)
        series.at(labels).sum += value
        const i = bounds.findIndex(bound => value <= bound)
        const bucket = i === -1 ? bounds.length : i
        counts[bucket] = (counts[bucket] ?? 0) + 1
      },
    }
  }

  /** Prints every family with its HELP and TYPE, in the order they were made. */
  expose(): string {
    let text = ''
    for (const family of this.#families.values()) {
      const { name, help, type } = family
      text += `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`
      for (const line of family.lines()) text += `${line}\n`
    }
    return text
  }

  #add(family: Family): void {
    if (this.#families.has(family.name)) throw new Error(`the metric ${family.name} exists already`)
    this.#families.set(family.name, family)
  }
}

class Series<Value> {
  readonly #labelNames: readonly string[]
  readonly #make: () => Value
  readonly #values = new Map<string, { readonly labels: Labels; readonly value: Value }>()

  constructor(labelNames: readonly string[], make: () => Value) {
    this.#labelNames = labelNames
    this.#make = make
  }

  at(labels: Labels): Value {
    const key = labels.length === 1 ? (labels[0] ?? '') : labels.join('\0')
    const known = this.#values.get(key)
    if (known !== undefined) return known.value
    if (labels.length !== this.#labelNames.length) {
      throw new Error(`expected labels ${this.#labelNames.join(', ')}, got ${labels.length} values`)
    }
    const value = this.#make()
    this.#values.set(key, { labels: [...labels], value })
    return value
  }

  *all(): Iterable<readonly [(extra: string) => string, Value]> {
    for (const { labels, value } of this.#values.values()) {
      yield [(extra: string) => render(this.#labelNames, labels, extra), value]
    }
  }
}

function render(names: readonly string[], values: Labels, extra: string): string {
  const pairs = names.map((name, i) => `${name}="${escape(values[i] ?? '')}"`)
  if (extra !== '') pairs.push(extra)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escape(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function format(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  if (value === Number.NEGATIVE_INFINITY) return '-Inf'
  return String(value)
}

/** Adds what is worth knowing of any process: its version, start, CPU and memory. */
export function addProcessMetrics(metrics: Metrics, service: string, version: string): void {
  const startSeconds = Math.round(performance.timeOrigin) / 1000
  const build = [[[service, version], 1]] as const
  metrics.collect(
    'gauge',
    'shop_build_info',
    'Which version of which service this is.',
    ['service', 'version'],
    () => build,
  )
  const one = (type: 'gauge' | 'counter', name: string, help: string, read: () => number) =>
    metrics.collect(type, name, help, [], () => [[[], read()]])
  one('gauge', 'process_start_time_seconds', 'When this process started, as a Unix time.', () => startSeconds)
  one('gauge', 'process_resident_memory_bytes', 'Memory this process holds.', () => process.memoryUsage.rss())
  one('counter', 'process_cpu_seconds_total', 'CPU time this process has used.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
}
