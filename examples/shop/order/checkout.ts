import { fingerprint, fractionOf } from '../chassis/body.ts'
import type { GroupWriter } from '../chassis/group-writer.ts'
import { newId } from '../chassis/id.ts'
import { CURRENCY_OF, type Market, type Money } from '../chassis/market.ts'
import { Problem } from '../chassis/problem.ts'
import type { OrderMetrics } from './order-metrics.ts'
import type { Asking, Payment } from './payment.ts'
import { type Shelf, totalOf } from './shelf.ts'
import { type ChargeAnswer, type Step, settle } from './state.ts'
import type { Order, OrderStore } from './store.ts'
import type { Behaviour } from './versions.ts'

export interface CheckoutRequest {
  readonly userId: string
  readonly market: Market
  /** The client's name for this checkout: repeating it repeats the answer, not the order. */
  readonly key: string
  readonly card: string
  /** What the user saw and agreed to. */
  readonly total: Money
}

export interface Desk {
  readonly version: string
  readonly behaviour: Pick<Behaviour, 'brokenCheckouts'>
  readonly store: OrderStore
  readonly shelf: Shelf
  readonly writer: GroupWriter
  readonly payment: Payment
  readonly metrics: OrderMetrics
  readonly now: () => number
}

/**
 * Turns the user's cart into an order and pays it: reserve and write it down, then charge, then write down the outcome.
 * Whatever dies in between, the order is on disk before money moves, and the same key goes on where it stopped.
 */
export async function checkOut(
  desk: Desk,
  request: CheckoutRequest,
  asking: Asking,
): Promise<{ order: Order; repeated: boolean }> {
  if (fractionOf(request.key) < desk.behaviour.brokenCheckouts) {
    throw new TypeError(`no tax rule for this cart in market ${request.market}`)
  }
  const { order, repeated } = await desk.writer.write(() => findOrCreate(desk, request))
  if (!repeated) {
    desk.metrics.created.add([order.market])
    const { amountMinor, currency } = order.total
    asking.log.info('order created', { order_id: order.id, amount_minor: amountMinor, currency })
  }
  // Two requests with one key may both get here: payment knows them as one by the order's id.
  if (order.state !== 'created') return { order, repeated }
  return {
    order: await settleOrder(desk, order, await desk.payment.charge(order, request.card, asking), asking),
    repeated,
  }
}

/** Writes down what payment's answer means for an order, and gives money back where it must not be kept. */
export async function settleOrder(
  desk: Desk,
  order: Order,
  charge: ChargeAnswer,
  asking: Asking,
  overdue = false,
): Promise<Order> {
  const { now, store, writer, metrics } = desk
  // Were this lost in a power cut, the order would be unsettled again, and a sweep would ask payment again.
  const { latest, step } = await writer.writeRecoverable(() => applyCharge(store, order.id, charge, overdue, now()))
  if (step.kind === 'refund') {
    const answer = await desk.payment.refund(latest, asking)
    // Had the refund been unreachable, the order stays unsettled, and the next sweep asks again.
    return answer === 'refunded' ? settleOrder(desk, latest, answer, asking, overdue) : latest
  }
  const log = asking.log.with({ order_id: order.id })
  if (charge === 'unreachable' && !overdue) metrics.paymentFailures.add(['unreachable'])
  if (step.kind === 'become' && step.state !== order.state) {
    if (step.state === 'paid') metrics.paid.add([latest.market])
    if (step.state === 'declined') metrics.paymentFailures.add(['declined'])
    if (step.state === 'expired') metrics.expired.add()
    log.info(`order ${step.state}`, { amount_minor: latest.total.amountMinor, currency: latest.total.currency })
  }
  return latest
}

function applyCharge(
  store: OrderStore,
  id: string,
  charge: ChargeAnswer,
  overdue: boolean,
  nowMs: number,
): { latest: Order; step: Step } {
  // Read inside the transaction: another instance may have settled it while payment was asked.
  const order = store.find(id)
  if (order === undefined) throw new Error(`order ${id} has vanished`)
  const step = settle(order, charge, overdue)
  if (step.kind !== 'become') return { latest: order, step }
  store.change(id, step.state, step.settled, nowMs)
  if (step.releaseStock) store.release(order)
  return { latest: { ...order, state: step.state, settled: step.settled }, step }
}

function findOrCreate(desk: Desk, request: CheckoutRequest): { order: Order; repeated: boolean } {
  const { userId, market, key, card, total } = request
  const { store } = desk
  const print = fingerprint([market, card, total.amountMinor, total.currency])
  const known = store.findByKey(userId, key)
  if (known !== undefined) {
    if (known.fingerprint === print) return { order: known, repeated: true }
    throw new Problem(409, 'key-reused', 'this idempotency key came with another checkout before: take a new key')
  }
  const lines = desk.shelf.cart(userId, market)
  if (lines.length === 0) throw new Problem(409, 'empty-cart', 'there is nothing in the cart')
  const actual = totalOf(lines, CURRENCY_OF[market])
  if (actual.amountMinor !== total.amountMinor || actual.currency !== total.currency) {
    throw new Problem(409, 'total-changed', 'the cart costs something else now: look at it again', { total: actual })
  }
  for (const { sku, quantity } of lines) {
    if (store.reserve(sku, quantity)) continue
    const available = desk.shelf.product(sku, market)?.available ?? 0
    throw new Problem(409, 'out-of-stock', `${quantity} of ${sku} are wanted, ${available} are left`, {
      sku,
      available,
    })
  }
  const nowMs = desk.now()
  const order: Order = {
    id: newId('ord', nowMs),
    userId,
    checkoutKey: key,
    fingerprint: print,
    market,
    total,
    state: 'created',
    settled: false,
    createdBy: desk.version,
    createdAtMs: nowMs,
  }
  store.insert(order, lines)
  store.clearCart(userId)
  return { order, repeated: false }
}
