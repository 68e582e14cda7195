import type { Binary, Matching } from '../../syntax/ast.ts'
import type { Frame } from '../frame.ts'
import type { Run } from '../run.ts'
import type { Value, Vector } from '../value.ts'
import { join } from './join.ts'
import { ofScalars, ofVectorAndScalar } from './scalars.ts'
import { keepMatched, unite } from './sets.ts'

/**
 * `left + right`: both sides are evaluated, the left one first; then their types tell what the operator does. Two
 * numbers make a number; a vector and a number, each element with the number; two vectors, those that match.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/operators/#binary-operators
 */
export async function evaluateBinary(expr: Binary, frame: Frame, run: Run): Promise<Value> {
  const left = await run.evaluate(expr.left, frame)
  const right = await run.evaluate(expr.right, frame)
  if (left.type === 'scalar') {
    if (right.type === 'scalar') return ofScalars(expr, left, right)
    return ofVectorAndScalar(expr, right as Vector, left, true, run)
  }
  if (right.type === 'scalar') return ofVectorAndScalar(expr, left as Vector, right, false, run)
  return ofVectors(expr, left as Vector, right as Vector, run)
}

async function ofVectors(expr: Binary, left: Vector, right: Vector, run: Run): Promise<Vector> {
  const matching = expr.matching ?? BY_ALL_LABELS
  switch (expr.operator) {
    case 'and':
      return keepMatched(left, right, matching, 'partner', run)
    case 'unless':
      return keepMatched(left, right, matching, 'no partner', run)
    case 'or':
      return unite(left, right, matching, run)
    default:
      return join(expr, matching, left, right, run)
  }
}

const BY_ALL_LABELS: Matching = {
  cardinality: 'one-to-one',
  on: false,
  labels: [],
  include: [],
  fill: { left: undefined, right: undefined },
}
