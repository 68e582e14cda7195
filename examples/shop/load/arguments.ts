import { parseArgs } from 'node:util'
import { isMarket, MARKETS, type Market } from '../chassis/market.ts'
import { BadSettings } from '../chassis/settings.ts'
import type { LoadOptions } from './run.ts'

export const USAGE = `usage: node load.ts [options]
  --url URL          the storefront (default http://127.0.0.1:7300)
  --order-url URL    the order service itself, instead of the storefront
  --rate N           requests a second to aim at (default 20)
  --for TIME         how long, such as 30s or 5m (default: until Ctrl-C)
  --users N          different users (default 2000)
  --markets LIST     where they are (default ${MARKETS.join(',')})
  --buyers RATIO     share of sessions that end in a checkout (default 0.9)
  --think TIME       mean pause of a user between requests (default 300ms)
  --timeout TIME     how long a user waits for an answer (default 10s)
  --sockets N        most connections at once (default 256)
  --seed N           the same seed gives the same sessions (default 1)
  --json             one JSON object a line`

export interface LoadArguments extends Omit<LoadOptions, 'onSecond'> {
  readonly json: boolean
  readonly help: boolean
}

const OPTIONS = {
  url: { type: 'string' },
  'order-url': { type: 'string' },
  rate: { type: 'string' },
  for: { type: 'string' },
  users: { type: 'string' },
  markets: { type: 'string' },
  buyers: { type: 'string' },
  think: { type: 'string' },
  timeout: { type: 'string' },
  sockets: { type: 'string' },
  seed: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Reads the command's arguments; throws BadSettings that names every wrong one. */
export function readLoadArguments(argv: readonly string[]): LoadArguments {
  const given = parse(argv)
  const problems: string[] = []
  const number = (
    name: 'rate' | 'users' | 'buyers' | 'sockets' | 'seed',
    fallback: number,
    min: number,
    max: number,
  ) => {
    const text = given[name] ?? String(fallback)
    const value = Number(text)
    const whole = name === 'rate' || name === 'buyers' || Number.isInteger(value)
    if (text.trim() !== '' && whole && value >= min && value <= max) return value
    problems.push(
      `--${name} "${text}" is wrong: give a ${name === 'rate' || name === 'buyers' ? '' : 'whole '}number from ${min} to ${max}`,
    )
    return fallback
  }
  const duration = (name: 'for' | 'think' | 'timeout', text: string): number => {
    const [, amount, unit] = /^(\d{1,7}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text) ?? []
    if (amount !== undefined && unit !== undefined) return Number(amount) * (UNIT_MS[unit] ?? 1)
    problems.push(`--${name} "${text}" is wrong: give a time such as 500ms, 30s or 5m`)
    return 0
  }
  const orderUrl = given['order-url']
  if (orderUrl !== undefined && given.url !== undefined) problems.push('give --url or --order-url, not both')
  const address = (orderUrl ?? given.url ?? 'http://127.0.0.1:7300').replace(/\/+$/, '')
  if (!URL.canParse(address) || new URL(address).protocol !== 'http:') {
    problems.push(`"${address}" is not an address: give one like http://127.0.0.1:7300`)
  }
  const markets = (given.markets ?? MARKETS.join(',')).split(',')
  for (const market of markets) {
    if (!isMarket(market)) problems.push(`--markets "${market}" is unknown: give some of ${MARKETS.join(',')}`)
  }
  const result: LoadArguments = {
    base: orderUrl === undefined ? `${address}/api` : address,
    requestsPerSecond: number('rate', 20, 0.01, 100_000),
    forMs: given.for === undefined ? undefined : duration('for', given.for),
    users: number('users', 2000, 1, 1_000_000),
    markets: markets as Market[],
    buyers: number('buyers', 0.9, 0, 1),
    thinkMs: duration('think', given.think ?? '300ms'),
    timeoutMs: duration('timeout', given.timeout ?? '10s'),
    maxSockets: number('sockets', 256, 1, 10_000),
    finishMs: FINISH_MS,
    seed: number('seed', 1, 0, 2 ** 31),
    json: given.json ?? false,
    help: given.help ?? false,
  }
  if (problems.length > 0) throw new BadSettings(problems)
  return result
}

const FINISH_MS = 3000
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS }).values
  } catch (error) {
    throw new BadSettings([(error as Error).message])
  }
}
