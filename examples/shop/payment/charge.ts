import { fractionOf } from '../chassis/body.ts'
import { Problem } from '../chassis/problem.ts'
import type { Charge, ChargeStatus } from './store.ts'

/** The card that is always declined; every other is declined at the configured rate. */
const DECLINED_CARD = 'card-declined'

/** Decides a new charge. The same key is always decided alike, so that a repeated demo is the same demo. */
export function decide(key: string, card: string, declineRatio: number): ChargeStatus {
  return card === DECLINED_CARD || fractionOf(key) < declineRatio ? 'declined' : 'succeeded'
}

/** What a repeated request gets: the first answer, if it is the same request; otherwise a Problem 409. */
export function replay(known: Charge, fingerprint: string): Charge {
  if (known.status === 'cancelled') {
    throw new Problem(409, 'charge-cancelled', 'this charge was cancelled before it was made; it will not be made')
  }
  if (known.fingerprint !== fingerprint) {
    throw new Problem(409, 'key-reused', 'this idempotency key came with another body before: take a new key')
  }
  return known
}
