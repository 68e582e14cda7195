import type { Socket } from 'node:net'
import type { FastifyError } from 'fastify'
import type { Problem } from '../client/index.ts'
import { messageOf, ShipwatchError } from '../kernel/index.ts'

/** The path is one of ours, but not for this. */
export class MethodNotAllowed extends ShipwatchError {
  readonly code = 'method_not_allowed'
}

/** The key stands for another request already. */
export class KeyReused extends ShipwatchError {
  readonly code = 'key_reused'
}

/** Which status says what, for whoever knows HTTP and not us. */
export const STATUS: Readonly<Record<string, number>> = {
  invalid_input: 400,
  denied: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  key_reused: 422,
  throttled: 429,
  unavailable: 503,
}

/** What a caller is told of anything that was thrown. Of what was not expected it learns only that something failed. */
export function problemOf(error: FastifyError | Error): { readonly status: number; readonly problem: Problem } {
  if (error instanceof ShipwatchError) {
    const { code, hint, field } = error
    const told = { code, message: messageOf(error), ...(field ? { field } : {}), ...(hint ? { hint } : {}) }
    return { status: STATUS[code] ?? 500, problem: { error: told } }
  }
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  // Fastify's own refusals (malformed JSON, a body too large) are the caller's fault and name it.
  if (status < 500) return { status, problem: { error: { code: 'invalid_input', message: error.message } } }
  return {
    status: 500,
    problem: { error: { code: 'internal', message: 'something failed in the hub; its log says what' } },
  }
}

const UNREADABLE: Readonly<Record<string, readonly [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request did not arrive in time'],
}

/** Answers what is no HTTP at all, in the same shape, and hangs up. */
export function refuseUnreadable(error: Error, socket: Socket): void {
  const code = 'code' in error ? String(error.code) : ''
  if (!socket.writable || code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const [status, message] = UNREADABLE[code] ?? ['400 Bad Request', 'this is no HTTP request']
  const body = JSON.stringify({ error: { code: 'invalid_input', message } } satisfies Problem)
  const head = [
    `HTTP/1.1 ${status}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
