import type { Counter, Metrics } from '../chassis/metrics.ts'
import type { OrderStore } from './store.ts'

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
  return {
    created: metrics.counter('orders_created_total', 'Orders this instance took.', ['market']),
    paid: metrics.counter('orders_paid_total', 'Orders this instance saw paid.', ['market']),
    expired: metrics.counter('orders_expired_total', 'Orders given up because payment gave no answer in time.'),
    paymentFailures: metrics.counter('payment_failures_total', 'Checkouts that were not paid, by why.', ['reason']),
  }
}
