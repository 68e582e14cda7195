/** Something in a command line that only a shell understands. */
export interface ShellSyntax {
  readonly text: string
  readonly why: string
}

export type Split =
  | { readonly ok: true; readonly words: readonly string[]; readonly shell: readonly ShellSyntax[] }
  | { readonly ok: false; readonly reason: string }

const OPERATOR = /^(?:\|\|?|&&?|;;?|>>?|<<?<?|2>&1|\n)/
const EXPANSION = /^(?:\$\(|\$\{[^}]*\}|\$[A-Za-z_][A-Za-z0-9_]*|`)/

/**
 * Splits a command line into words as a POSIX shell does (XCU 2.2, quoting): blanks separate, `'…'`
 * keeps everything, `"…"` keeps blanks and knows `\"`, `\\`, `` \` `` and `\$`, a backslash keeps the
 * next character. Nothing is expanded and no operator is obeyed; those found outside of quotes (an
 * expansion also inside of double quotes) are listed in `shell`.
 */
export function splitWords(line: string): Split {
  const words: string[] = []
  const shell: ShellSyntax[] = []
  let word: string | undefined
  let quote: '"' | "'" | undefined
  let i = 0
  while (i < line.length) {
    const char = line[i] ?? ''
    const rest = line.slice(i)
    if (quote === "'") {
      if (char === "'") quote = undefined
      else word += char
      i += 1
    } else if (char === '\\') {
      const next = line[i + 1]
      if (next === undefined) return { ok: false, reason: 'it ends with a backslash' }
      // Within double quotes a backslash before any other character is an ordinary one.
      word = (word ?? '') + (quote === '"' && !'"\\`$'.includes(next) ? `\\${next}` : next)
      i += 2
    } else if (EXPANSION.test(rest)) {
      const text = EXPANSION.exec(rest)?.[0] ?? char
      shell.push({ text, why: text.startsWith('$') && text !== '$(' ? 'variables are not expanded' : NO_SUBSTITUTION })
      word = (word ?? '') + text
      i += text.length
    } else if (quote === '"') {
      if (char === '"') quote = undefined
      else word += char
      i += 1
    } else if (char === '"' || char === "'") {
      quote = char
      word ??= ''
      i += 1
    } else if (OPERATOR.test(rest)) {
      const text = OPERATOR.exec(rest)?.[0] ?? char
      shell.push({ text: text === '\n' ? 'a line break' : text, why: 'no shell is run' })
      if (word !== undefined) words.push(word)
      word = undefined
      i += text.length
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
      i += 1
    } else {
      word = (word ?? '') + char
      i += 1
    }
  }
  if (quote) return { ok: false, reason: `the quote ${quote} is not closed` }
  if (word !== undefined) words.push(word)
  return { ok: true, words, shell }
}

const NO_SUBSTITUTION = 'commands are not substituted'

/** Writes words so that a shell, and `splitWords`, read the same words again. */
export function joinWords(words: readonly string[]): string {
  return words.map(word => (/^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')
}
