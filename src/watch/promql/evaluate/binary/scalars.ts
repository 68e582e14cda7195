import { VALUES_A_HISTOGRAM } from '../../pieces.ts'
import type { Binary } from '../../syntax/ast.ts'
import { dropNames } from '../names.ts'
import type { Run } from '../run.ts'
import { FLOAT, NOTHING, type ScalarValue, type Vector } from '../value.ts'
import {
  changesMeaning,
  type Element,
  elementAt,
  type OfFloats,
  type Operation,
  operateNoted,
  operationOf,
} from './operation.ts'

/** A number of two numbers, step by step. Comparisons of numbers always answer 0 or 1. */
export function ofScalars({ operator }: Binary, left: ScalarValue, right: ScalarValue): ScalarValue {
  const operation = operationOf(operator)
  const values = left.values.map((value, i) => resultOf(operation, value, right.values[i] as number))
  return { type: 'scalar', values }
}

function resultOf(operation: Operation, left: number, right: number): number {
  switch (operation.kind) {
    case 'arithmetic':
      return operation.calculate(left, right)
    case 'comparison':
      return operation.holds(left, right) ? 1 : 0
    case 'trim':
      throw new TypeError('numbers cannot be trimmed')
  }
}

/**
 * Each element of a vector with the number of its step; `isLeft` tells on which side the number stands. What a
 * comparison lets through is the vector's element, on whichever side it stands. In place: a node's value is its
 * parent's alone.
 */
export async function ofVectorAndScalar(
  expr: Binary,
  vector: Vector,
  { values: numbers }: ScalarValue,
  isLeft: boolean,
  run: Run,
): Promise<Vector> {
  const { steps } = vector
  const operation = operationOf(expr.operator)
  if (operation.kind !== 'trim') {
    await run.budget.inPieces(vector.size, steps, s => {
      floatsWithScalars(vector, s * steps, operation, expr, numbers, isLeft)
    })
  }
  if (operation.kind === 'trim' || vector.histograms !== undefined) {
    await run.budget.inPieces(vector.size * steps, VALUES_A_HISTOGRAM, place => {
      const kind = vector.kinds[place]
      if (kind === NOTHING || (kind === FLOAT && operation.kind !== 'trim')) return
      withScalar(expr, vector, place, elementAt(vector, place), numbers, isLeft, run)
    })
  }
  return changesMeaning(expr) || expr.isBool ? dropNames(vector, run) : vector
}

/** One series' floats. */
function floatsWithScalars(
  { steps, kinds, values }: Vector,
  start: number,
  operation: OfFloats,
  { isBool }: Binary,
  numbers: Float64Array,
  isLeft: boolean,
): void {
  for (let i = 0; i < steps; i++) {
    const place = start + i
    if (kinds[place] !== FLOAT) continue
    const [value, number] = [values[place] as number, numbers[i] as number]
    if (operation.kind === 'arithmetic') {
      values[place] = isLeft ? operation.calculate(number, value) : operation.calculate(value, number)
    } else {
      const holds = isLeft ? operation.holds(number, value) : operation.holds(value, number)
      if (isBool) values[place] = holds ? 1 : 0
      else if (!holds) kinds[place] = NOTHING
    }
  }
}

/** A histogram with the number of its step, or a float that only a histogram's operator knows. */
function withScalar(
  expr: Binary,
  vector: Vector,
  place: number,
  element: Element,
  numbers: Float64Array,
  isLeft: boolean,
  run: Run,
): void {
  const number = numbers[place % vector.steps] as number
  const operated = isLeft
    ? operateNoted(expr, number, element, run.notes)
    : operateNoted(expr, element, number, run.notes)
  if (operated.kind === 'histogram') vector.setHistogram(place, operated.histogram)
  else vector.kinds[place] = NOTHING
}
