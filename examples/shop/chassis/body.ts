import { createHash } from 'node:crypto'
import { Problem } from './problem.ts'

/** The fields of a JSON object, read one by one; a field that is missing, wrong or unknown is a Problem 400. */
export class Body {
  readonly #fields: Readonly<Record<string, unknown>>

  constructor(body: unknown, known: readonly string[]) {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new Problem(400, 'bad-body', `send a JSON object with ${known.join(', ')}`)
    }
    this.#fields = body as Record<string, unknown>
    for (const name of Object.keys(body)) {
      if (!known.includes(name)) throw wrong(name, `is unknown: send ${known.join(', ')}`)
    }
  }

  text(name: string, shape: RegExp, expected: string): string {
    const value = this.#fields[name]
    if (typeof value === 'string' && shape.test(value)) return value
    throw wrong(name, `is ${JSON.stringify(value)}: give ${expected}`)
  }

  integer(name: string, min: number, max: number): number {
    const value = this.#fields[name]
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value
    throw wrong(name, `is ${JSON.stringify(value)}: give a whole number from ${min} to ${max}`)
  }
}

function wrong(field: string, what: string): Problem {
  return new Problem(400, 'bad-field', `${field} ${what}`, { field })
}

/** A short text that is equal for equal parts only: tells whether a repeated request is the same one. */
export function fingerprint(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

/** Maps a text evenly onto [0, 1), always the same text to the same number. */
export function fractionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
}
