import type { Expr } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { parseAggregation } from './parse-aggregation.ts'
import { assembleBinary, parseModifiers, powerOf, UNARY_POWER, WEAKEST } from './parse-binary.ts'
import { parseCall } from './parse-call.ts'
import { parseNumber } from './parse-number.ts'
import { parsePostfix } from './parse-postfix.ts'
import { parseSelector } from './parse-selector.ts'
import { unquote } from './string-literal.ts'
import { isAggregator, isMetricName } from './tokens.ts'

/**
 * An expression whose operators bind at least this tightly (a Pratt parser): operands are gathered to the right for as
 * long as the next operator is strong enough.
 */
export function parseExpr(cursor: Cursor, weakest = WEAKEST): Expr {
  return cursor.nested(() => {
    let left = cursor.sees('+', '-') ? parseUnary(cursor) : parsePostfix(cursor, parsePrimary(cursor))
    for (;;) {
      const power = powerOf(cursor.peek().kind)
      if (power === undefined || power.left < weakest) return left
      const operator = cursor.take()
      const modifiers = parseModifiers(cursor)
      const right = parseExpr(cursor, power.right)
      left = assembleBinary(cursor, left, operator, modifiers, right)
    }
  })
}

/** `-x` binds like `*`: `-2^2` is -4, `-2*3` is (-2)*3. A number takes its sign in. */
function parseUnary(cursor: Cursor): Expr {
  const sign = cursor.take()
  const operator = sign.kind === '-' ? '-' : '+'
  const expr = parseExpr(cursor, UNARY_POWER)
  const span = { start: sign.start, end: expr.span.end }
  if (expr.kind === 'number') return { ...expr, value: operator === '-' ? -expr.value : expr.value, span }
  return cursor.built({ kind: 'unary', operator, expr, span }, [expr])
}

function parsePrimary(cursor: Cursor): Expr {
  const first = cursor.peek()
  if (first.kind === 'number' || first.kind === 'duration') return parseNumber(cursor)
  if (first.kind === 'string') {
    const { text, start, end } = cursor.take()
    return { kind: 'string', value: unquote(text), span: { start, end } }
  }
  if (first.kind === '(') {
    const open = cursor.take()
    const expr = parseExpr(cursor)
    cursor.expect(')')
    return cursor.built({ kind: 'paren', expr, span: cursor.spanFrom(open) }, [expr])
  }
  if (first.kind === '{') return parseSelector(cursor, undefined)
  if (!isMetricName(first.kind)) return cursor.unexpected()

  const name = cursor.take()
  if (isAggregator(name.kind) && cursor.sees('(', 'by', 'without')) return parseAggregation(cursor, name, name.kind)
  if (isCallable(name.kind) && cursor.sees('(')) return parseCall(cursor, name)
  return parseSelector(cursor, name)
}

function isCallable(kind: string): boolean {
  return ['identifier', 'start', 'end', 'step', 'range', 'min_of', 'max_of'].includes(kind)
}
