import { randomBytes } from 'node:crypto'

/** Where a request stands in its trace: W3C Trace Context, https://www.w3.org/TR/trace-context/ */
export interface Trace {
  readonly traceId: string
  readonly spanId: string
  readonly flags: string
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-.*)?$/

/** Goes on with the caller's trace, or starts one where there is none or it is malformed. */
export function continueTrace(traceparent: string | undefined): Trace {
  const [, traceId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? []
  const spanId = randomBytes(8).toString('hex')
  if (traceId !== undefined && flags !== undefined) return { traceId, spanId, flags }
  return { traceId: randomBytes(16).toString('hex'), spanId, flags: '01' }
}

/** The header that makes the next service go on with this trace. */
export function traceparent({ traceId, spanId, flags }: Trace): string {
  return `00-${traceId}-${spanId}-${flags}`
}
