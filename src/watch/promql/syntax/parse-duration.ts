import type { Span } from '../error.ts'
import type { Duration, DurationExpr } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { MAX_DURATION_MS } from './duration-text.ts'
import { powerOf, UNARY_POWER, WEAKEST } from './parse-binary.ts'
import { parseNumber } from './parse-number.ts'

/* Durations in brackets and after `offset`: a literal (`5m`, `300`), or a calculation (experimental). */

/** What an error says of its place, and of what could have stood there. */
interface Place {
  readonly context: string
  readonly expected: string
}

const RANGE: Place = { context: 'subquery or range selector', expected: 'number, duration, step(), or range()' }
const STEP: Place = { context: 'subquery selector', expected: 'number, duration, step(), range(), or "]"' }
const OFFSET: Place = { context: 'offset', expected: 'number, duration, step(), or range()' }

type Operator = '+' | '-' | '*' | '/' | '%' | '^'

/** A range or a step, which must be above 0. */
export function parseBracketed(cursor: Cursor, part: 'range' | 'step' = 'range'): Duration {
  const duration = parseDuration(cursor, part === 'range' ? RANGE : STEP)
  if (duration.kind === 'number' && duration.seconds <= 0) {
    cursor.fail(duration.span, 'duration must be greater than 0')
  }
  return settle(duration)
}

/**
 * What follows `offset`. Without parentheses only one term belongs to it: `x offset 5m + 3` adds 3 to x, while
 * `x offset (5m) + 3` calculates the offset, as in Prometheus.
 */
export function parseOffset(cursor: Cursor): Duration {
  if (cursor.sees('number', 'duration', 'step', 'range', 'min_of', 'max_of')) return settle(parseTerm(cursor, OFFSET))
  const sign = cursor.takeIf('+', '-')
  if (sign === undefined) return settle(parseDuration(cursor, OFFSET))
  if (cursor.sees('+', '-')) return settle(parseDuration(cursor, OFFSET, WEAKEST, sign))
  return settle(signed(cursor, sign, parseTerm(cursor, OFFSET)))
}

function settle(duration: DurationExpr): Duration {
  if (duration.kind !== 'number') return duration
  // Cut to milliseconds, as Prometheus does when it evaluates; by microseconds, because 2.3 * 1000 is less than 2300.
  return { kind: 'fixed', ms: Math.trunc(Math.round(duration.seconds * 1e6) / 1e3) + 0 }
}

interface Sign extends Span {
  readonly kind: string
}

/** Operators bind as they do between expressions. The first sign may have been taken already. */
function parseDuration(cursor: Cursor, place: Place, weakest = WEAKEST, taken?: Sign): DurationExpr {
  return cursor.nested(() => {
    const sign = taken ?? cursor.takeIf('+', '-')
    let left =
      sign === undefined ? parseTerm(cursor, place) : signed(cursor, sign, parseDuration(cursor, place, UNARY_POWER))
    for (;;) {
      const operator = cursor.peek()
      const power = isOperator(operator.kind) ? powerOf(operator.kind) : undefined
      if (power === undefined || power.left < weakest) return left
      cursor.take()
      const right = parseDuration(cursor, place, power.right)
      left = calculation(cursor, operator.kind as Operator, operator, left, right)
    }
  })
}

function isOperator(kind: string): kind is Operator {
  return ['+', '-', '*', '/', '%', '^'].includes(kind)
}

function calculation(
  cursor: Cursor,
  operator: Operator,
  sign: Span,
  left: DurationExpr,
  right: DurationExpr,
): DurationExpr {
  refuseUnlessExperimental(cursor, left)
  if (right.kind === 'number' && right.seconds === 0) {
    if (operator === '/') cursor.fail(sign, 'division by zero')
    if (operator === '%') cursor.fail(sign, 'modulo by zero')
  }
  const span = { start: left.span.start, end: right.span.end }
  return cursor.built({ kind: 'arithmetic', operator, left, right, span }, [left, right])
}

function parseTerm(cursor: Cursor, place: Place): DurationExpr {
  const first = cursor.peek()
  switch (first.kind) {
    case 'number':
    case 'duration': {
      const { value, isDuration, span } = parseNumber(cursor)
      const literal: DurationExpr = { kind: 'number', seconds: value, isDuration, span }
      return inRange(cursor, literal, span)
    }
    case '(': {
      cursor.take()
      const of = parseDuration(cursor, place)
      cursor.expect(')', place.context, place.expected)
      refuseUnlessExperimental(cursor, of)
      return cursor.built({ kind: 'paren', of, span: cursor.spanFrom(first) }, [of])
    }
    case 'step':
    case 'range':
      return parseFunction(cursor, place, first.kind)
    case 'min_of':
    case 'max_of':
      return parseChoice(cursor, place, first.kind === 'min_of' ? 'min' : 'max')
    default:
      return cursor.unexpected(place.context, place.expected)
  }
}

function parseFunction(cursor: Cursor, place: Place, kind: 'step' | 'range'): DurationExpr {
  const name = cursor.take()
  cursor.expect('(', place.context, place.expected)
  cursor.expect(')', place.context, place.expected)
  const duration: DurationExpr = { kind, span: cursor.spanFrom(name) }
  refuseUnlessExperimental(cursor, duration)
  return duration
}

function parseChoice(cursor: Cursor, place: Place, kind: 'min' | 'max'): DurationExpr {
  const name = cursor.take()
  cursor.expect('(', place.context, place.expected)
  const left = parseDuration(cursor, place)
  cursor.expect(',', place.context, place.expected)
  const right = parseDuration(cursor, place)
  cursor.expect(')', place.context, place.expected)
  const duration: DurationExpr = { kind, left, right, span: cursor.spanFrom(name) }
  refuseUnlessExperimental(cursor, duration)
  return cursor.built(duration, [left, right])
}

/** A literal takes its sign in; a `+` before anything else says nothing. */
function signed(cursor: Cursor, sign: Sign, of: DurationExpr): DurationExpr {
  const span = { start: sign.start, end: of.span.end }
  if (of.kind === 'number') {
    const seconds = sign.kind === '-' ? -of.seconds : of.seconds
    return inRange(cursor, { ...of, seconds, span }, sign)
  }
  return sign.kind === '-' ? cursor.built({ kind: 'sign', operator: '-', of, span }, [of]) : of
}

function inRange<T extends { readonly seconds: number }>(cursor: Cursor, duration: T, span: Span): T {
  if (!(Math.abs(duration.seconds) * 1000 <= MAX_DURATION_MS)) cursor.fail(span, 'duration out of range')
  return duration
}

function refuseUnlessExperimental(cursor: Cursor, duration: DurationExpr): void {
  if (!cursor.experimental) cursor.fail(duration.span, 'experimental duration expression is not enabled')
}
