/* Texts in quotes as Go writes them (`%q`), since messages and printed queries are compared with Prometheus'. */

const SHORT: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
}

/** In double quotes; what cannot be printed is escaped. The result is a string literal of PromQL. */
export function quote(text: string): string {
  let quoted = '"'
  for (const char of text) quoted += char === '"' ? '\\"' : escapeUnprintable(char)
  return `${quoted}"`
}

/** One character in single quotes; undefined is the end of the text. */
export function quoteChar(char: string | undefined): string {
  if (char === undefined || isLoneSurrogate(char)) return "'\ufffd'"
  if (char === '\ufffd') return `'${char}'`
  return char === "'" ? "'\\''" : `'${escapeUnprintable(char)}'`
}

/** `U+0071 'q'`, as Go's `%#U`. */
export function codePoint(char: string): string {
  const shown = isLoneSurrogate(char) ? '\ufffd' : char
  const hex = `U+${(shown.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  return isPrintable(shown) ? `${hex} '${shown}'` : hex
}

/** A surrogate without its other half: no character, and no UTF-8. */
export function isLoneSurrogate(char: string): boolean {
  return char.length === 1 && char >= '\ud800' && char <= '\udfff'
}

function escapeUnprintable(char: string): string {
  const short = SHORT[char]
  if (short !== undefined) return short
  // U+FFFD is escaped, too: written plainly, the lexer would take it for broken UTF-8.
  if (isLoneSurrogate(char) || char === '\ufffd') return '\\ufffd'
  if (isPrintable(char)) return char
  const code = char.codePointAt(0) ?? 0
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}

/** Letters, marks, numbers, punctuation, symbols and the plain space. */
function isPrintable(char: string): boolean {
  return char === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char)
}
