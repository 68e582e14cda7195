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
import { completeOptions, type EngineOptions, type QueryOptions, refuseNoSpan, refuseNoTime } from './options.ts'
import type { Storage } from './series/storage.ts'
import type { Expr } from './syntax/ast.ts'
import { parse } from './syntax/parse.ts'
import { typeName, typeOf } from './syntax/type-of.ts'

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

  /** Throws InvalidInput where a limit is none. */
  constructor(options: EngineOptions = {}) {
    this.#options = completeOptions(options)
  }

  /** At one time, in Unix milliseconds. Throws PromQLError. */
  async instant(storage: Storage, query: string | Expr, timeMs: number, options: QueryOptions = {}): Promise<Result> {
    refuseNoTime('timeMs', timeMs)
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
    refuseNoTime('startMs', startMs)
    refuseNoTime('endMs', endMs)
    if (stepMs <= 0) throw new PromQLError('parse', 'zero or negative query resolution step widths are not accepted')
    refuseNoSpan('stepMs', stepMs)
    if (endMs < startMs) throw new PromQLError('parse', 'end timestamp must not be before start time')
    const times = { startMs, endMs, stepMs }
    const { value, notes, frame, budget } = await this.#evaluate(storage, parsed, times, options)
    return { ...(await rangeAnswer(value, frame, budget)), warnings: notes.warnings, infos: notes.infos }
  }

  #parsed(query: string | Expr): Parsed {
    if (isTree(query)) return { expr: query, text: ' '.repeat(query.span.end) }
    return { expr: parse(query, { experimental: this.#options.experimental }), text: query }
  }

  async #evaluate(
    storage: Storage,
    { expr, text }: Parsed,
    times: Pick<Run, 'startMs' | 'endMs' | 'stepMs'>,
    { signal, lookbackMs = this.#options.lookbackMs }: QueryOptions,
  ): Promise<Evaluated> {
    refuseNoSpan('lookbackMs', lookbackMs)
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

/** Whatever else came, `parse` refuses. */
function isTree(query: string | Expr | null): query is Expr {
  return typeof query === 'object' && query !== null && 'kind' in query
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
