import { randomBytes } from 'node:crypto'
import type { Clock } from './clock.ts'

/** Crockford's base 32: no I, L, O, U, so an id survives being read out on the telephone. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

export type NewId = (kind: string) => string

/**
 * Makes ids such as `rel_01jd3k2m8r4zq0x7`: a kind, then 48 bits of milliseconds and 32 random bits.
 * Ids of one process sort in the order of their making, also within a millisecond and when the wall
 * clock steps back.
 */
export function idMaker(clock: Clock, random: () => number = () => randomBytes(4).readUInt32BE()): NewId {
  let lastMs = 0
  let tail = 0
  return kind => {
    const nowMs = clock.now()
    if (nowMs > lastMs) {
      lastMs = nowMs
      tail = random() >>> 0
    } else if (++tail > 0xff_ff_ff_ff) {
      lastMs += 1
      tail = random() >>> 0
    }
    return `${kind}_${base32(lastMs, 10)}${base32(tail, 7)}`
  }
}

function base32(value: number, width: number): string {
  let text = ''
  let rest = value
  for (let i = 0; i < width; i++) {
    text = (ALPHABET[rest % 32] ?? '') + text
    rest = Math.floor(rest / 32)
  }
  return text
}
