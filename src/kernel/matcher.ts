import { RE2JS, RE2JSSyntaxException } from 're2js'
import { InvalidInput } from './errors.ts'
import type { Labels } from './labels.ts'

export type MatcherOperator = '=' | '!=' | '=~' | '!~'

/**
 * A condition on one label. A regular expression is RE2's (linear time, whatever the pattern), must match the whole
 * value, and its `.` matches newlines, as in Prometheus 3. An absent label has the empty value.
 */
export interface Matcher {
  readonly name: string
  readonly operator: MatcherOperator
  readonly value: string
  matches(value: string): boolean
}

/** Throws InvalidInput, with RE2's words, where the regular expression is none. */
export function matcher(name: string, operator: MatcherOperator, value: string): Matcher {
  return { name, operator, value, matches: testOf(operator, value) }
}

export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every(each => each.matches(labels.get(each.name)))
}

/** Whether the whole text matches a regular expression of RE2; `.` matches newlines. Throws InvalidInput. */
export function fullMatch(pattern: string): (text: string) => boolean {
  const literals = alternatives(pattern)
  if (literals !== undefined) return text => literals.has(text)
  if (pattern === '.*') return () => true
  if (pattern === '.+') return text => text !== ''
  const compiled = compile(pattern)
  return text => compiled.testExact(text)
}

/** A regular expression of RE2 for finding, with `.` matching newlines. Throws InvalidInput. */
export function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern, RE2JS.DOTALL)
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error
    // The flag for newlines stands in front of what is quoted, although nobody wrote it.
    throw new InvalidInput(error.message.replace('`(?s)', '`'), {
      hint: 'Regular expressions are those of RE2: https://github.com/google/re2/wiki/Syntax.',
      cause: error,
    })
  }
}

function testOf(operator: MatcherOperator, value: string): (text: string) => boolean {
  switch (operator) {
    case '=':
      return text => text === value
    case '!=':
      return text => text !== value
    case '=~':
      return fullMatch(value)
    case '!~': {
      const matches = fullMatch(value)
      return text => !matches(text)
    }
  }
}

/** The texts of a pattern that is only texts and bars, such as `GET|POST`. */
function alternatives(pattern: string): ReadonlySet<string> | undefined {
  return /[\\^$.[\]{}()*+?]/.test(pattern) ? undefined : new Set(pattern.split('|'))
}
