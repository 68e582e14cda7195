import { InvalidInput } from '../../../kernel/errors.ts'
import { NAME } from '../../../kernel/labels.ts'
import { type Matcher, type MatcherOperator, matcher } from '../../../kernel/matcher.ts'
import type { VectorSelector } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { unquote } from './string-literal.ts'
import type { Token } from './tokens.ts'

const CONTEXT = 'label matching'

/** `name{a="b", …}`, after its name, or `{"name", …}`. */
export function parseSelector(cursor: Cursor, name: Token | undefined): VectorSelector {
  const start = name ?? cursor.peek()
  const matchers = cursor.sees('{') ? parseMatchers(cursor) : []
  const outside = name && matcher(NAME, '=', name.text)
  // A quoted name is put first, so that `{"up"}` and `up` are one and the same tree.
  const inside = outside ? undefined : matchers.find(each => each.isName && each.matcher.value !== '')
  const others = matchers.filter(each => each !== inside).map(each => each.matcher)
  const first = outside ?? inside?.matcher
  return {
    kind: 'vector-selector',
    name: first?.value,
    matchers: first === undefined ? others : [first, ...others],
    extension: undefined,
    offset: undefined,
    at: undefined,
    span: cursor.spanFrom(start),
  }
}

interface ParsedMatcher {
  readonly matcher: Matcher
  /** Written as a quoted name alone. */
  readonly isName: boolean
}

function parseMatchers(cursor: Cursor): readonly ParsedMatcher[] {
  cursor.take()
  const matchers: ParsedMatcher[] = []
  while (!cursor.takeIf('}')) {
    matchers.push(parseMatcher(cursor))
    if (!cursor.takeIf(',') && !cursor.sees('}')) cursor.unexpected(CONTEXT, '"," or "}"')
  }
  return matchers
}

function parseMatcher(cursor: Cursor): ParsedMatcher {
  const first = cursor.takeIf('identifier', 'string') ?? cursor.unexpected(CONTEXT, 'identifier or "}"')
  const operator = cursor.takeIf('=', '!=', '=~', '!~')
  const label = first.kind === 'string' ? unquote(first.text) : first.text
  if (operator === undefined) {
    if (first.kind === 'string') return { matcher: matcher(NAME, '=', label), isName: true }
    return cursor.unexpected(CONTEXT, 'label matching operator')
  }
  const value = cursor.expect('string', CONTEXT, 'string')
  try {
    return { matcher: matcher(label, operator.kind as MatcherOperator, unquote(value.text)), isName: false }
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return cursor.fail({ start: first.start, end: value.end }, error.message)
  }
}
