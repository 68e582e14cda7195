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
