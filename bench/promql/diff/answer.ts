import { Labels } from '../../../src/kernel/labels.ts'
import {
  type Engine,
  PromQLError,
  type PromQLErrorKind,
  plainNumber,
  type Result,
  type Storage,
} from '../../../src/watch/promql/index.ts'
import type { Prometheus, Reply, ReplyData, Times } from '../prometheus.ts'

/** What either side answers, in one form. */
export type DiffAnswer =
  | { readonly kind: 'error'; readonly type: 'bad_data' | 'execution' | 'other'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'series'; readonly type: 'scalar' | 'vector' | 'matrix'; readonly series: readonly AnswerSeries[] }

/** A series in the order in which it was given; a scalar and an element of a vector have one point. */
export interface AnswerSeries {
  readonly labels: Labels
  readonly points: ReadonlyMap<number, number>
}

/** Answers a query at some times. */
export type Side = (query: string, times: Times) => Promise<DiffAnswer>

export function ourSide(engine: Engine, storage: Storage): Side {
  return async (query, times) => {
    try {
      return ofResult(await ask(engine, storage, query, times), times)
    } catch (error) {
      if (!(error instanceof PromQLError))
        throw new Error(`no PromQLError, but ${String(error)} for ${query}`, { cause: error })
      return { kind: 'error', type: TYPE_BY_KIND[error.kind] ?? 'other', text: error.message }
    }
  }
}

export function theirSide(prometheus: Pick<Prometheus, 'query'>): Side {
  return async (query, times) => ofReply(await prometheus.query(query, times))
}

/** What an HTTP API answers for each of our errors. */
const TYPE_BY_KIND: Partial<Record<PromQLErrorKind, 'bad_data' | 'execution'>> = {
  parse: 'bad_data',
  execution: 'execution',
  'too-many-samples': 'execution',
}

function ask(engine: Engine, storage: Storage, query: string, times: Times): Promise<Result> {
  if (times.kind === 'instant') return engine.instant(storage, query, times.timeMs)
  return engine.range(storage, query, times.startMs, times.endMs, times.stepMs)
}

function ofResult(result: Result, times: Times): DiffAnswer {
  const timeMs = times.kind === 'instant' ? times.timeMs : times.startMs
  switch (result.type) {
    case 'string':
      return { kind: 'string', text: result.value }
    case 'scalar':
      return {
        kind: 'series',
        type: 'scalar',
        series: [{ labels: Labels.EMPTY, points: new Map([[timeMs, result.value]]) }],
      }
    case 'vector': {
      const series = result.value.map(({ labels, value }) => ({ labels, points: new Map([[timeMs, value ?? NaN]]) }))
      return { kind: 'series', type: 'vector', series }
    }
    case 'matrix': {
      const series = result.value.map(({ labels, samples: { timesMs, values } }) => ({
        labels,
        points: new Map(Array.from(timesMs, (timeMs, i) => [timeMs, values[i] as number])),
      }))
      return { kind: 'series', type: 'matrix', series }
    }
  }
}

export function ofReply(reply: Reply): DiffAnswer {
  if (reply.status === 'success') return ofData(reply.data)
  const { errorType, error } = reply
  const text = error.replace(/^invalid parameter "query": /, '')
  return { kind: 'error', type: errorType === 'bad_data' || errorType === 'execution' ? errorType : 'other', text }
}

function ofData(data: ReplyData): DiffAnswer {
  const point = ([seconds, value]: readonly [number, string]): readonly [number, number] => [
    Math.round(seconds * 1_000),
    value.endsWith('Inf') ? Number(value.replace('Inf', 'Infinity')) : Number(value),
  ]
  switch (data.resultType) {
    case 'string':
      return { kind: 'string', text: data.result[1] }
    case 'scalar':
      return {
        kind: 'series',
        type: 'scalar',
        series: [{ labels: Labels.EMPTY, points: new Map([point(data.result)]) }],
      }
    case 'vector': {
      const series = data.result.map(({ metric, value }) => ({
        labels: Labels.of(metric),
        points: new Map([point(value)]),
      }))
      return { kind: 'series', type: 'vector', series }
    }
    case 'matrix': {
      const series = data.result.map(({ metric, values }) => ({
        labels: Labels.of(metric),
        points: new Map(values.map(point)),
      }))
      return { kind: 'series', type: 'matrix', series }
    }
  }
}

/** An answer as somebody reads it who looks for what is wrong; long ones are cut. */
export function show(answer: DiffAnswer): string {
  if (answer.kind === 'error') return `  ${answer.type} error: ${answer.text}`
  if (answer.kind === 'string') return `  ${JSON.stringify(answer.text)}`
  const lines = answer.series.map(({ labels, points }) => {
    const shown = Array.from(points, ([timeMs, value]) => `${plainNumber(value)}@${timeMs / 1_000}`)
    return `  ${labels.toString()} ${shown.slice(0, 6).join(' ')}${shown.length > 6 ? ` … ${shown.length} points` : ''}`
  })
  const more = lines.length > 12 ? [`  … ${lines.length} series`] : []
  return [`  ${answer.type} of ${lines.length}`, ...lines.slice(0, 12), ...more].join('\n')
}
