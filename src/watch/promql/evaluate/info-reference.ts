import type { Expr, Shift } from '../syntax/ast.ts'
import { childrenOf } from '../syntax/children.ts'
import { typeOf } from '../syntax/type-of.ts'
import { millisecondsOf } from './durations.ts'
import { atTime } from './look.ts'
import type { Run } from './run.ts'

/** When a selector looks: at a fixed time or, without one, at the step's; less the offset. */
export interface Reference {
  readonly fixedMs: number | undefined
  readonly offsetMs: number
}

/**
 * When all that an expression's series come from is looked at; undefined where parts of it are looked at at different
 * times, or come from no selector (`vector(1)`) and so have the step's time. What is only a number has no say.
 */
export function referenceOf(expr: Expr, run: Run): Reference | undefined {
  const found = referencesIn(expr, [], run)
  const [first] = found
  if (first === undefined || found.includes('the step')) return undefined
  return found.every(each => isSame(each as Reference, first as Reference)) ? (first as Reference) : undefined
}

/** `around`: the subqueries that the expression stands in, the innermost first. */
function referencesIn(expr: Expr, around: readonly Shift[], run: Run): readonly (Reference | 'the step')[] {
  const type = typeOf(expr)
  if (type !== 'vector' && type !== 'matrix') return []
  if (expr.kind === 'vector-selector') return [composed([expr, ...around], run)]
  const shifts = expr.kind === 'subquery' ? [expr, ...around] : around
  // The second argument of `info` only says which labels are wanted.
  const children = expr.kind === 'call' && expr.function.name === 'info' ? expr.args.slice(0, 1) : childrenOf(expr)
  const found = children.flatMap(child => referencesIn(child, shifts, run))
  return found.length > 0 ? found : ['the step']
}

/** Offsets add up as far as the innermost `@`. */
function composed(shifts: readonly Shift[], run: Run): Reference {
  let offsetMs = 0
  for (const { at, offset } of shifts) {
    if (offset !== undefined) offsetMs += millisecondsOf(offset, run, 'any')
    if (at !== undefined) return { fixedMs: atTime(at, run), offsetMs }
  }
  return { fixedMs: undefined, offsetMs }
}

function isSame(a: Reference, b: Reference): boolean {
  if (a.fixedMs === undefined || b.fixedMs === undefined) return a.fixedMs === b.fixedMs && a.offsetMs === b.offsetMs
  return a.fixedMs - a.offsetMs === b.fixedMs - b.offsetMs
}
