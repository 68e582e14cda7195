/** A stretch of the query's text, in UTF-16 units: start ≤ i < end. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * - `parse`: the text is no PromQL, or its types do not fit (HTTP 400, `bad_data`)
 * - `execution`: it cannot be evaluated on these series (422)
 * - `too-many-samples`: `maxSamples` was reached (422)
 * - `timeout` (503), `canceled` (499)
 * - `storage`: the storage failed; see `cause` (500)
 */
export type PromQLErrorKind = 'parse' | 'execution' | 'too-many-samples' | 'timeout' | 'canceled' | 'storage'

/** Why a query has no answer. `message` is what Prometheus would say, its position (`1:21`) included. */
export class PromQLError extends Error {
  readonly kind: PromQLErrorKind
  readonly span: Span | undefined

  constructor(kind: PromQLErrorKind, message: string, detail: { readonly span?: Span; readonly cause?: unknown } = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = 'PromQLError'
    this.kind = kind
    this.span = detail.span
  }
}

/** `line:column` of an offset, from 1; columns count UTF-8 bytes, as Prometheus does. */
export function positionOf(text: string, offset: number): string {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  const line = before.split('\n').length
  return `${line}:${new TextEncoder().encode(before.slice(lineStart)).length + 1}`
}
