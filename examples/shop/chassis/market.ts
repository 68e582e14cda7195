/** An amount of money: whole minor units (cents, or yen where there are no cents) of a currency by ISO 4217. */
export interface Money {
  readonly amountMinor: number
  readonly currency: string
}

/** Where the shop sells, and in which currency. */
export const CURRENCY_OF = { eu: 'EUR', us: 'USD', apac: 'JPY' } as const
export type Market = keyof typeof CURRENCY_OF
export const MARKETS = Object.keys(CURRENCY_OF) as readonly Market[]
export const DEFAULT_MARKET: Market = 'eu'

export function isMarket(name: string): name is Market {
  return Object.hasOwn(CURRENCY_OF, name)
}
