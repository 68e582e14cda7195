import { type ErrorDetail, ShipwatchError } from '../kernel/index.ts'

/** Who asks is known, but may not. Who is not known at all is `Denied`. */
export class Forbidden extends ShipwatchError {
  readonly code = 'forbidden'
}

/** Too many tries: the same may be tried again after a while. */
export class Throttled extends ShipwatchError {
  readonly code = 'throttled'
  readonly retryAfterMs: number

  constructor(message: string, { retryAfterMs, ...detail }: ErrorDetail & { readonly retryAfterMs: number }) {
    super(message, detail)
    this.retryAfterMs = retryAfterMs
  }
}
