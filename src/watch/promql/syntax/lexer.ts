import { PromQLError, positionOf, type Span } from '../error.ts'
import { quote, quoteChar } from './quote.ts'
import { isAlpha, isAlphaNumeric, isDigit, scanNumberOrDuration } from './scan-number.ts'
import { charAt, scanString } from './string-literal.ts'
import { SIGN_OPERATORS, type Token, type TokenKind, wordKind } from './tokens.ts'

/** Signs outside braces, the longer first. `=` alone is let through and refused by the parser. */
const SIGNS = [...SIGN_OPERATORS.filter(sign => sign !== '=~' && sign !== '!~'), ',', '='].toSorted(
  (a, b) => b.length - a.length,
) as readonly TokenKind[]

/** Signs within brackets, where a duration or its calculation is expected. */
const DURATION_SIGNS = ['+', '-', '*', '/', '%', '^', ','] as readonly TokenKind[]

const DURATION_WORDS: ReadonlySet<string> = new Set(['step', 'range', 'min_of', 'max_of'])

/**
 * Cuts a query into tokens, one at a call. What a character means depends on where it stands: in braces words are
 * never keywords, in brackets `:` divides range and step.
 */
export class Lexer {
  readonly #text: string
  #at = 0
  #parens = 0
  #inBraces = false
  #inBrackets = false
  /** Right after `[` or a sign in brackets: only a duration may come. */
  #wantsDuration = false
  #hadColon = false
  #hadDuration = false

  constructor(text: string) {
    this.#text = text
  }

  /** The next token; at the end of the text always the same one. Throws PromQLError. */
  next(): Token {
    this.#skipBlank()
    if (this.#inBraces) return this.#inSelector()
    if (this.#wantsDuration) return this.#inDuration()
    return this.#inExpression()
  }

  #inExpression(): Token {
    const char = charAt(this.#text, this.#at)
    if (char === undefined) return this.#end()
    if (isDigit(char) || (char === '.' && isDigit(this.#text[this.#at + 1]))) return this.#number()
    if (char === '"' || char === "'" || char === '`') return this.#string()
    if (isAlpha(char) || char === ':') return this.#inBrackets ? this.#afterDuration(char) : this.#word()
    switch (char) {
      case '(':
      case ')':
        return this.#paren(char)
      case '{':
        this.#inBraces = true
        return this.#token('{', 1)
      case '[':
        return this.#openBracket()
      case ']':
        if (!this.#inBrackets) this.#fail(`unexpected right bracket ${quoteChar(char)}`)
        return this.#closeBracket()
    }
    const next = charAt(this.#text, this.#at + 1)
    if (char === '=' && next === '~') this.#fail(`unexpected character after '=': ${quoteChar(next)}`)
    if (char === '!' && next !== '=') this.#fail(`unexpected character after '!': ${quoteChar(next)}`)
    const sign = SIGNS.find(each => this.#text.startsWith(each, this.#at))
    if (sign === undefined) this.#fail(`unexpected character: ${quoteChar(char)}`)
    return this.#token(sign, sign.length)
  }

  #inSelector(): Token {
    const char = charAt(this.#text, this.#at)
    if (char === undefined) this.#fail('unexpected end of input inside braces')
    if (isAlpha(char)) return this.#token('identifier', this.#wordLength(isAlphaNumeric))
    const next = charAt(this.#text, this.#at + 1)
    switch (char) {
      case '"':
      case "'":
      case '`':
        return this.#string()
      case ',':
        return this.#token(',', 1)
      case '=':
        return next === '~' ? this.#token('=~', 2) : this.#token('=', 1)
      case '!':
        if (next === '~') return this.#token('!~', 2)
        if (next === '=') return this.#token('!=', 2)
        return this.#fail(`unexpected character after '!' inside braces: ${quoteChar(next)}`)
      case '{':
        return this.#fail(`unexpected left brace ${quoteChar(char)}`)
      case '}':
        this.#inBraces = false
        return this.#token('}', 1)
      default:
        return this.#fail(`unexpected character inside braces: ${quoteChar(char)}`)
    }
  }

  #inDuration(): Token {
    const char = charAt(this.#text, this.#at)
    if (char === undefined) this.#fail('unexpected end of input in duration expression')
    if (isDigit(char) || (char === '.' && isDigit(this.#text[this.#at + 1]))) {
      this.#hadDuration = true
      this.#wantsDuration = false
      return this.#number()
    }
    if (char === '(' || char === ')') return this.#paren(char)
    if (char === ']') return this.#closeBracket()
    if (char === ':') {
      this.#at++
      if (!this.#hadDuration) this.#fail('unexpected colon before duration in duration expression')
      if (this.#hadColon) this.#fail('unexpected repeated colon in duration expression')
      this.#hadColon = true
      return { kind: ':', text: ':', start: this.#at - 1, end: this.#at }
    }
    const sign = DURATION_SIGNS.find(each => each === char)
    if (sign !== undefined) return this.#token(sign, 1)
    return this.#durationWord() ?? this.#fail(`unexpected character in duration expression: ${quoteChar(char)}`)
  }

  /** A letter or a colon in brackets, after a duration. */
  #afterDuration(char: string): Token {
    if (char === ':') {
      if (this.#hadColon) this.#fail(`unexpected colon ${quoteChar(char)}`)
      this.#hadColon = true
      return this.#token(':', 1)
    }
    return this.#durationWord() ?? this.#fail(`unexpected character: ${quoteChar(char)}, expected ':'`)
  }

  #durationWord(): Token | undefined {
    const length = this.#wordLength(isAlpha)
    const word = this.#text.slice(this.#at, this.#at + length).toLowerCase()
    if (!DURATION_WORDS.has(word)) return undefined
    // Prometheus takes numbers alone for durations here, and so refuses `x[step():1m]`.
    this.#hadDuration = true
    return this.#token(word as TokenKind, length)
  }

  #openBracket(): Token {
    if (this.#inBrackets) this.#fail("unexpected left bracket '['")
    this.#inBrackets = true
    this.#wantsDuration = true
    this.#hadColon = false
    this.#hadDuration = false
    return this.#token('[', 1)
  }

  #closeBracket(): Token {
    this.#inBrackets = false
    this.#wantsDuration = false
    return this.#token(']', 1)
  }

  #paren(char: '(' | ')'): Token {
    const token = this.#token(char, 1)
    this.#parens += char === '(' ? 1 : -1
    if (this.#parens < 0) this.#fail(`unexpected right parenthesis ${quoteChar(char)}`)
    return token
  }

  #number(): Token {
    const { kind, end } = scanNumberOrDuration(this.#text, this.#at)
    if (kind === 'bad') this.#fail(`bad number or duration syntax: ${quote(this.#text.slice(this.#at, end))}`)
    return this.#token(kind, end - this.#at)
  }

  #string(): Token {
    const scanned = scanString(this.#text, this.#at)
    if ('fault' in scanned) this.#fail(scanned.fault)
    return this.#token('string', scanned.end - this.#at)
  }

  #word(): Token {
    const length = this.#wordLength(char => isAlphaNumeric(char) || char === ':')
    const word = this.#text.slice(this.#at, this.#at + length)
    const kind = wordKind(word)
    if (kind === undefined) return this.#token(word.includes(':') ? 'metric-identifier' : 'identifier', length)
    // As modifiers these came late, and metrics may have their names: they are keywords only before a parenthesis.
    if (kind.startsWith('fill') && !/^[ \t\r\n]*\(/.test(this.#text.slice(this.#at + length))) {
      return this.#token('identifier', length)
    }
    return this.#token(kind, length)
  }

  #wordLength(belongs: (char: string | undefined) => boolean): number {
    let end = this.#at
    while (belongs(this.#text[end])) end++
    return end - this.#at
  }

  #end(): Token {
    if (this.#parens !== 0) this.#fail('unclosed left parenthesis')
    if (this.#inBrackets) this.#fail('unclosed left bracket')
    return { kind: 'eof', text: '', start: this.#at, end: this.#at }
  }

  #token(kind: TokenKind, length: number): Token {
    const start = this.#at
    this.#at += length
    return { kind, text: this.#text.slice(start, this.#at), start, end: this.#at }
  }

  #skipBlank(): void {
    for (;;) {
      const char = this.#text[this.#at]
      if (char === ' ' || char === '\t' || char === '\n' || char === '\r') this.#at++
      else if (char === '#' && !this.#wantsDuration) this.#skipComment()
      else return
    }
  }

  #skipComment(): void {
    while (this.#at < this.#text.length && !/[\r\n]/.test(this.#text.charAt(this.#at))) this.#at++
  }

  #fail(message: string): never {
    throw parseError(this.#text, { start: this.#at, end: this.#text.length }, message)
  }
}

/** `1:5: parse error: …` */
export function parseError(text: string, span: Span, message: string): PromQLError {
  const position = text === '' ? 'unknown position' : positionOf(text, span.start)
  return new PromQLError('parse', `${position}: parse error: ${message}`, { span })
}
