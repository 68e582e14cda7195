import type { Market } from '../chassis/market.ts'
import { exponential, seededRandom } from './random.ts'

export interface SessionOptions {
  readonly seed: number
  readonly users: number
  readonly markets: readonly Market[]
  /** The share of sessions that end in a checkout. */
  readonly buyers: number
  /** Mean pause before each request but the first. */
  readonly thinkMs: number
}

export type Act =
  | { readonly kind: 'list' }
  /** `pick` in [0, 1) chooses among the products listed. */
  | { readonly kind: 'view'; readonly pick: number }
  | { readonly kind: 'put'; readonly pick: number; readonly quantity: number }
  | { readonly kind: 'pay' }
  /** Looks at the order just paid. */
  | { readonly kind: 'look-back' }

export interface Session {
  readonly user: number
  readonly market: Market
  readonly steps: readonly { readonly thinkMs: number; readonly act: Act }[]
}

const MORE_VIEWS = 0.4
const MORE_PUTS = 0.2
const LOOK_BACK = 0.3
const MOST_REPEATS = 5

/**
 * Plans one user's visit: list the products, view some, put some in the cart, pay, look at the order. A pure function
 * of the seed and the session's number, so that a run can be repeated whatever the answers were.
 */
export function planSession(options: SessionOptions, number: number): Session {
  const { seed, users, markets, buyers, thinkMs } = options
  const random = seededRandom(seed, number)
  const user = Math.floor(random() * users)
  // A user lives in one market.
  const market = markets[user % markets.length] ?? 'eu'
  const acts: Act[] = [{ kind: 'list' }]
  for (let n = repeats(random, MORE_VIEWS); n > 0; n--) acts.push({ kind: 'view', pick: popular(random) })
  const puts = 1 + repeats(random, MORE_PUTS)
  for (let n = puts; n > 0; n--)
    acts.push({ kind: 'put', pick: popular(random), quantity: 1 + Math.floor(random() * 2) })
  if (random() < buyers) {
    acts.push({ kind: 'pay' })
    if (random() < LOOK_BACK) acts.push({ kind: 'look-back' })
  }
  const steps = acts.map((act, i) => ({
    act,
    thinkMs: i === 0 ? 0 : Math.min(exponential(random, thinkMs), thinkMs * 10),
  }))
  return { user, market, steps }
}

/** How many requests a session makes on average while nothing fails. */
export function requestsPerSession({ buyers }: Pick<SessionOptions, 'buyers'>): number {
  return 1 + meanRepeats(MORE_VIEWS) + 1 + meanRepeats(MORE_PUTS) + buyers * (1 + LOOK_BACK)
}

function repeats(random: () => number, again: number): number {
  let n = 0
  while (n < MOST_REPEATS && random() < again) n++
  return n
}

function meanRepeats(again: number): number {
  let mean = 0
  for (let n = 1; n <= MOST_REPEATS; n++) mean += again ** n
  return mean
}

/** Some things sell better than others. */
function popular(random: () => number): number {
  return random() ** 1.5
}
