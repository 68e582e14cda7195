import { type Clock, systemClock } from '../../kernel/clock.ts'
import { Annotations } from './annotations.ts'
import { PromQLError } from './error.ts'
import { Budget } from './evaluate/budget.ts'
import { evaluate } from './evaluate/evaluate.ts'
import { type Frame, frameOf } from './evaluate/frame.ts'
import { dropDelayedNames } from './evaluate/names.ts'
import { type Answer, instantAnswer, rangeAnswer } from './evaluate/result.ts'
import type { Run } from './evaluate/run.ts'
import { sizeOfSeries } from './evaluate/size.ts'
import type { Value } from './evaluate/value.ts'
import type { Storage } from './series/storage.ts'
import type { Expr } from './syntax/ast.ts'
import { parse } from './syntax/parse.ts'
import { typeName, typeOf } from './syntax/type-of.ts'

export interface EngineOptions {
  /** How old a sample may be for an instant selector to take it: 5 minutes. */
  readonly lookbackMs?: number
  /** How many samples a query may have in memory at a time: 50 million. */
  readonly maxSamples?: number
  /** How long a query may take: 2 minutes. */
  readonly timeoutMs?: number
  /** The step of a subquery that has none: 1 minute. */
  readonly subqueryStepMs?: number
  /** Experimental functions, aggregations and modifiers are allowed. */
  readonly experimental?: boolean
  /** Names are dropped at the end of a query instead of at each operation (experimental in Prometheus). */
  readonly delayedNameRemoval?: boolean
  /** For the timeout alone. */
  readonly clock?: Pick<Clock, 'elapsed' | 'sleep'>
}

export interface QueryOptions {
  readonly signal?: AbortSignal
  /** For this query instead of the engine's. */
  readonly lookbackMs?: number
}

/** What a query is worth, and what should be known of it. */
export type Result = Answer & {
  /** The answer is likely wrong. */
  readonly warnings: readonly string[]
  /** The answer may be wrong. */
  readonly infos: readonly string[]
}

/** Evaluates PromQL as Prometheus 3 does. Keeps nothing from one query to the next. */
export class Engine {
  readonly #options: Required<EngineOptions>

  constructor(options: EngineOptions = {}) {
    this.#options = {
      lookbackMs: 300_000,
      maxSamples: 50_000_000,
      timeoutMs: 120_000,
      subqueryStepMs: 60_000,
      experimental: false,
      delayedNameRemoval: false,
      clock: systemClock,
      ...options,
    }
  }

  /** At one time, in Unix milliseconds. Throws PromQLError. */
  async instant(storage: Storage, query: string | Expr, timeMs: number, options: QueryOptions = {}): Promise<Result> {
    const times = { startMs: timeMs, endMs: timeMs, stepMs: 0 }
    const { value, notes, budget } = await this.#evaluate(storage, this.#parsed(query), times, options)
    const answer = await instantAnswer(value, budget)
    if (value.type === 'matrix' && answer.type === 'matrix') budget.allow(sizeOfSeries(answer.value))
    return { ...answer, warnings: notes.warnings, infos: notes.infos }
  }

  /** At every step from start to end, both included. Always a matrix. Throws PromQLError. */
  async range(
    storage: Storage,
    query: string | Expr,
    startMs: number,
    endMs: number,
    stepMs: number,
    options: QueryOptions = {},
  ): Promise<Result> {
    const parsed = this.#parsed(query)
    const type = typeOf(parsed.expr)
    if (type !== 'vector' && type !== 'scalar') {
      const text = `invalid expression type "${typeName(type)}" for range query, must be Scalar or instant Vector`
      throw new PromQLError('parse', text, { span: parsed.expr.span })
    }
    if (!(stepMs > 0)) throw new PromQLError('parse', 'zero or negative query resolution step widths are not accepted')
    if (endMs < startMs) throw new PromQLError('parse', 'end timestamp must not be before start time')
    const times = { startMs, endMs, stepMs }
    const { value, notes, frame, budget } = await this.#evaluate(storage, parsed, times, options)
    return { ...(await rangeAnswer(value, frame, budget)), warnings: notes.warnings, infos: notes.infos }
  }

  #parsed(query: string | Expr): Parsed {
    if (typeof query !== 'string') return { expr: query, text: ' '.repeat(query.span.end) }
    return { expr: parse(query, { experimental: this.#options.experimental }), text: query }
  }

  async #evaluate(
    storage: Storage,
    { expr, text }: Parsed,
    times: Pick<Run, 'startMs' | 'endMs' | 'stepMs'>,
    { signal, lookbackMs = this.#options.lookbackMs }: QueryOptions,
  ): Promise<Evaluated> {
    const { maxSamples, timeoutMs, clock } = this.#options
    const notes = new Annotations(text)
    const budget = new Budget({ maxSamples, timeoutMs, signal, clock })
    const frame = frameOf(times.startMs, times.endMs, times.stepMs, budget)
    const run: Run = {
      storage,
      notes,
      text,
      lookbackMs,
      ...times,
      subqueryStepMs: this.#options.subqueryStepMs,
      delaysNames: this.#options.delayedNameRemoval,
      budget,
      read: new Map(),
      evaluate: (node, at, around = '') => evaluate(node, at, run, around),
    }
    const value = await run.evaluate(expr, frame)
    return { value: value.type === 'vector' ? await dropDelayedNames(value, budget) : value, notes, frame, budget }
  }
}

/** A tree that somebody else parsed brings no text: its positions are told as if it were written on one line. */
interface Parsed {
  readonly expr: Expr
  readonly text: string
}

interface Evaluated {
  readonly value: Value
  readonly notes: Annotations
  readonly frame: Frame
  readonly budget: Budget
}
