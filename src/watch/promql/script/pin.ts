import type { Expr, Shift } from '../syntax/ast.ts'

/** Answers differ with the time of evaluation, whatever their arguments look at. */
const TIME_DEPENDENT = new Set([
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'hour',
  'minute',
  'month',
  'year',
  'predict_linear',
  'time',
  'timestamp',
  'start',
  'end',
  'step',
  'range',
])

/**
 * The same query with every selector and subquery looking at one moment (`@ <time>`), so that it has one answer
 * whenever it is evaluated. What looks at a time of its own already does so still, and so does everything inside a
 * subquery. Undefined where a function asks for the time of evaluation.
 */
export function pin(expr: Expr, timeMs: number): Expr | undefined {
  const at = { kind: 'time', timeMs } as const
  const pinned = <T extends Shift>(node: T): T => (node.at?.kind === 'time' ? node : { ...node, at })
  let depends = false
  const walk = (node: Expr): Expr => {
    switch (node.kind) {
      case 'number':
      case 'string':
        return node
      case 'vector-selector':
        return pinned(node)
      case 'matrix-selector':
        return { ...node, selector: pinned(node.selector) }
      case 'subquery':
        depends ||= asksTheTime(node.expr)
        return pinned(node)
      case 'call':
        depends ||= TIME_DEPENDENT.has(node.function.name)
        return { ...node, args: node.args.map(walk) }
      case 'aggregation':
        return { ...node, expr: walk(node.expr), param: node.param && walk(node.param) }
      case 'binary':
        return { ...node, left: walk(node.left), right: walk(node.right) }
      case 'unary':
      case 'paren':
        return { ...node, expr: walk(node.expr) }
    }
  }
  const result = walk(expr)
  return depends ? undefined : result
}

function asksTheTime(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'vector-selector':
    case 'matrix-selector':
      return false
    case 'call':
      return TIME_DEPENDENT.has(expr.function.name) || expr.args.some(asksTheTime)
    case 'aggregation':
      return asksTheTime(expr.expr) || (expr.param !== undefined && asksTheTime(expr.param))
    case 'binary':
      return asksTheTime(expr.left) || asksTheTime(expr.right)
    case 'subquery':
    case 'unary':
    case 'paren':
      return asksTheTime(expr.expr)
  }
}
