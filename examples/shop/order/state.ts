/**
 * created: stock is reserved, the money is on its way. paid, declined, expired and refunded are ends; but an order
 * that expired while payment could not be asked is settled later, and becomes refunded if money had been taken.
 */
export const ORDER_STATES = ['created', 'paid', 'declined', 'expired', 'refunded'] as const
export type OrderState = (typeof ORDER_STATES)[number]

/** What payment says of an order's charge, or that it can't be asked. */
export type ChargeAnswer = 'succeeded' | 'declined' | 'cancelled' | 'refunded' | 'unreachable'

export type Step =
  | { readonly kind: 'become'; readonly state: OrderState; readonly settled: boolean; readonly releaseStock: boolean }
  | { readonly kind: 'refund' }
  | { readonly kind: 'none' }

/**
 * Decides what payment's answer means for an order. `overdue`: its reservation has lasted long enough.
 * Stock goes back exactly once (on leaving `created` for anything but `paid`), and no money is kept for an order that
 * is not paid.
 */
export function settle(order: { state: OrderState; settled: boolean }, charge: ChargeAnswer, overdue: boolean): Step {
  if (order.settled) return { kind: 'none' }
  if (order.state === 'created') {
    switch (charge) {
      case 'succeeded':
        return { kind: 'become', state: 'paid', settled: true, releaseStock: false }
      case 'declined':
        return { kind: 'become', state: 'declined', settled: true, releaseStock: true }
      case 'cancelled':
      case 'refunded':
        return { kind: 'become', state: 'expired', settled: true, releaseStock: true }
      case 'unreachable':
        if (!overdue) return { kind: 'none' }
        return { kind: 'become', state: 'expired', settled: false, releaseStock: true }
    }
  }
  switch (charge) {
    case 'succeeded':
      return { kind: 'refund' }
    case 'refunded':
      return { kind: 'become', state: 'refunded', settled: true, releaseStock: false }
    case 'declined':
    case 'cancelled':
      return { kind: 'become', state: order.state, settled: true, releaseStock: false }
    case 'unreachable':
      return { kind: 'none' }
  }
}
