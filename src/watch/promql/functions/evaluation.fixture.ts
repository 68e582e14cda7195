import { Labels } from '../../../kernel/labels.ts'
import { Annotations } from '../annotations.ts'
import { FLOAT, HISTOGRAM, type Ranges, type Value, Vector } from '../evaluate/value.ts'
import { parseHistogram } from '../histogram/parse.ts'
import { printHistogram } from '../histogram/print.ts'
import { allAtOnce } from '../pieces.ts'
import { firstAfter, type Samples } from '../series/samples.ts'
import type { Call, Expr, MatrixSelector } from '../syntax/ast.ts'
import { parse } from '../syntax/parse.ts'
import type { Range, WholeCall } from './function.ts'
import { evaluationOf } from './registry.ts'
import { Scratch } from './scratch.ts'

/** A float, a histogram as text (`{{count:1}}`), or a gap. */
export type Sample = number | string | undefined

/** One sample every so many seconds, from time 0. */
export function samplesEvery(seconds: number, samples: readonly Sample[]): Samples {
  const rows = samples.flatMap((sample, i) =>
    sample === undefined ? [] : [{ timeMs: Math.round(i * seconds * 1000), sample }],
  )
  const hasHistograms = rows.some(({ sample }) => typeof sample === 'string')
  return {
    timesMs: Float64Array.from(rows, ({ timeMs }) => timeMs),
    values: Float64Array.from(rows, ({ sample }) => (typeof sample === 'number' ? sample : 0)),
    ...(hasHistograms && {
      histograms: rows.map(({ sample }) => (typeof sample === 'string' ? parseHistogram(sample) : undefined)),
    }),
  }
}

/** a, a + by, a + 2·by, …: n + 1 of them. */
export function counting(from: number, by: number, n: number): number[] {
  return Array.from({ length: n + 1 }, (_, i) => from + i * by)
}

export interface Answer {
  /** A histogram as text; undefined for nothing. */
  readonly value: number | string | undefined
  readonly warnings: readonly string[]
  readonly infos: readonly string[]
}

const LOOKBACK_MS = 300_000

/**
 * What a call of one function over one range selector gives for one series: `over('rate(x[5m])', …)`. Its scalar
 * arguments must be numbers.
 */
export function over(query: string, samples: Samples, atSeconds: number): Answer {
  const call = callOf(query)
  const evaluation = evaluationOf(call.function.name)
  if (evaluation.shape !== 'over-range') throw new Error(`${call.function.name} takes no range`)
  const notes = new Annotations(query)
  const selector = call.args.find(arg => arg.kind === 'matrix-selector') as MatrixSelector
  const range = rangeOf(selector, samples, atSeconds * 1000)
  const params = call.args.filter(arg => arg !== selector).map(numberOf)
  const notesOf = { call, notes, spanOf: (arg: number) => (call.args[arg] ?? call).span }
  const result = range.from === range.to ? undefined : evaluation.apply({ ...range, params }, notesOf)
  if (typeof result === 'number') evaluation.noteFloats?.(range.labels, notesOf)
  return {
    value: typeof result === 'object' ? printHistogram(result) : result,
    warnings: notes.warnings,
    infos: notes.infos,
  }
}

function rangeOf({ selector, range }: MatrixSelector, samples: Samples, timeMs: number): Range {
  const { at, offset, extension, name = '' } = selector
  const lookMs = (at?.kind === 'time' ? at.timeMs : timeMs) - (offset?.kind === 'fixed' ? offset.ms : 0)
  const startMs = lookMs - (range.kind === 'fixed' ? range.ms : 0)
  const behindMs = extension === undefined ? 0 : LOOKBACK_MS
  const aheadMs = extension === 'smoothed' ? LOOKBACK_MS : 0
  return {
    samples,
    from: firstAfter(samples.timesMs, startMs - behindMs),
    to: firstAfter(samples.timesMs, lookMs + aheadMs),
    startMs,
    endMs: lookMs,
    labels: Labels.of({ __name__: name }),
    params: [],
    timeMs,
    extension,
    scratch: new Scratch(),
  }
}

/** A vector of these series, each with what it has at each step; a histogram is text. */
export function vectorOf(series: readonly (readonly [labels: Record<string, string>, ...samples: Sample[]])[]): Vector {
  const vector = new Vector(Math.max(1, ...series.map(row => row.length - 1)), series.length)
  for (const [labels, ...samples] of series) {
    const start = vector.addSeries(Labels.of(labels))
    for (const [step, sample] of samples.entries()) {
      if (typeof sample === 'number') vector.setFloat(start + step, sample)
      else if (sample !== undefined) vector.setHistogram(start + step, parseHistogram(sample))
    }
  }
  return vector
}

/** The same backwards: series in their order, `{a="1"} 1 _ {{…}}`. */
export function linesOf(vector: Value): string[] {
  if (!(vector instanceof Vector)) throw new Error('not a vector')
  return vector.labels.map((labels, series) => {
    const places = Array.from({ length: vector.steps }, (_, step) => series * vector.steps + step)
    const samples = places.map(place => {
      if (vector.kinds[place] === FLOAT) return String(vector.values[place])
      const histogram = vector.histogramAt(place)
      return vector.kinds[place] === HISTOGRAM && histogram ? printHistogram(histogram) : '_'
    })
    return `${labels.toString()} ${samples.join(' ')}`
  })
}

/** One float through a function of single values. */
export function ofOne(query: string, value: number): number | undefined {
  const call = callOf(query)
  const evaluation = evaluationOf(call.function.name)
  if (evaluation.shape !== 'per-value') throw new Error(`${call.function.name} is not of single values`)
  return evaluation.apply(value, call.args.slice(1).map(numberOf))
}

export interface Circumstances {
  readonly atSeconds?: readonly number[]
  readonly query?: WholeCall['query']
  readonly delaysNames?: boolean
}

/**
 * What a function of whole values makes of these; the strings and numbers of the query are filled in, so that only
 * its vectors are to be given.
 */
export async function whole(query: string, given: readonly Value[], circumstances: Circumstances = {}): Promise<Value> {
  const call = callOf(query)
  const evaluation = evaluationOf(call.function.name)
  if (evaluation.shape !== 'on-whole') throw new Error(`${call.function.name} is not of whole values`)
  const { atSeconds = [0], delaysNames = false } = circumstances
  const queue = [...given]
  const args = call.args.map(arg => literal(arg, atSeconds.length) ?? (queue.shift() as Value))
  return evaluation.apply(args, {
    call,
    notes: new Annotations(query),
    spanOf: arg => (call.args[arg] ?? call).span,
    timesMs: Float64Array.from(atSeconds, seconds => seconds * 1000),
    query: circumstances.query ?? { startMs: 0, endMs: 0, stepMs: 0 },
    dropName(vector, series) {
      if (delaysNames) (vector.unnamed ??= new Set()).add(series)
      else vector.labels[series] = (vector.labels[series] as Labels).nameless
    },
    refuseTwins: async vector => vector,
    ...allAtOnce,
  })
}

/** A range vector of one range a step. */
export function rangesOf(rangeSeconds: number, endsSeconds: readonly number[], series: readonly Samples[]): Ranges {
  return {
    type: 'matrix',
    series: series.map(samples => ({ labels: Labels.EMPTY, samples })),
    endsMs: Float64Array.from(endsSeconds, seconds => seconds * 1000),
    rangeMs: rangeSeconds * 1000,
  }
}

export function callOf(query: string): Call {
  const expr = parse(query, { experimental: true })
  if (expr.kind !== 'call') throw new Error(`not a call: ${query}`)
  return expr
}

function literal(expr: Expr, steps: number): Value | undefined {
  if (expr.kind === 'string') return { type: 'string', text: expr.value }
  if (expr.kind !== 'number' && expr.kind !== 'unary') return undefined
  return { type: 'scalar', values: new Float64Array(steps).fill(numberOf(expr)) }
}

function numberOf(expr: Expr): number {
  if (expr.kind === 'number') return expr.value
  if (expr.kind === 'unary') return expr.operator === '-' ? -numberOf(expr.expr) : numberOf(expr.expr)
  throw new Error('not a number')
}
