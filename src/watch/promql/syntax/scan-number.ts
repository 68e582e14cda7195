/* Where a number or a duration ends. As generous as Prometheus' lexer: what it lets through is judged when read. */

export interface Scanned {
  readonly kind: 'number' | 'duration' | 'bad'
  /** The end of what was looked at. */
  readonly end: number
}

/** A number (`1_000`, `0x1f`, `.5e-3`) or a duration (`1h30m`) from here on. */
export function scanNumberOrDuration(text: string, start: number): Scanned {
  const number = scanNumber(text, start)
  if (number.kind === 'number') return number
  return scanDuration(text, number.end)
}

export function isAlpha(char: string | undefined): boolean {
  return char !== undefined && char.length === 1 && /[a-zA-Z_]/.test(char)
}

export function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9' && char.length === 1
}

export function isAlphaNumeric(char: string | undefined): boolean {
  return isAlpha(char) || isDigit(char)
}

function scanNumber(text: string, start: number): Scanned {
  let at = start
  const is = (set: string): boolean => at < text.length && set.includes(text.charAt(at))
  const accept = (set: string): boolean => is(set) && ++at > 0
  const bad = (): Scanned => ({ kind: 'bad', end: at })

  let digits = '0123456789'
  let isHex = false
  if (accept('0') && accept('xX')) {
    accept('_')
    digits += 'abcdefABCDEF'
    isHex = true
  }
  accept('.')
  accept(digits)
  let hasDot = false
  let hasExponent = false
  while (is(`${digits}._eE`)) {
    if (hasDot && accept('.')) return bad()
    if (hasExponent && accept('eE')) return bad()
    if (accept('.')) {
      hasDot = true
      if (accept('_.') || isHex) return bad()
    } else if (accept('eE')) {
      hasExponent = true
      accept('+-')
      if (accept('._eE') || at >= text.length) return bad()
    } else if (accept('_')) {
      if (accept('._eE') || at >= text.length) return bad()
    } else {
      while (accept(digits));
    }
  }
  return at === start || isAlphaNumeric(text[at]) ? bad() : { kind: 'number', end: at }
}

/** The rest of a duration whose first number has been read. */
function scanDuration(text: string, start: number): Scanned {
  let at = start
  const accept = (set: string): boolean => at < text.length && set.includes(text.charAt(at)) && ++at > 0
  const bad = (): Scanned => ({ kind: 'bad', end: at })

  if (!accept('smhdwy')) return bad()
  accept('s')
  while (accept('0123456789')) {
    while (accept('0123456789'));
    if (!accept('smhdw')) return bad()
    accept('s')
  }
  if (!isAlphaNumeric(text[at])) return { kind: 'duration', end: at }
  at++
  return bad()
}
