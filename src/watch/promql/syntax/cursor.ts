import type { Span } from '../error.ts'
import type { Binary, Expr } from './ast.ts'
import type { BinaryModifiers } from './binary-modifiers.ts'
import { Lexer, parseError } from './lexer.ts'
import { describe, type Token, type TokenKind } from './tokens.ts'

/** How deep a query may nest. Each level costs a few frames in the parser, the checks, the printer and the engine. */
export const DEPTH_LIMIT = 500

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
    if (++this.#depth > DEPTH_LIMIT) this.fail(this.peek(), `expression nests deeper than ${DEPTH_LIMIT} levels`)
    const result = read()
    this.#depth--
    return result
  }

  /** Reads the rest of an aggregation after its operator. */
  inAggregation<T>(read: () => T): T {
    this.#aggregations++
    const result = read()
    this.#aggregations--
    return result
  }
}
