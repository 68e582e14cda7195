import type { Problem } from './contract.ts'

/** The hub answered, and refused. `code` is the hub's own: `not_found`, `conflict`, `unauthorized`, … */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  readonly code: string
  readonly field: string | undefined
  readonly hint: string | undefined
  /** When it may be tried again, in milliseconds from its arrival; where the hub says so. */
  readonly retryAfterMs: number | undefined

  constructor(status: number, { code, message, field, hint }: Problem['error'], retryAfterMs?: number) {
    super(message)
    this.status = status
    this.code = code
    this.field = field
    this.hint = hint
    this.retryAfterMs = retryAfterMs
  }
}

/** Nobody answered, or what answered was no hub: a proxy that says 502, a page instead of JSON. */
export class HubUnreachable extends Error {
  override readonly name = 'HubUnreachable'
}

const ANSWER_WITHIN_MS = 15_000

export interface Question {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: unknown
  /** Of an order that must be done once, however often a broken connection makes it arrive; by itself each has its own. */
  readonly key?: string
  readonly signal?: AbortSignal | undefined
  /** How long to wait for the answer, in milliseconds. */
  readonly withinMs?: number
}

/** Asks the hub. Rejects with `Refused` or `HubUnreachable`; a call that `signal` aborted, with the signal's reason. */
export async function ask<Reply>(question: Question): Promise<Reply> {
  const { method = 'GET', path, query = {}, body, key, signal, withinMs = ANSWER_WITHIN_MS } = question
  const limit = AbortSignal.timeout(withinMs)
  let response: Response
  let answer: unknown
  try {
    response = await fetch(`/api/v1${path}${search(query)}`, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': key ?? randomKey() } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    })
    const text = await response.text()
    answer = text === '' ? undefined : JSON.parse(text)
  } catch (error) {
    if (signal?.aborted) throw error
    throw new HubUnreachable('no answer', { cause: error })
  }
  if (response.ok) return answer as Reply
  if (isProblem(answer)) throw new Refused(response.status, answer.error, retryAfterOf(response))
  throw new HubUnreachable(`it answered ${response.status}`)
}

/** The hub says it in whole seconds; a date would be a proxy's. */
function retryAfterOf({ headers }: Response): number | undefined {
  const said = headers.get('retry-after') ?? ''
  return /^\d{1,7}$/.test(said) ? Number(said) * 1_000 : undefined
}

/** `crypto.randomUUID` is for secure contexts alone, and a hub may be read over plain HTTP in a company's own network. */
export function randomKey(): string {
  if ('randomUUID' in crypto) return crypto.randomUUID()
  const bytes = (crypto as Crypto).getRandomValues(new Uint8Array(16))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

export function isProblem(answer: unknown): answer is Problem {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return false
  const { error } = answer
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error
}

/** `?service=order&limit=50`; what is not given or empty is left out. */
export function search(query: Readonly<Record<string, string | number | undefined>>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(name, String(value))
  }
  return params.size === 0 ? '' : `?${params.toString()}`
}

/** Whether asking again may help: a refusal stays one. */
export function isPassing(error: unknown): boolean {
  return !(error instanceof Refused) || error.status === 429 || error.status >= 500
}
