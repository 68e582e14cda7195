import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** So that people, and scanners of repositories, see what it is. */
const PREFIX = 'swt_'
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** As many digits in base 62 as 32 bytes may need. */
const BODY = 43
/** As many as 32 bits may need. */
const CHECK = 6
const SHAPE = new RegExp(`^${PREFIX}[0-9A-Za-z]{${BODY + CHECK}}$`)

/** `swt_`, 32 random bytes and their CRC-32, both in base 62: one word to a double click, and no escapes in a URL. */
export function newTokenText(): string {
  return seal(base62(BigInt(`0x${randomBytes(32).toString('hex')}`), BODY))
}

export type Shape = 'token' | 'mistyped' | 'foreign'

/** Tells by the text alone whether it can be one of our tokens, is one that was damaged, or something else. */
export function shapeOf(text: string): Shape {
  if (!text.startsWith(PREFIX)) return 'foreign'
  if (!SHAPE.test(text)) return 'mistyped'
  return seal(text.slice(PREFIX.length, -CHECK)) === text ? 'token' : 'mistyped'
}

function seal(body: string): string {
  return `${PREFIX}${body}${base62(BigInt(crc32(PREFIX + body)), CHECK)}`
}

function base62(value: bigint, width: number): string {
  let text = ''
  for (let rest = value; text.length < width; rest /= 62n) text = (DIGITS[Number(rest % 62n)] ?? '') + text
  return text
}
