import type { Expr } from './ast.ts'
import type { ValueType } from './value-type.ts'

/** What an expression is worth. Looks no further down than it must. */
export function typeOf(expr: Expr, below: (expr: Expr) => ValueType = typeOf): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar'
    case 'string':
      return 'string'
    case 'vector-selector':
    case 'aggregation':
      return 'vector'
    case 'matrix-selector':
    case 'subquery':
      return 'matrix'
    case 'call':
      return expr.function.returns
    case 'binary':
      return below(expr.left) === 'scalar' && below(expr.right) === 'scalar' ? 'scalar' : 'vector'
    case 'unary':
    case 'paren':
      return below(expr.expr)
  }
}

/** As messages name it. */
export function typeName(type: ValueType): string {
  if (type === 'vector') return 'instant vector'
  return type === 'matrix' ? 'range vector' : type
}
