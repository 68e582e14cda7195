/** A whole line that is one number: an integer in any base (`0x1F`), a float, `Inf`, `NaN`; else undefined. */
export function readNumber(text: string): number | undefined {
  if (/^[+-]?0(x[\da-f]+|o?[0-7]+|b[01]+)$/i.test(text)) return readInteger(text)
  return readFloat(text)
}

/** A float as scripts write it. */
export function readFloat(text: string): number | undefined {
  const [, sign, digits = ''] = /^([+-]?)(inf|nan|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i.exec(text) ?? []
  if (digits === '') return undefined
  const size = { inf: Infinity, nan: NaN }[digits.toLowerCase()] ?? Number(digits)
  return sign === '-' ? -size : size
}

function readInteger(text: string): number {
  const size = text.replace(/^[+-]/, '')
  const value = /^0\d/.test(size) ? Number.parseInt(size, 8) : Number(size)
  return text.startsWith('-') ? -value : value
}
