import type { ArithmeticOperator, ComparisonOperator, TrimOperator } from '../syntax/ast.ts'
import { add, asGauge, type Combined, divide, multiply, subtract } from './arithmetic.ts'
import { equal } from './equality.ts'
import { compact } from './layout.ts'
import type { NativeHistogram } from './native-histogram.ts'
import { boundsReconciled, incompatibleLayouts, incompatibleTypes, type Note, resetsCollided } from './note.ts'
import { trim } from './trim.ts'

/** What comes of a binary operator on two elements of which one or both are histograms. */
export type Operated =
  | { readonly kind: 'histogram'; readonly histogram: NativeHistogram; readonly notes: readonly Note[] }
  /** Of `==` and `!=`: whether the left one stays (with `bool`, 1 or 0 instead). */
  | { readonly kind: 'comparison'; readonly holds: boolean }
  /** Nothing comes of it, not even 0 with `bool`. */
  | { readonly kind: 'refused'; readonly notes: readonly Note[] }

const NO_NOTES: readonly Note[] = []

/**
 * Histograms are added to, subtracted from and compared for equality with histograms, multiplied by and divided
 * through numbers, and trimmed at them. Everything else comes to nothing, with an info that says so. So do sums and
 * differences of histograms that have no common layout, or of which one was reset and the other was not, with a warning.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/operators/#arithmetic-binary-operators
 */
export function operate(
  operator: ArithmeticOperator | ComparisonOperator | TrimOperator,
  left: NativeHistogram | number,
  right: NativeHistogram | number,
): Operated {
  if (typeof left !== 'number') {
    return typeof right === 'number' ? withNumber(operator, left, right) : withHistogram(operator, left, right)
  }
  if (operator === '*' && typeof right !== 'number') return done(compact(multiply(right, left)))
  return refused(left, operator, right)
}

function withNumber(operator: string, left: NativeHistogram, right: number): Operated {
  switch (operator) {
    case '*':
      return done(compact(multiply(left, right)))
    case '/':
      return done(compact(divide(left, right)))
    case '</':
      return done(trim(left, 'below', right))
    case '>/':
      return done(trim(left, 'above', right))
    default:
      return refused(left, operator, right)
  }
}

function withHistogram(operator: string, left: NativeHistogram, right: NativeHistogram): Operated {
  switch (operator) {
    case '+':
      return combined(operator, add(left, right), 'addition')
    case '-':
      return combined(operator, subtract(left, right), 'subtraction')
    case '==':
      return { kind: 'comparison', holds: equal(left, right) }
    case '!=':
      return { kind: 'comparison', holds: !equal(left, right) }
    default:
      return refused(left, operator, right)
  }
}

function combined(operator: string, sum: Combined | undefined, operation: 'addition' | 'subtraction'): Operated {
  if (sum === undefined) return { kind: 'refused', notes: [incompatibleLayouts(operator)] }
  if (sum.resetsCollide) return { kind: 'refused', notes: [resetsCollided(operation)] }
  const notes = sum.boundsReconciled ? [boundsReconciled(operation)] : NO_NOTES
  // A difference of counters may go down, so it is a gauge.
  const histogram = operation === 'subtraction' ? asGauge(sum.histogram) : sum.histogram
  return { kind: 'histogram', histogram: compact(histogram), notes }
}

function done(histogram: NativeHistogram): Operated {
  return { kind: 'histogram', histogram, notes: NO_NOTES }
}

function refused(left: NativeHistogram | number, operator: string, right: NativeHistogram | number): Operated {
  return { kind: 'refused', notes: [incompatibleTypes(typeOf(left), operator, typeOf(right))] }
}

function typeOf(value: NativeHistogram | number): string {
  return typeof value === 'number' ? 'float' : 'histogram'
}
