import type { Span } from '../error.ts'
import type { At, Duration, Expr, MatrixSelector, Subquery, VectorSelector } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { parseBracketed, parseOffset } from './parse-duration.ts'
import { parseNumber } from './parse-number.ts'
import type { Token } from './tokens.ts'

/** What may follow an operand: `[5m]`, `[1h:5m]`, `offset 5m`, `@ 0`, `anchored`, `smoothed`, in any order. */
export function parsePostfix(cursor: Cursor, operand: Expr): Expr {
  let expr = operand
  for (;;) {
    switch (cursor.peek().kind) {
      case '[':
        expr = parseRange(cursor, expr)
        break
      case 'offset':
        expr = shift(cursor, expr, parseOffsetOf(cursor))
        break
      case '@':
        expr = shift(cursor, expr, parseAtOf(cursor, expr))
        break
      case 'anchored':
      case 'smoothed':
        expr = extend(cursor, expr, cursor.take())
        break
      default:
        return expr
    }
  }
}

function parseRange(cursor: Cursor, expr: Expr): MatrixSelector | Subquery {
  const open = cursor.take()
  const range = parseBracketed(cursor)
  if (cursor.takeIf(':')) {
    const step = cursor.sees(']') ? undefined : parseBracketed(cursor, 'step')
    cursor.expect(']', 'subquery selector', '"]"')
    const span = cursor.spanFrom(expr.span)
    return cursor.built({ kind: 'subquery', expr, range, step, offset: undefined, at: undefined, span }, [expr])
  }
  cursor.expect(']', 'subquery or range', '":" or "]"')
  const brackets = cursor.spanFrom(open)
  if (expr.kind !== 'vector-selector') return cursor.fail(brackets, 'ranges only allowed for vector selectors')
  if (expr.offset !== undefined) cursor.fail(brackets, 'no offset modifiers allowed before range')
  if (expr.at !== undefined) cursor.fail(brackets, 'no @ modifiers allowed before range')
  return { kind: 'matrix-selector', selector: expr, range, span: cursor.spanFrom(expr.span) }
}

type Part = { readonly offset: Duration | undefined } | { readonly at: At }

function parseOffsetOf(cursor: Cursor): Part {
  cursor.take()
  const offset = parseOffset(cursor)
  return { offset: offset.kind === 'fixed' && offset.ms === 0 ? undefined : offset }
}

function parseAtOf(cursor: Cursor, expr: Expr): Part {
  cursor.take()
  const word = cursor.takeIf('start', 'end')
  if (word !== undefined) {
    cursor.expect('(', '@', 'timestamp')
    cursor.expect(')', '@', 'timestamp')
    return { at: { kind: word.kind === 'start' ? 'start' : 'end' } }
  }
  const sign = cursor.takeIf('+', '-')
  if (!cursor.sees('number', 'duration')) cursor.unexpected('@', 'timestamp')
  const { value } = parseNumber(cursor)
  const seconds = sign?.kind === '-' ? -value : value
  if (!(Math.abs(seconds) < 2 ** 63)) {
    cursor.fail(expr.span, `timestamp out of bounds for @ modifier: ${sixDecimals(seconds)}`)
  }
  return { at: { kind: 'time', timeMs: toMs(seconds) } }
}

/** Half a millisecond goes away from 0, as Go rounds. Never -0. */
function toMs(seconds: number): number {
  return Math.sign(seconds) * Math.round(Math.abs(seconds) * 1000) + 0
}

/** Go's `%f`. */
function sixDecimals(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return `${BigInt(value)}.000000`
}

/** The same with an offset or an `@`; both belong to the selector or subquery, and either may be set once. */
function shift(cursor: Cursor, expr: Expr, part: Part): Expr {
  const isOffset = 'offset' in part
  const target = expr.kind === 'matrix-selector' ? expr.selector : expr
  if (target.kind !== 'vector-selector' && target.kind !== 'subquery') {
    const what = isOffset ? 'offset' : '@'
    const allowed = 'an instant vector selector or range vector selector or a subquery'
    return cursor.fail(expr.span, `${what} modifier must be preceded by ${allowed}`)
  }
  if (isOffset && target.offset !== undefined) cursor.fail(expr.span, 'offset may not be set multiple times')
  if (!isOffset && target.at !== undefined) cursor.fail(expr.span, '@ <timestamp> may not be set multiple times')
  const span = cursor.spanFrom(expr.span)
  if (expr.kind === 'matrix-selector') return { ...expr, selector: { ...expr.selector, ...part }, span }
  const shifted = { ...target, ...part, span }
  return shifted.kind === 'subquery' ? cursor.built(shifted, [shifted.expr]) : shifted
}

/** The same as `anchored` or `smoothed`. */
function extend(cursor: Cursor, expr: Expr, word: Token): Expr {
  const extension = word.kind === 'anchored' ? 'anchored' : 'smoothed'
  if (!cursor.experimental) cursor.fail(expr.span, `${extension} modifier is experimental and not enabled`)
  switch (expr.kind) {
    case 'vector-selector':
      return extended(cursor, expr, extension, expr.span)
    case 'matrix-selector':
      return { ...expr, selector: extended(cursor, expr.selector, extension, expr.span) }
    case 'subquery':
      return cursor.fail(expr.span, `${extension} modifier is not supported for subqueries`)
    default:
      return cursor.fail(expr.span, `${extension} modifier not implemented`)
  }
}

function extended(
  cursor: Cursor,
  selector: VectorSelector,
  extension: 'anchored' | 'smoothed',
  span: Span,
): VectorSelector {
  if (selector.extension !== undefined && selector.extension !== extension) {
    cursor.fail(span, 'anchored and smoothed modifiers cannot be used together')
  }
  return { ...selector, extension }
}
