import { randomBytes } from 'node:crypto'

/** Crockford's base 32: no i, l, o, u, so it survives being read out on the telephone. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const GROUPS = 4
const GROUP = 5

/** A password to be used once, of 100 random bits: `k7m2x-9qpd4-…`. */
export function makeOneTimePassword(): string {
  const characters = Array.from(randomBytes(GROUPS * GROUP), byte => ALPHABET[byte % 32] ?? '')
  return Array.from({ length: GROUPS }, (_, i) => characters.slice(i * GROUP, (i + 1) * GROUP).join('')).join('-')
}
