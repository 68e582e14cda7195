import type { NumberLiteral } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { durationMs } from './duration-text.ts'
import { quote } from './quote.ts'
import type { Token } from './tokens.ts'

/** A number or a duration (`5m` is 300). */
export function parseNumber(cursor: Cursor): NumberLiteral {
  const token = cursor.take()
  const span = { start: token.start, end: token.end }
  return { kind: 'number', value: valueOf(cursor, token), isDuration: token.kind === 'duration', span }
}

function valueOf(cursor: Cursor, token: Token): number {
  if (token.kind === 'duration') {
    const duration = durationMs(token.text)
    return typeof duration === 'number' ? duration / 1000 : cursor.fail(token, duration.fault)
  }
  const value = numberOf(token.text)
  if (typeof value === 'number') return value
  return cursor.fail(token, `error parsing number: strconv.ParseFloat: parsing ${quote(token.text)}: ${value.fault}`)
}

/**
 * Numbers as Go reads them: whole ones with a prefix are hexadecimal (`0x1f`) or octal (`017`), if they fit in 64 bits;
 * all else is decimal. `_` divides digits.
 */
function numberOf(text: string): number | { readonly fault: string } {
  const word = text.toLowerCase()
  if (word === 'inf') return Number.POSITIVE_INFINITY
  if (word === 'nan') return Number.NaN
  // Underscores stand between digits only, and after a prefix.
  if (/__|_$|_[^0-9a-f]|[^0-9a-fx]_/.test(word)) return { fault: 'invalid syntax' }
  const plain = word.replaceAll('_', '')
  if (/^0x[0-9a-f]+$/.test(plain)) return fitting(BigInt(plain)) ?? { fault: 'invalid syntax' }
  if (/^0[0-7]+$/.test(plain)) return fitting(BigInt(`0o${plain.slice(1)}`)) ?? Number(plain)
  if (!/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(plain)) return { fault: 'invalid syntax' }
  const value = Number(plain)
  return Number.isFinite(value) ? value : { fault: 'value out of range' }
}

function fitting(value: bigint): number | undefined {
  return value < 2n ** 63n ? Number(value) : undefined
}
