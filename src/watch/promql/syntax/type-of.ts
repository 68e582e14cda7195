import type { Expr } from './ast.ts'
import type { ValueType } from './value-type.ts'

/** What an expression is worth. Looks no further down than it must. */
export function typeOf(expr: Expr): ValueType {
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
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'vector'
    case 'unary':
    case 'paren':
      return typeOf(expr.expr)
  }
}

/** As messages name it. */
export function typeName(type: ValueType): string {
  if (type === 'vector') return 'instant vector'
  return type === 'matrix' ? 'range vector' : type
}
