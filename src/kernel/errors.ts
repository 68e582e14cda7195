/** What an error says beside its message. */
export interface ErrorDetail {
  /** The one thing to do about it, as an imperative sentence. */
  readonly hint?: string
  /** Where the fault is: a field's path (`strategy.stages[0].weight`), a file, an address. */
  readonly field?: string
  readonly cause?: unknown
}

/** An expected failure, said to a person: what, where, and what to do. Bugs are ordinary errors. */
export abstract class ShipwatchError extends Error {
  /** Stable, for programs: `invalid_input`, `not_found`, … */
  abstract readonly code: string
  readonly hint: string | undefined
  readonly field: string | undefined

  constructor(message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = new.target.name
    this.hint = detail.hint
    this.field = detail.field
  }
}

/** What was asked for cannot be: wrong value, wrong shape, wrong configuration. */
export class InvalidInput extends ShipwatchError {
  readonly code = 'invalid_input'
}

/** What was named does not exist. */
export class NotFound extends ShipwatchError {
  readonly code = 'not_found'
}

/** It exists, but its present state does not allow this. */
export class Conflict extends ShipwatchError {
  readonly code = 'conflict'
}

/** Somebody that we depend on does not answer, or answers wrongly. It may be worth trying again. */
export class Unavailable extends ShipwatchError {
  readonly code = 'unavailable'
}

/** Who asks is not known, or may not. */
export class Denied extends ShipwatchError {
  readonly code = 'denied'
}

/** The message of anything thrown, with the messages of its causes. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = error.message || error.name
  return error.cause === undefined ? own : `${own}: ${messageOf(error.cause)}`
}
