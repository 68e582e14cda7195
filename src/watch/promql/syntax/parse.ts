import { PromQLError } from '../error.ts'
import type { Expr } from './ast.ts'
import { checkTypes } from './check-types.ts'
import { Cursor } from './cursor.ts'
import { parseError } from './lexer.ts'
import { parseExpr } from './parse-expr.ts'

/** Longer queries are refused: nobody writes them, and they would cost the server time and memory. */
const LENGTH_LIMIT = 262_144

export interface ParseOptions {
  /** Experimental functions, aggregations, modifiers and calculated durations are allowed. */
  readonly experimental?: boolean
}

/**
 * A query as a tree whose types fit.
 *
 * Throws PromQLError of the kind `parse`, with the message and the position that Prometheus would give.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/
 */
export function parse(text: string, options: ParseOptions = {}): Expr {
  if (typeof text !== 'string') throw new PromQLError('parse', `a query is a text, not ${String(text)}`)
  if (text.length > LENGTH_LIMIT) {
    throw parseError(text, { start: 0, end: text.length }, `expression is longer than ${LENGTH_LIMIT} characters`)
  }
  const cursor = new Cursor(text, options.experimental ?? false, parseExpr)
  if (cursor.sees('eof')) cursor.fail({ start: 0, end: 0 }, 'no expression found in input')
  const expr = cursor.expr()
  if (!cursor.sees('eof')) cursor.unexpected()
  checkTypes(expr, cursor)
  return expr
}
