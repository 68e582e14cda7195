import type { Binary, BinaryOperator, Expr, Matching } from './ast.ts'
import type { BinaryModifiers } from './binary-modifiers.ts'
import type { Cursor } from './cursor.ts'
import { parseGroupingLabels } from './parse-grouping.ts'
import { parseNumber } from './parse-number.ts'
import type { Token, TokenKind } from './tokens.ts'

export const WEAKEST = 1

/** How tightly an operator holds what stands left and right of it. */
interface Power {
  readonly left: number
  readonly right: number
}

const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ['or'],
  ['and', 'unless'],
  ['==', '!=', '>', '<', '>=', '<=', '</', '>/'],
  ['+', '-'],
  ['*', '/', '%', 'atan2'],
]

/** `2^3^2` is 2^(3^2); all others group to the left. */
const POW: Power = { left: LEVELS.length + 1, right: LEVELS.length + 1 }

/** A sign takes in what binds tighter than `*`. */
export const UNARY_POWER = POW.left

const POWERS: ReadonlyMap<TokenKind, Power> = new Map<TokenKind, Power>([
  ...LEVELS.flatMap((operators, i) => operators.map(each => [each, { left: i + 1, right: i + 2 }] as const)),
  ['^', POW],
])

/** Undefined for what is no binary operator. */
export function powerOf(kind: TokenKind): Power | undefined {
  return POWERS.get(kind)
}

export function parseModifiers(cursor: Cursor): BinaryModifiers {
  const isBool = cursor.takeIf('bool') !== undefined
  const matching = cursor.takeIf('on', 'ignoring')
  const labels = matching === undefined ? [] : parseGroupingLabels(cursor)
  const group = matching === undefined ? undefined : cursor.takeIf('group_left', 'group_right')
  const include = group === undefined ? [] : parseInclude(cursor)
  return {
    isBool,
    on: matching?.kind === 'on',
    labels,
    cardinality: cardinalityOf(group?.kind),
    include,
    fill: parseFill(cursor),
  }
}

/** `group_left` alone takes no labels over; parentheses after it are its own, never the right side's. */
function parseInclude(cursor: Cursor): readonly string[] {
  const hasNone = !cursor.sees('(') && (cursor.seesExpr() || cursor.sees('fill', 'fill_left', 'fill_right'))
  return hasNone ? [] : parseGroupingLabels(cursor)
}

function cardinalityOf(group: TokenKind | undefined): Matching['cardinality'] {
  if (group === undefined) return 'one-to-one'
  return group === 'group_left' ? 'many-to-one' : 'one-to-many'
}

function parseFill(cursor: Cursor): Matching['fill'] {
  if (cursor.takeIf('fill')) {
    const both = parseFillValue(cursor)
    return { left: both, right: both }
  }
  if (cursor.takeIf('fill_left')) {
    const left = parseFillValue(cursor)
    return { left, right: cursor.takeIf('fill_right') && parseFillValue(cursor) }
  }
  const right = cursor.takeIf('fill_right') && parseFillValue(cursor)
  return { left: right === undefined ? undefined : cursor.takeIf('fill_left') && parseFillValue(cursor), right }
}

function parseFillValue(cursor: Cursor): number {
  cursor.expect('(')
  const sign = cursor.takeIf('+', '-')
  if (!cursor.sees('number', 'duration')) cursor.unexpected()
  const { value } = parseNumber(cursor)
  cursor.expect(')')
  return sign?.kind === '-' ? -value : value
}

/** The node; whether its parts fit is checked when the whole query has been read. */
export function assembleBinary(
  cursor: Cursor,
  left: Expr,
  operator: Token,
  modifiers: BinaryModifiers,
  right: Expr,
): Binary {
  const { isBool, ...matching } = modifiers
  const { fill } = matching
  const span = { start: left.span.start, end: right.span.end }
  if (!cursor.experimental && (fill.left !== undefined || fill.right !== undefined)) {
    cursor.fail(span, 'binop fill modifiers are experimental and not enabled')
  }
  const isVectors = cursor.typeOf(left) === 'vector' && cursor.typeOf(right) === 'vector'
  const isSet = operator.kind === 'and' || operator.kind === 'or' || operator.kind === 'unless'
  const settled: Matching = isSet ? { ...matching, cardinality: 'many-to-many' } : matching
  const binary: Binary = {
    kind: 'binary',
    operator: operator.kind as BinaryOperator,
    left,
    right,
    isBool,
    matching: isVectors ? settled : undefined,
    span,
  }
  cursor.modifiers.set(binary, modifiers)
  return cursor.built(binary, [left, right])
}
