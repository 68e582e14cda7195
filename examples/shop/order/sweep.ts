import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../chassis/log.ts'
import { continueTrace } from '../chassis/trace.ts'
import { type Desk, settleOrder } from './checkout.ts'
import type { ChargeAnswer } from './state.ts'

/** How many orders one sweep looks at; the rest wait for the next one. */
const ORDERS_PER_SWEEP = 200

/**
 * Settles the orders whose payment has been unknown for too long: asks payment to cancel what it has not taken, marks
 * the order by the answer, and puts its units back on the shelf even if there is no answer. Several instances may
 * sweep at once: each step is decided inside a transaction, and safe to repeat.
 */
async function sweepOnce(desk: Desk, reserveForMs: number, log: Log): Promise<void> {
  const orders = desk.store.unsettledBefore(desk.now() - reserveForMs, ORDERS_PER_SWEEP)
  let reachable = true
  for (const order of orders) {
    const trace = continueTrace(undefined)
    const asking = { trace, log: log.with({ trace_id: trace.traceId, user_id: order.userId }) }
    // Once it is silent there is no sense in waiting for it again and again.
    const charge: ChargeAnswer = reachable ? await desk.payment.cancel(order, asking) : 'unreachable'
    reachable = charge !== 'unreachable'
    await settleOrder(desk, order, charge, asking, true)
  }
}

/** Sweeps again and again until told to stop; then resolves after the sweep under way. A failed sweep is logged. */
export async function keepSweeping(
  desk: Desk,
  { reserveForMs, everyMs }: { reserveForMs: number; everyMs: number },
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await sleep(everyMs * (0.75 + Math.random() / 2), undefined, { signal })
      await sweepOnce(desk, reserveForMs, log)
    } catch (error) {
      if (!signal.aborted) log.error('sweep failed', { error })
    }
  }
}
