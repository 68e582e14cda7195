/** What a request is answered with when it can't be done: an HTTP status, a code for machines, a sentence for people. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(status: number, code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }

  /** The answer's body. */
  toJSON(): object {
    return { error: { code: this.code, message: this.message, ...this.details } }
  }
}
