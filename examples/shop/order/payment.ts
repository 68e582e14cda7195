import type { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, call, Unreachable } from '../chassis/client.ts'
import type { Log } from '../chassis/log.ts'
import { type Trace, traceparent } from '../chassis/trace.ts'
import type { ChargeAnswer } from './state.ts'
import type { Order } from './store.ts'

export interface PaymentLimits {
  readonly url: string
  /** For one attempt. */
  readonly timeoutMs: number
  readonly attempts: number
}

export interface Asking {
  readonly trace: Trace
  readonly log: Log
}

/** Asks the payment service about an order's charge. All three are safe to repeat; none throws. */
export interface Payment {
  charge(order: Order, card: string, asking: Asking): Promise<ChargeAnswer>
  /** Makes sure that a charge not made yet never will be, and tells what it is. */
  cancel(order: Order, asking: Asking): Promise<ChargeAnswer>
  refund(order: Order, asking: Asking): Promise<ChargeAnswer>
}

/** The pause between attempts, before chance halves it at most. */
const PAUSE_MS = 100

/** The longest that a question can take, all attempts and pauses together. */
export function longestAskMs({ timeoutMs, attempts }: PaymentLimits): number {
  return attempts * timeoutMs + (attempts - 1) * PAUSE_MS
}

/**
 * Every attempt carries the order's id as its idempotency key. That is why a lost answer may be asked for again: the
 * payment service charges a key once, and repeats its first answer.
 */
export function openPayment(agent: Agent, limits: PaymentLimits, random: () => number = Math.random): Payment {
  const ask = async (order: Order, path: string, body: object | undefined, { trace, log }: Asking) => {
    const headers = { 'idempotency-key': order.id, traceparent: traceparent(trace), 'x-user-id': order.userId }
    for (let attempt = 1; ; attempt++) {
      const answer = await attemptOnce(agent, { url: limits.url + path, headers, body, timeoutMs: limits.timeoutMs })
      const known = typeof answer === 'string' ? undefined : read(answer)
      if (known !== undefined) return known
      const reason = typeof answer === 'string' ? answer : `status ${answer.status}: ${answer.text.slice(0, 200)}`
      const again = attempt < limits.attempts && mayPass(answer)
      log.warn('payment gave no answer', { order_id: order.id, attempt, again, reason })
      if (!again) return 'unreachable'
      await sleep(PAUSE_MS * (0.5 + random() / 2))
    }
  }
  return {
    charge: ({ total, ...order }, card, asking) =>
      ask({ total, ...order }, '/charges', { orderId: order.id, ...total, card }, asking),
    cancel: (order, asking) => ask(order, `/charges/${order.id}/cancel`, undefined, asking),
    refund: (order, asking) => ask(order, `/charges/${order.id}/refund`, undefined, asking),
  }
}

async function attemptOnce(
  agent: Agent,
  outgoing: { url: string; headers: Record<string, string>; body: object | undefined; timeoutMs: number },
): Promise<Answer | string> {
  try {
    return await call(agent, { method: 'POST', ...outgoing })
  } catch (error) {
    if (error instanceof Unreachable) return error.message
    throw error
  }
}

/** Reads what became of the charge; undefined if the answer does not say, so that nothing may be concluded from it. */
function read({ status, text }: Answer): ChargeAnswer | undefined {
  if (status !== 200 && status !== 201 && status !== 402 && status !== 409) return undefined
  try {
    const body = JSON.parse(text) as { status?: unknown; error?: { code?: unknown } } | null
    if (status === 409) return body?.error?.code === 'charge-cancelled' ? 'cancelled' : undefined
    const known = (['succeeded', 'declined', 'cancelled', 'refunded'] as const).find(one => one === body?.status)
    return known
  } catch {
    return undefined
  }
}

/** A refusal (4xx) will be refused again; an overload, a breakdown or silence may pass. */
function mayPass(answer: Answer | string): boolean {
  return typeof answer === 'string' || answer.status >= 500 || answer.status === 429
}
