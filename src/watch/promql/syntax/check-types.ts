import { NAME } from '../../../kernel/labels.ts'
import type { Span } from '../error.ts'
import type { Aggregation, Binary, Call, Expr, VectorSelector } from './ast.ts'
import type { BinaryModifiers } from './binary-modifiers.ts'
import type { Cursor } from './cursor.ts'
import { quote } from './quote.ts'
import { typeName } from './type-of.ts'
import type { ValueType } from './value-type.ts'

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<='])
const SETS: ReadonlySet<string> = new Set(['and', 'or', 'unless'])

/** Refuses what is well written and yet makes no sense. Throws PromQLError for the first fault. */
export function checkTypes(expr: Expr, cursor: Cursor): void {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return
    case 'vector-selector':
      return checkSelector(expr, cursor)
    case 'matrix-selector':
      return checkSelector(expr.selector, cursor)
    case 'paren':
      return checkTypes(expr.expr, cursor)
    case 'unary':
      checkTypes(expr.expr, cursor)
      return checkUnary(expr.expr, expr.span, cursor)
    case 'subquery': {
      checkTypes(expr.expr, cursor)
      const type = cursor.typeOf(expr.expr)
      if (type !== 'vector') {
        cursor.fail(expr.span, `subquery is only allowed on instant vector, got ${type} instead`)
      }
      return
    }
    case 'aggregation':
      return checkAggregation(expr, cursor)
    case 'call':
      return checkCall(expr, cursor)
    case 'binary':
      return checkBinary(expr, cursor)
  }
}

function expectType(expr: Expr, wanted: ValueType, context: string, cursor: Cursor): void {
  checkTypes(expr, cursor)
  const type = cursor.typeOf(expr)
  if (type !== wanted) {
    cursor.fail(expr.span, `expected type ${typeName(wanted)} in ${context}, got ${typeName(type)}`)
  }
}

function checkSelector(selector: VectorSelector, cursor: Cursor): void {
  const { name, matchers, span } = selector
  if (name === undefined || cursor.text[span.start] === '{') {
    // So that nobody selects everything by a slip.
    if (!matchers.some(each => !each.matches(''))) {
      cursor.fail(span, 'vector selector must contain at least one non-empty matcher')
    }
    return
  }
  const second = matchers.slice(1).find(each => each.name === NAME)
  if (second !== undefined) {
    cursor.fail(span, `metric name must not be set twice: ${quote(name)} or ${quote(second.value)}`)
  }
}

function checkUnary(operand: Expr, span: Span, cursor: Cursor): void {
  const type = cursor.typeOf(operand)
  if (type !== 'scalar' && type !== 'vector') {
    const allowed = 'expressions of type scalar or instant vector'
    cursor.fail(span, `unary expression only allowed on ${allowed}, got ${quote(typeName(type))}`)
  }
}

function checkAggregation({ expr, param, operator }: Aggregation, cursor: Cursor): void {
  expectType(expr, 'vector', 'aggregation expression', cursor)
  if (param === undefined) return
  expectType(param, operator === 'count_values' ? 'string' : 'scalar', 'aggregation parameter', cursor)
}

function checkCall(call: Call, cursor: Cursor): void {
  const { function: called, args, span } = call
  checkArgumentCount(call, cursor)
  const context = `call to function ${quote(called.name)}`
  const isInfo = called.name === 'info' && args.length > 1
  if (isInfo) checkInfoLabels(args[1] as Expr, span, context, cursor)
  // What was checked as labels is no selector that would have to select something.
  for (const [i, arg] of (isInfo ? args.slice(0, 1) : args).entries()) {
    expectType(arg, called.args[Math.min(i, called.args.length - 1)] as ValueType, context, cursor)
  }
}

function checkArgumentCount({ function: called, args, span }: Call, cursor: Cursor): void {
  const { variadic, name } = called
  const most = called.args.length
  const fault = (wanted: string): never =>
    cursor.fail(span, `expected ${wanted} argument(s) in call to ${quote(name)}, got ${args.length}`)
  if (variadic === 0) {
    if (args.length !== most) fault(`${most}`)
    return
  }
  if (args.length < most - 1) fault(`at least ${most - 1}`)
  if (variadic > 0 && args.length > most - 1 + variadic) fault(`at most ${most - 1 + variadic}`)
}

/** The second argument of `info` is no selector but matchers in braces, which may all match the empty value. */
function checkInfoLabels(labels: Expr, span: Span, context: string, cursor: Cursor): void {
  const type = cursor.typeOf(labels)
  if (type !== 'vector') cursor.fail(span, `expected type ${typeName('vector')} in ${context}, got ${typeName(type)}`)
  if (labels.kind !== 'vector-selector') return cursor.fail(labels.span, 'expected label selectors only')
  if (cursor.text[labels.span.start] !== '{') {
    cursor.fail(labels.span, 'expected label selectors only, got vector selector instead')
  }
}

function checkBinary(binary: Binary, cursor: Cursor): void {
  const { left, right, operator, isBool, span } = binary
  checkTypes(left, cursor)
  checkTypes(right, cursor)
  const types = [cursor.typeOf(left), cursor.typeOf(right)]
  const isComparison = COMPARISONS.has(operator)
  const sign = operatorSpan(binary, cursor)
  if (isBool && !isComparison) cursor.fail(sign, 'bool modifier can only be used on comparison operators')
  if (isComparison && !isBool && types.every(type => type === 'scalar')) {
    cursor.fail(sign, 'comparisons between scalars must use BOOL modifier')
  }
  const written = cursor.modifiers.get(binary) as BinaryModifiers
  const twice = written.on ? written.labels.find(label => written.include.includes(label)) : undefined
  if (twice !== undefined) cursor.fail(sign, `label ${quote(twice)} must not occur in ON and GROUP clause at once`)
  for (const side of [left, right]) {
    const type = cursor.typeOf(side)
    if (type !== 'scalar' && type !== 'vector') {
      cursor.fail(side.span, 'binary expression must contain only scalar and instant vector types')
    }
  }
  const isFilled = written.fill.left !== undefined || written.fill.right !== undefined
  if (types.includes('scalar')) {
    if (written.labels.length > 0) cursor.fail(span, 'vector matching only allowed between instant vectors')
    if (isFilled) cursor.fail(span, 'filling in missing series only allowed between instant vectors')
    if (SETS.has(operator)) {
      cursor.fail(span, `set operator ${quote(operator)} not allowed in binary scalar expression`)
    }
  } else if (SETS.has(operator)) {
    if (written.cardinality !== 'one-to-one') cursor.fail(span, `no grouping allowed for ${quote(operator)} operation`)
    if (isFilled) cursor.fail(span, 'filling in missing series not allowed for set operators')
  }
}

/** Where the operator stands, between the operands. */
function operatorSpan({ left, right }: Binary, cursor: Cursor): Span {
  const between = cursor.text.slice(left.span.end, right.span.start)
  const start = left.span.end + (between.length - between.trimStart().length)
  return { start, end: left.span.end + between.trimEnd().length }
}
