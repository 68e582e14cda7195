import { MARKETS } from '../chassis/market.ts'
import type { Counter, Metrics } from '../chassis/metrics.ts'
import type { OrderStore } from './store.ts'

const FAILURES = ['declined', 'unreachable'] as const

/** What a shopkeeper watches. */
export interface OrderMetrics {
  readonly created: Counter
  readonly paid: Counter
  readonly expired: Counter
  readonly paymentFailures: Counter
}

export function addOrderMetrics(metrics: Metrics, store: OrderStore): OrderMetrics {
  metrics.collect('gauge', 'stock_available', 'Units that can be sold, by product.', ['sku'], () =>
    store.stock().map(([sku, available]) => [[sku], available]),
  )
  // Known series start at 0, so that the first order is a rise that a rate can see.
  const counter = (name: string, help: string, label: string, values: readonly string[]): Counter => {
    const made = metrics.counter(name, help, [label])
    for (const value of values) made.add([value], 0)
    return made
  }
  return {
    created: counter('orders_created_total', 'Orders this instance took.', 'market', MARKETS),
    paid: counter('orders_paid_total', 'Orders this instance saw paid.', 'market', MARKETS),
    expired: metrics.counter('orders_expired_total', 'Orders given up because payment gave no answer in time.'),
    paymentFailures: counter('payment_failures_total', 'Orders that were not paid, by why.', 'reason', FAILURES),
  }
}
