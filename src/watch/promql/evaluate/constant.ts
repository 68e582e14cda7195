import type { Expr } from '../syntax/ast.ts'

/** Functions that look at the step's own time, whatever their arguments are. */
const OF_THE_STEP: ReadonlySet<string> = new Set([
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'hour',
  'info',
  'minute',
  'month',
  'year',
  'predict_linear',
  'time',
  'timestamp',
])

/** Whether a node is worth the same at every step, since `@` pins every selector in it: it is evaluated once then. */
export function isConstant(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return true
    case 'vector-selector':
    case 'subquery':
      return expr.at !== undefined
    case 'matrix-selector':
      return expr.selector.at !== undefined
    case 'call':
      return !OF_THE_STEP.has(expr.function.name) && expr.args.every(isConstant)
    case 'aggregation':
      return isConstant(expr.expr) && (expr.param === undefined || isConstant(expr.param))
    case 'binary':
      return isConstant(expr.left) && isConstant(expr.right)
    case 'unary':
    case 'paren':
      return isConstant(expr.expr)
  }
}
