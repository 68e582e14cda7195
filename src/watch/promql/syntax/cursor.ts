import type { Span } from '../error.ts'
import type { Binary, DurationExpr, Expr } from './ast.ts'
import type { BinaryModifiers } from './binary-modifiers.ts'
import { Lexer, parseError } from './lexer.ts'
import { describe, isMetricName, type Token, type TokenKind } from './tokens.ts'
import { typeOf } from './type-of.ts'
import type { ValueType } from './value-type.ts'

/** How deep a query may nest. Each level costs the parser about eight frames of its stack. */
export const NESTING_LIMIT = 500

/**
 * How high its tree may be: checks, printer and engine walk it by recursion. It is higher than the query nests, because
 * `a + a + a…` is read by a loop and yet leans to the left.
 */
export const HEIGHT_LIMIT = 1000

/** Where the parser stands. It reads a token only when it must, so that errors come in the order of the text. */
export class Cursor {
  readonly text: string
  readonly experimental: boolean
  /** Reads a whole expression. Handed in, because whatever holds expressions is itself one. */
  readonly expr: () => Expr
  /** What was written between two operands, for the checks that follow when all has been read. */
  readonly modifiers = new Map<Binary, BinaryModifiers>()
  /** The end of the last token taken. */
  lastEnd = 0
  readonly #lexer: Lexer
  /** Of nodes that have others below them. */
  readonly #heights = new WeakMap<object, number>()
  readonly #types = new WeakMap<Expr, ValueType>()
  #next: Token | undefined
  #depth = 0
  #aggregations = 0

  constructor(text: string, experimental: boolean, parseExpr: (cursor: Cursor) => Expr) {
    this.text = text
    this.experimental = experimental
    this.expr = () => parseExpr(this)
    this.#lexer = new Lexer(text)
  }

  peek(): Token {
    this.#next ??= this.#lexer.next()
    return this.#next
  }

  /** Whether one of these comes next. */
  sees(...kinds: readonly TokenKind[]): boolean {
    return kinds.includes(this.peek().kind)
  }

  /** Whether what comes next can begin an expression. */
  seesExpr(): boolean {
    return isMetricName(this.peek().kind) || this.sees('number', 'duration', 'string', '(', '{', '+', '-')
  }

  take(): Token {
    const token = this.peek()
    this.#next = undefined
    this.lastEnd = token.end
    return token
  }

  takeIf(...kinds: readonly TokenKind[]): Token | undefined {
    return this.sees(...kinds) ? this.take() : undefined
  }

  /** Takes the next token, which must be of this kind. */
  expect(kind: TokenKind, context = '', expected = ''): Token {
    return this.takeIf(kind) ?? this.unexpected(context, expected)
  }

  /** From here to the end of the last token taken. */
  spanFrom(start: Span): Span {
    return { start: start.start, end: this.lastEnd }
  }

  fail(span: Span, message: string): never {
    throw parseError(this.text, span, message)
  }

  /** What an expression is worth; remembered, since it is asked for at every level above. */
  typeOf(expr: Expr): ValueType {
    const known = this.#types.get(expr)
    if (known !== undefined) return known
    const type = typeOf(expr, below => this.typeOf(below))
    this.#types.set(expr, type)
    return type
  }

  /** Refuses the next token. Without a context, the aggregation around it is named, if there is one. */
  unexpected(context = '', expected = ''): never {
    const where = context === '' && this.#aggregations > 0 ? 'aggregation' : context
    const token = this.peek()
    const place = where === '' ? '' : ` in ${where}`
    const wanted = expected === '' ? '' : `, expected ${expected}`
    return this.fail(token, `unexpected ${describe(token)}${place}${wanted}`)
  }

  /** Reads something that may hold itself. */
  nested<T>(read: () => T): T {
    if (++this.#depth > NESTING_LIMIT) this.fail(this.peek(), `expression nests deeper than ${NESTING_LIMIT} levels`)
    const result = read()
    this.#depth--
    return result
  }

  /** The node itself, unless its tree has become too high. */
  built<T extends Expr | DurationExpr>(node: T, below: readonly (Expr | DurationExpr)[]): T {
    const height = 1 + below.reduce((highest, each) => Math.max(highest, this.#heights.get(each) ?? 0), 0)
    if (height > HEIGHT_LIMIT) this.fail(node.span, `expression is higher than ${HEIGHT_LIMIT} levels`)
    this.#heights.set(node, height)
    return node
  }

  /** Reads the rest of an aggregation after its operator. */
  inAggregation<T>(read: () => T): T {
    this.#aggregations++
    const result = read()
    this.#aggregations--
    return result
  }
}
