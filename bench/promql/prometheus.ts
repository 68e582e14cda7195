import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Agent } from 'undici'
import { encodeWriteRequest, type SentSeries } from './remote-write.ts'

/** What `/api/v1/query` and `/api/v1/query_range` answer. */
export type Reply =
  | { readonly status: 'success'; readonly data: ReplyData }
  | { readonly status: 'error'; readonly errorType: string; readonly error: string }

type ReplyPoint = readonly [timeSeconds: number, value: string]

export type ReplyData =
  | { readonly resultType: 'scalar' | 'string'; readonly result: ReplyPoint }
  | { readonly resultType: 'vector'; readonly result: readonly ReplyVectorElement[] }
  | { readonly resultType: 'matrix'; readonly result: readonly ReplySeries[] }

interface ReplyVectorElement {
  readonly metric: Readonly<Record<string, string>>
  readonly value: ReplyPoint
}

interface ReplySeries {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly ReplyPoint[]
}

/** At one time, or at every step from start to end. */
export type Times =
  | { readonly kind: 'instant'; readonly timeMs: number }
  | { readonly kind: 'range'; readonly startMs: number; readonly endMs: number; readonly stepMs: number }

export interface Prometheus {
  readonly pid: number
  readonly url: string
  /** Where its data is. */
  readonly folder: string
  /**
   * Appends samples, which must not be much older than the newest that it has (an hour). An empty one takes any time,
   * and keeps some three hours in memory.
   */
  write(series: Iterable<SentSeries>): Promise<void>
  query(expr: string, times: Times): Promise<Reply>
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

export function hasPrometheus(): boolean {
  return spawnSync('prometheus', ['--version'], { stdio: 'ignore' }).status === 0
}

/** Starts Debian's Prometheus with nothing to scrape, data of its own, and a port of the system's choice. */
export async function startPrometheus(): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'shipwatch-prometheus-'))
  const config = join(folder, 'prometheus.yml')
  writeFileSync(config, 'global: {}\n')
  const program = spawn(
    'sh',
    [
      '-c',
      LEASHED,
      'prometheus',
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--storage.tsdb.retention.time=100y',
      '--web.listen-address=127.0.0.1:0',
      '--web.enable-remote-write-receiver',
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  )
  const ended = once(program, 'exit')
  const agent = new Agent({ connections: 8, pipelining: 1 })
  const stop = async (): Promise<void> => {
    program.stdin.end()
    await ended
    await agent.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const { pid, origin } = await readyOf(program.stderr)
    return { pid, url: origin, folder, write: writer(agent, origin), query: asker(agent, origin), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Ends Prometheus when its input ends: however we end, it does not outlive us. */
const LEASHED = 'prometheus "$@" </dev/null & echo "pid=$!" >&2; read -r _; kill -KILL $!; wait $! 2>/dev/null'

/** Its log tells the port, and when it answers, in either order. */
async function readyOf(log: NodeJS.ReadableStream): Promise<{ readonly pid: number; readonly origin: string }> {
  const lines: string[] = []
  let [pid, address, isReady]: [number, string | undefined, boolean] = [0, undefined, false]
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new Error(`prometheus does not start:\n${lines.join('\n')}`))
    const reader = createInterface(log)
    reader.on('line', line => {
      lines.push(line)
      if (line.startsWith('pid=')) pid = Number(line.slice('pid='.length))
      address ??= /msg="Listening on" address=(\S+)/.exec(line)?.[1]
      isReady ||= line.includes('ready to receive web requests')
      if (address !== undefined && isReady) resolve({ pid, origin: `http://${address}` })
      if (/level=error|not found|See you next time/.test(line)) giveUp()
    })
    reader.on('close', giveUp)
  })
}

function writer(agent: Agent, origin: string): Prometheus['write'] {
  return async series => {
    const { statusCode, body } = await agent.request({
      origin,
      path: '/api/v1/write',
      method: 'POST',
      headers: {
        'content-type': 'application/x-protobuf',
        'content-encoding': 'snappy',
        'x-prometheus-remote-write-version': '0.1.0',
      },
      body: encodeWriteRequest(series),
    })
    const text = await body.text()
    if (statusCode !== 204) throw new Error(`prometheus refused samples: ${statusCode} ${text}`)
  }
}

function asker(agent: Agent, origin: string): Prometheus['query'] {
  return async (query, times) => {
    const { body } = await agent.request({
      origin,
      path: times.kind === 'instant' ? '/api/v1/query' : '/api/v1/query_range',
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ query, ...parametersOf(times) }).toString(),
    })
    const text = await body.text()
    try {
      return JSON.parse(text) as Reply
    } catch (cause) {
      throw new Error(`prometheus answered ${query} with ${text.slice(0, 200)}`, { cause })
    }
  }
}

function parametersOf(times: Times): Readonly<Record<string, string>> {
  const seconds = (ms: number): string => (ms / 1000).toFixed(3)
  if (times.kind === 'instant') return { time: seconds(times.timeMs) }
  return { start: seconds(times.startMs), end: seconds(times.endMs), step: seconds(times.stepMs) }
}
