import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChargeAnswer, ORDER_STATES, type OrderState, settle } from './state.ts'

const ANSWERS: readonly ChargeAnswer[] = ['succeeded', 'declined', 'cancelled', 'refunded', 'unreachable']

describe('settling an order', () => {
  it.each<[OrderState, ChargeAnswer, boolean, string]>([
    ['created', 'succeeded', false, 'paid, settled'],
    ['created', 'succeeded', true, 'paid, settled'],
    ['created', 'declined', false, 'declined, settled, stock back'],
    ['created', 'cancelled', true, 'expired, settled, stock back'],
    ['created', 'refunded', true, 'expired, settled, stock back'],
    ['created', 'unreachable', false, 'none'],
    ['created', 'unreachable', true, 'expired, stock back'],
    ['expired', 'succeeded', true, 'refund'],
    ['expired', 'refunded', true, 'refunded, settled'],
    ['expired', 'cancelled', true, 'expired, settled'],
    ['expired', 'declined', true, 'expired, settled'],
    ['expired', 'unreachable', true, 'none'],
  ])('that is %s, with a charge %s (overdue: %s), makes it: %s', (state, charge, overdue, expected) => {
    const step = settle({ state, settled: false }, charge, overdue)
    const words =
      step.kind === 'become' ? [step.state, step.settled && 'settled', step.releaseStock && 'stock back'] : []
    expect(step.kind === 'become' ? words.filter(Boolean).join(', ') : step.kind).toBe(expected)
  })

  it('changes nothing once it is settled', () => {
    for (const state of ORDER_STATES) {
      for (const charge of ANSWERS) expect(settle({ state, settled: true }, charge, true)).toEqual({ kind: 'none' })
    }
  })

  it('gives stock back exactly once unless paid, and ends with money kept only for a paid order, in any order of events', () => {
    const events = fc.array(fc.tuple(fc.constantFrom<'asked' | 'silent'>('asked', 'silent'), fc.boolean()), {
      maxLength: 12,
    })
    const first = fc.constantFrom<ChargeAnswer>('succeeded', 'declined', 'cancelled')
    fc.assert(
      fc.property(events, first, (events, first) => {
        let order: { state: OrderState; settled: boolean } = { state: 'created', settled: false }
        let charge: ChargeAnswer = first
        let released = 0
        // In the end payment answers: once for the charge, once for a refund.
        for (const [answer, overdue] of [...events, ['asked', true] as const, ['asked', true] as const]) {
          const step = settle(order, answer === 'asked' ? charge : 'unreachable', overdue)
          if (step.kind === 'refund') charge = 'refunded'
          if (step.kind !== 'become') continue
          if (step.releaseStock) released++
          order = { state: step.state, settled: step.settled }
        }
        expect(order.settled).toBe(true)
        expect(released).toBe(order.state === 'paid' ? 0 : 1)
        expect(charge === 'succeeded').toBe(order.state === 'paid')
      }),
    )
  })
})
