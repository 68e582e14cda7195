import type { IncomingHttpHeaders } from 'node:http'
import { DEFAULT_MARKET, isMarket, MARKETS, type Market } from './market.ts'
import { Problem } from './problem.ts'

const USER_ID = /^[\w-]{1,64}$/
const IDEMPOTENCY_KEY = /^[\w.:-]{1,128}$/

/** Tells whether a text can be a user's id: up to 64 letters, digits, `_` and `-`. */
export function isUserId(text: string): boolean {
  return USER_ID.test(text)
}

/** Who asks: the `x-user-id` header, set by the storefront. */
export function readUserId(headers: IncomingHttpHeaders): string {
  const id = headers['x-user-id']
  if (typeof id === 'string' && isUserId(id)) return id
  throw new Problem(400, 'no-user', 'say who asks in the header x-user-id: up to 64 letters, digits, _ and -')
}

/** Where they shop: the `x-market` header. */
export function readMarket(headers: IncomingHttpHeaders): Market {
  const market = headers['x-market'] ?? DEFAULT_MARKET
  if (typeof market === 'string' && isMarket(market)) return market
  throw new Problem(400, 'unknown-market', `x-market is ${String(market)}: give one of ${MARKETS.join(', ')}`)
}

/** What makes a repeated request the same request: the `idempotency-key` header. */
export function readIdempotencyKey(headers: IncomingHttpHeaders): string {
  const key = headers['idempotency-key']
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key)) return key
  throw new Problem(400, 'no-idempotency-key', 'give an idempotency-key header of up to 128 letters, digits and _.:-')
}
