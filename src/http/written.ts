import { hash } from 'node:crypto'

/** A reply as it is sent, and the tag by which it is known again. One that is kept costs nothing to send again. */
export class Written {
  readonly bytes: Buffer
  readonly tag: string

  /** `json`: of the whole reply. */
  constructor(json: string) {
    this.bytes = Buffer.from(json) // once: for the tag, for the length, and to be sent
    this.tag = tagOf(this.bytes)
  }
}

/**
 * A strong tag: made of the very bytes, so it needs no thought about what may change (the hub's version, or words).
 * 128 bits are enough to tell two replies apart.
 */
export function tagOf(text: string | Buffer): string {
  return `"${hash('sha256', text, 'base64url').slice(0, 22)}"`
}

/** Something that is made of values, and made anew only when one of them is another. */
export class Kept<Made> {
  #of: readonly unknown[] = []
  #made: { readonly it: Made } | undefined

  /** `make` may use nothing that is not among the values, or never changes. */
  get(of: readonly unknown[], make: () => Made): Made {
    if (this.#made && isSame(this.#of, of)) return this.#made.it
    this.#made = { it: make() }
    this.#of = of
    return this.#made.it
  }
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, i) => Object.is(value, other[i]))
}
