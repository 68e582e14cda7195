import { randomBytes } from 'node:crypto'

/** A new id that sorts by time and can't be guessed: `ord_` + 9 characters of milliseconds + 14 of chance. */
export function newId(prefix: string, nowMs: number): string {
  return `${prefix}_${nowMs.toString(36).padStart(9, '0')}${randomBytes(7).toString('hex')}`
}
