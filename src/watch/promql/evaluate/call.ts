import type { CallNotes, Evaluation, OnWhole, PerValue } from '../functions/function.ts'
import { evaluationOf } from '../functions/registry.ts'
import type { Call, Expr } from '../syntax/ast.ts'
import type { Frame } from './frame.ts'
import { evaluateInfo } from './info.ts'
import { dropName, dropNames, refuseTwins } from './names.ts'
import { callOverRange } from './over-range.ts'
import { paramsAt } from './params.ts'
import type { Run } from './run.ts'
import { selectVector } from './select.ts'
import { FLOAT, NOTHING, type Value, type Vector } from './value.ts'

/** A function of its arguments' values. */
export async function evaluateCall(call: Call, frame: Frame, run: Run): Promise<Value> {
  const { name } = call.function
  if (name === 'info') return evaluateInfo(call, frame, run)
  const selector = name === 'timestamp' ? unwrapped(call.args[0]) : undefined
  if (selector?.kind === 'vector-selector') {
    return dropNames(await selectVector(selector, frame, run, { around: name, wanted: 'times' }), run)
  }
  const args: Value[] = []
  for (const arg of call.args) args.push(await run.evaluate(arg, frame, name))
  return carryOut(evaluationOf(name), args, call, frame, run)
}

async function carryOut(evaluation: Evaluation, args: Value[], call: Call, frame: Frame, run: Run): Promise<Value> {
  switch (evaluation.shape) {
    case 'per-value':
      return callPerValue(evaluation, args, run)
    case 'over-range':
      return callOverRange(evaluation, args, notesOf(call, run), frame, run)
    case 'on-whole':
      return callOnWhole(evaluation, args, call, frame, run)
  }
}

/** In place: a node's value is its parent's alone. */
async function callPerValue(evaluation: PerValue, args: readonly Value[], run: Run): Promise<Vector> {
  const vector = args[0] as Vector
  const { steps, kinds, values } = vector
  const params = paramsAt(args.slice(1), steps)
  await run.budget.inPieces(vector.size, 2 * steps, s => {
    for (let i = 0; i < steps; i++) {
      const place = s * steps + i
      if (kinds[place] === NOTHING) continue
      const value =
        kinds[place] === FLOAT ? evaluation.apply(values[place] as number, params[i] as readonly number[]) : undefined
      if (value === undefined) kinds[place] = NOTHING
      else values[place] = value
    }
  })
  vector.histograms = undefined
  return dropNames(vector, run)
}

async function callOnWhole(
  evaluation: OnWhole,
  args: readonly Value[],
  call: Call,
  frame: Frame,
  run: Run,
): Promise<Value> {
  const { budget } = run
  return evaluation.apply(args, {
    ...notesOf(call, run),
    timesMs: frame.timesMs,
    query: run,
    dropName: (vector, series) => dropName(vector, series, run),
    refuseTwins: vector => refuseTwins(vector, budget),
    inPieces: (items, valuesAnItem, work) => budget.inPieces(items, valuesAnItem, work),
  })
}

function notesOf(call: Call, { notes }: Run): CallNotes {
  return {
    call,
    notes,
    spanOf(arg) {
      return (call.args[arg] ?? call).span
    },
  }
}

function unwrapped(expr: Expr | undefined): Expr | undefined {
  return expr?.kind === 'paren' ? unwrapped(expr.expr) : expr
}
