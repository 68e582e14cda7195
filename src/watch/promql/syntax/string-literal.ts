import { codePoint, isLoneSurrogate } from './quote.ts'

/* String literals: "…" and '…' with Go's escapes, `…` without any. */

/** Where the literal that begins here ends, or why it does not. */
export function scanString(text: string, start: number): { readonly end: number } | { readonly fault: string } {
  const open = text[start]
  let at = start + 1
  for (;;) {
    const char = charAt(text, at)
    if (char === undefined) return { fault: open === '`' ? 'unterminated raw string' : 'unterminated quoted string' }
    at += char.length
    if (char === '\ufffd' || isLoneSurrogate(char)) return { fault: 'invalid UTF-8 rune' }
    if (char === open) return { end: at }
    if (open === '`') continue
    if (char === '\n') return { fault: 'unterminated quoted string' }
    if (char !== '\\') continue
    const escape = readEscape(text, at, open)
    if ('fault' in escape) return escape
    at = escape.end
  }
}

/** The value of a literal that `scanString` has accepted. Bytes (`\x`, octal) that are no UTF-8 become U+FFFD. */
export function unquote(literal: string): string {
  const inside = literal.slice(1, -1)
  if (literal[0] === '`' || !inside.includes('\\')) return inside
  const bytes: number[] = []
  const encoder = new TextEncoder()
  for (let at = 0; at < inside.length; ) {
    const char = charAt(inside, at) as string
    at += char.length
    if (char !== '\\') {
      bytes.push(...encoder.encode(char))
      continue
    }
    const escape = readEscape(inside, at, literal[0])
    if ('fault' in escape) throw new Error(`an escape that was not scanned: ${escape.fault}`)
    at = escape.end
    if (escape.isByte) bytes.push(escape.value)
    else bytes.push(...encoder.encode(String.fromCodePoint(escape.value)))
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes))
}

type Escape =
  | { readonly end: number; readonly value: number; readonly isByte: boolean }
  | { readonly fault: string; readonly end?: undefined }

const SIMPLE: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 }
const DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }
const UNTERMINATED = 'escape sequence not terminated'

/** The escape after a backslash. */
function readEscape(text: string, start: number, open: string | undefined): Escape {
  const char = charAt(text, start)
  if (char === undefined) return { fault: UNTERMINATED }
  const simple = char === open ? char.charCodeAt(0) : SIMPLE[char]
  if (simple !== undefined) return { end: start + 1, value: simple, isByte: false }
  if (char >= '0' && char <= '7') return readDigits(text, start, 3, 8)
  const digits = DIGITS[char]
  if (digits === undefined) return { fault: `unknown escape sequence ${codePoint(char)}` }
  return readDigits(text, start + 1, digits, 16)
}

function readDigits(text: string, start: number, count: number, base: number): Escape {
  let value = 0
  for (let at = start; at < start + count; at++) {
    const char = charAt(text, at)
    if (char === undefined) return { fault: UNTERMINATED }
    const digit = /^[0-9a-fA-F]$/.test(char) ? Number.parseInt(char, 16) : base
    if (digit >= base) return { fault: `illegal character ${codePoint(char)} in escape sequence` }
    value = value * base + digit
  }
  const isByte = base === 8 || count === 2
  if (value > (isByte ? 0xff : 0x10ffff) || (value >= 0xd800 && value < 0xe000)) {
    return { fault: 'escape sequence is an invalid Unicode code point' }
  }
  return { end: start + count, value, isByte }
}

/** The whole character at an offset, both halves of a pair included. */
export function charAt(text: string, at: number): string | undefined {
  const code = text.codePointAt(at)
  return code === undefined ? undefined : String.fromCodePoint(code)
}
