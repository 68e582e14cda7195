import type { Expr } from '../syntax/ast.ts'
import { aggregate } from './aggregate/aggregate.ts'
import { evaluateBinary } from './binary/binary.ts'
import { evaluateCall } from './call.ts'
import { isConstant } from './constant.ts'
import { type Frame, firstOf } from './frame.ts'
import { negate } from './negate.ts'
import { selectRanges } from './ranges.ts'
import type { Run } from './run.ts'
import { selectVector } from './select.ts'
import { sizeOf } from './size.ts'
import { spread } from './spread.ts'
import { evaluateSubquery } from './subquery.ts'
import type { Value } from './value.ts'

/*
 * The way of a query through this folder:
 *
 *   engine.ts          parses, makes a Run (one query under way, run.ts) and a Frame (its steps, frame.ts), calls …
 *   evaluate           … this, which calls itself for a node's arguments, all steps at once, and counts samples (size.ts)
 *   └ evaluateNode     one file a kind of node:
 *     selectors        select.ts (instant), ranges.ts (range), by way of look.ts (`@`, `offset`) and read.ts (the storage)
 *     calls            call.ts, over-range.ts drive the functions of ../functions, each of one of three shapes
 *     aggregations     aggregate/aggregate.ts, one file a family
 *     operators        binary/binary.ts: numbers in scalars.ts, two vectors in join.ts, sets in sets.ts
 *     subqueries       subquery.ts evaluates its expression at steps of its own
 *   result.ts          makes an Answer of the last Value
 *
 * A Value (value.ts) is what a node is worth at all steps: a Vector is one block of typed arrays, series by steps. It is
 * its parent's alone, which may change it in place. Long work is done `inPieces` (budget.ts). Names go in names.ts.
 */

/**
 * What a node is worth at each step of a frame, which has one at least. Its arguments' samples are counted while it is
 * evaluated, its own when it is done.
 */
export async function evaluate(expr: Expr, frame: Frame, run: Run, around: string): Promise<Value> {
  run.budget.check()
  const before = run.budget.samples
  const value = await evaluateOnce(expr, frame, run, around)
  const size = await sizeOf(value, run.budget)
  run.budget.allow(size)
  run.budget.release(before)
  run.budget.hold(size)
  return value
}

async function evaluateOnce(expr: Expr, frame: Frame, run: Run, around: string): Promise<Value> {
  const steps = frame.timesMs.length
  if (steps === 1 || !isConstant(expr)) return evaluateNode(expr, frame, run, around)
  if (expr.kind === 'matrix-selector' || expr.kind === 'subquery') return evaluateNode(expr, frame, run, around)
  return spread(await evaluateNode(expr, firstOf(frame), run, around), steps, run.budget)
}

async function evaluateNode(expr: Expr, frame: Frame, run: Run, around: string): Promise<Value> {
  switch (expr.kind) {
    case 'number':
      return { type: 'scalar', values: new Float64Array(frame.timesMs.length).fill(expr.value) }
    case 'string':
      return { type: 'string', text: expr.value }
    case 'vector-selector':
      return selectVector(expr, frame, run, { around })
    case 'matrix-selector':
      return selectRanges(expr, frame, run, around)
    case 'subquery':
      return evaluateSubquery(expr, frame, run)
    case 'call':
      return evaluateCall(expr, frame, run)
    case 'aggregation':
      return aggregate(expr, frame, run)
    case 'binary':
      return evaluateBinary(expr, frame, run)
    case 'unary':
      return negate(expr, await run.evaluate(expr.expr, frame, around), run)
    case 'paren':
      return run.evaluate(expr.expr, frame, around)
  }
}
