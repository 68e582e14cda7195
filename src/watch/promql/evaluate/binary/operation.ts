import type { Annotations } from '../../annotations.ts'
import { annotate, type NativeHistogram, type Operated, operate } from '../../histogram/index.ts'
import type { Binary, BinaryOperator, SetOperator } from '../../syntax/ast.ts'
import type { Vector } from '../value.ts'

/** What an operator makes of two floats: a number, or whether they stay. */
export type OfFloats =
  | { readonly kind: 'arithmetic'; readonly calculate: (left: number, right: number) => number }
  | { readonly kind: 'comparison'; readonly holds: (left: number, right: number) => boolean }

/** `trim` knows no floats. */
export type Operation = OfFloats | { readonly kind: 'trim' }

export type Element = number | NativeHistogram

/** What a vector has at a place where it has something. */
export function elementAt(vector: Vector, place: number): Element {
  return vector.histogramAt(place) ?? (vector.values[place] as number)
}

/** Not for set operators, which know no values. */
export function operationOf(operator: BinaryOperator): Operation {
  const calculate = ARITHMETIC[operator]
  if (calculate !== undefined) return { kind: 'arithmetic', calculate }
  const holds = COMPARISONS[operator]
  return holds === undefined ? { kind: 'trim' } : { kind: 'comparison', holds }
}

/** Whether the result is something else than its operands, so that their name does not fit it. */
export function changesMeaning({ operator }: Binary): boolean {
  return ARITHMETIC[operator] !== undefined
}

/** Two elements of which one is a histogram, or which only a histogram's operator knows; says what is to be said. */
export function operateNoted({ operator, span }: Binary, left: Element, right: Element, notes: Annotations): Operated {
  const operated = operate(operator as Exclude<BinaryOperator, SetOperator>, left, right)
  if (operated.kind !== 'comparison') annotate(notes, operated.notes, span)
  return operated
}

type ByOperator<Result> = Partial<Record<BinaryOperator, (left: number, right: number) => Result>>

/** `%` has the sign of its left side, in JavaScript as in Go. */
const ARITHMETIC: ByOperator<number> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': power,
  atan2: (left, right) => Math.atan2(left, right),
}

const COMPARISONS: ByOperator<boolean> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
  '>=': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
}

/** IEEE 754's power, in which 1 to the power of anything is 1; JavaScript says NaN for some. */
function power(left: number, right: number): number {
  if (left === 1 || (left === -1 && Math.abs(right) === Infinity)) return 1
  return left ** right
}
