import { parse } from '../syntax/parse.ts'
import { ScriptError } from './error.ts'

/** The text of a quoted string, as PromQL reads one. */
export function unquote(quoted: string, line: number): string {
  try {
    const literal = parse(quoted)
    if (literal.kind === 'string') return literal.value
  } catch {
    // Said below: what stands there is no quoted string.
  }
  throw new ScriptError(line, `a quoted string is expected, not ${quoted === '' ? 'nothing' : quoted}`)
}
