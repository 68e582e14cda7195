import type { Agent } from 'node:http'
import { call, Unreachable } from '../chassis/client.ts'
import { continueTrace, traceparent } from '../chassis/trace.ts'
import type { Act, Session } from './session.ts'
import type { Outcome, Tally } from './tally.ts'

export interface VisitOptions {
  /** Where the API is: the storefront's address with `/api`, or the order service's. */
  readonly base: string
  readonly agent: Agent
  readonly timeoutMs: number
  readonly tallies: () => readonly Tally[]
  /** Waits; rejects if the run is over. */
  readonly sleepUntil: (momentMs: number) => Promise<void>
  /** Cuts off the request in flight: it counts as sent, and as nothing else. */
  readonly cut: AbortSignal
}

interface Knowledge {
  skus: readonly string[]
  total: { amountMinor: number; currency: string } | undefined
  orderId: string | undefined
}

/**
 * Lives through a session, request by request. `startMs` is when it was meant to start, on performance.now()'s clock.
 * Whoever gets an error, or is told no, leaves.
 */
export async function visit(session: Session, key: string, startMs: number, options: VisitOptions): Promise<void> {
  const knowledge: Knowledge = { skus: [], total: undefined, orderId: undefined }
  let meantMs = startMs
  for (const { act, thinkMs } of session.steps) {
    meantMs += thinkMs
    if (thinkMs > 0) await options.sleepUntil(meantMs)
    const { status } = await ask(session, act, key, meantMs, knowledge, options)
    if (typeof status === 'string' || status >= 400) return
    // The user thinks from when the answer is there.
    meantMs = performance.now()
  }
}

async function ask(
  session: Session,
  act: Act,
  key: string,
  meantMs: number,
  knowledge: Knowledge,
  { base, agent, timeoutMs, tallies, cut }: VisitOptions,
): Promise<Outcome> {
  const { method, path, body } = requestFor(act, knowledge)
  const headers: Record<string, string> = {
    'x-user-id': `user-${session.user}`,
    'x-market': session.market,
    traceparent: traceparent(continueTrace(undefined)),
  }
  if (act.kind === 'pay') headers['idempotency-key'] = key
  for (const tally of tallies()) tally.addSent()
  let status: Outcome['status']
  let servedBy: string | undefined
  try {
    const answer = await call(agent, { method, url: base + path, headers, body, timeoutMs, signal: cut })
    servedBy = [answer.headers['x-served-by']].flat()[0]
    status = learn(act, answer.status, answer.text, knowledge) ? answer.status : 'garbled'
  } catch (error) {
    if (!(error instanceof Unreachable) || error.reason === 'cut') throw error
    status = error.reason
  }
  const outcome: Outcome = { act: act.kind, status, servedBy, latencyMs: performance.now() - meantMs }
  for (const tally of tallies()) tally.add(outcome)
  return outcome
}

function requestFor(act: Act, { skus, total, orderId }: Knowledge): { method: string; path: string; body?: object } {
  const sku = (pick: number) => encodeURIComponent(skus[Math.floor(pick * skus.length)] ?? '')
  switch (act.kind) {
    case 'list':
      return { method: 'GET', path: '/products' }
    case 'view':
      return { method: 'GET', path: `/products/${sku(act.pick)}` }
    case 'put':
      return { method: 'PUT', path: `/cart/lines/${sku(act.pick)}`, body: { quantity: act.quantity } }
    case 'pay':
      return { method: 'POST', path: '/orders', body: { card: 'card-visa', ...total } }
    case 'look-back':
      return { method: 'GET', path: `/orders/${orderId}` }
  }
}

/** Remembers what the next requests need; false if a success does not contain it. */
function learn(act: Act, status: number, text: string, knowledge: Knowledge): boolean {
  if (status >= 400) return true
  try {
    if (act.kind === 'list') {
      const { products } = JSON.parse(text) as { products: readonly { sku: string }[] }
      knowledge.skus = products.map(({ sku }) => sku)
      return knowledge.skus.length > 0
    }
    if (act.kind === 'put') knowledge.total = (JSON.parse(text) as { total: Knowledge['total'] }).total
    if (act.kind === 'pay') knowledge.orderId = (JSON.parse(text) as { order: { id: string } }).order.id
    return true
  } catch {
    return false
  }
}
