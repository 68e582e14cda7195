import type { Agent, IncomingHttpHeaders } from 'node:http'
import { isUserId } from '../chassis/caller.ts'
import { type Answer, call, Unreachable } from '../chassis/client.ts'
import { newId } from '../chassis/id.ts'
import type { Counter } from '../chassis/metrics.ts'
import { Problem } from '../chassis/problem.ts'
import type { Handler, Reply } from '../chassis/server.ts'
import { traceparent } from '../chassis/trace.ts'

export interface OrderService {
  readonly agent: Agent
  readonly url: string
  readonly timeoutMs: number
  readonly failures: Counter
  /** Told after each request whether there was an answer. */
  readonly saw: (reachable: boolean) => void
}

const PASSED_ON = ['x-market', 'idempotency-key'] as const
const PASSED_BACK = ['content-type', 'x-served-by', 'retry-after', 'idempotent-replayed'] as const

/** Hands a request under `/api` to the order service: who asks, where, and in which trace go along. */
export function forward(method: string, service: OrderService): Handler {
  return async request => {
    const known = userOf(request.headers)
    const userId = known ?? newId('u', Date.now())
    const headers: Record<string, string> = { 'x-user-id': userId, traceparent: traceparent(request.trace) }
    for (const name of PASSED_ON) {
      const value = request.headers[name]
      if (typeof value === 'string') headers[name] = value
    }
    const url = service.url + request.url.slice('/api'.length)
    const answer = await ask(service, { method, url, headers, body: request.body, timeoutMs: service.timeoutMs })
    const back: Record<string, string> = { 'cache-control': 'no-store' }
    if (known === undefined) back['set-cookie'] = `uid=${userId}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax`
    for (const name of PASSED_BACK) {
      const value = answer.headers[name]
      if (typeof value === 'string') back[name] = value
    }
    return { status: answer.status, headers: back, bytes: answer.text } satisfies Reply
  }
}

/** Tells who asks, by the header of a program or the cookie of a browser; undefined if it is somebody new. */
export function userOf(headers: IncomingHttpHeaders): string | undefined {
  const header = headers['x-user-id']
  if (typeof header === 'string' && isUserId(header)) return header
  const cookie = /(?:^|;\s*)uid=([^;]*)/.exec(headers.cookie ?? '')?.[1]
  return cookie !== undefined && isUserId(cookie) ? cookie : undefined
}

/**
 * Asks, and once more if the connection broke: a kept-alive one may be closed by the other side just as it is used.
 * Repeating is safe whatever the method, since a checkout is known by its idempotency key.
 */
async function ask(service: OrderService, outgoing: Parameters<typeof call>[1]): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await call(service.agent, outgoing)
      service.saw(true)
      return answer
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
      if (error.reason === 'hung-up' && attempt === 1) continue
      service.saw(false)
      service.failures.add([error.reason])
      if (error.reason === 'timeout') throw new Problem(504, 'order-timeout', 'the order service takes too long')
      throw new Problem(503, 'order-unreachable', 'the order service can’t be reached; try again')
    }
  }
}
