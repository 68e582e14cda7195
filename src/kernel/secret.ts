import { inspect } from 'node:util'
import { z } from 'zod'

const HIDDEN = '[secret]'

/** Marks the issue by which the schema asks the loader for the content of a file. */
export const SECRET_FILE = 'secretFile'

/** A text that does not print itself: only `reveal` gives it away. */
export interface Secret {
  /** The text itself. Hand it to whoever needs it, and to nobody else. */
  reveal(): string
  /** `[secret]` */
  toString(): string
}

class SecretText implements Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  reveal(): string {
    return this.#text
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  [inspect.custom](): string {
    return HIDDEN
  }
}

/** Wraps a text that must never be printed. */
export function secretOf(text: string): Secret {
  return new SecretText(text)
}

/** The file that a `file:PATH` names, or `undefined` when the text is the secret itself. */
export function secretFileOf(text: string): string | undefined {
  return text.startsWith('file:') ? text.slice('file:'.length) : undefined
}

/**
 * A value that is never printed: a text, `${ENV}`, or `file:PATH`, relative to the file that it stands in.
 *
 * The schema itself opens no file, so that a request over the network cannot make the hub read one:
 * a `file:PATH` is refused here, and the loader of the configuration, which knows the folder, reads it.
 */
export const Secret: z.ZodType<Secret, string | Secret> = z
  .union([z.string(), z.instanceof(SecretText)])
  .transform((given, context): Secret => {
    if (given instanceof SecretText) return given
    if (given === '') {
      context.addIssue({ code: 'custom', message: 'a secret is empty', input: given })
      return z.NEVER
    }
    if (secretFileOf(given) === undefined) return new SecretText(given)
    context.addIssue({
      code: 'custom',
      message: 'file: secrets are read from a configuration only',
      params: { [SECRET_FILE]: true },
      input: given,
    })
    return z.NEVER
  })

/** Every secret inside a validated configuration, each once; for whoever redacts logs. */
export function secretsIn(value: unknown): Secret[] {
  const seen = new Set<object>()
  const found: Secret[] = []
  const look = (inside: unknown): void => {
    if (typeof inside !== 'object' || inside === null || seen.has(inside)) return
    seen.add(inside)
    if (inside instanceof SecretText) found.push(inside)
    else if (inside instanceof Map) for (const pair of inside) look(pair)
    else if (inside instanceof Set) for (const item of inside) look(item)
    else for (const item of Object.values(inside)) look(item)
  }
  look(value)
  return found
}
