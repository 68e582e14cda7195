import { type Fields, fieldValue } from './fields.ts'
import { drawFor, hash32, type UserKey } from './hash.ts'
import type { Segment, ServiceRoute } from './protocol.ts'

/** What of a request decides where it goes. */
export interface Traits {
  readonly fields: Fields
  readonly cookie: string | undefined
  readonly host: string
}

/** The value of a cookie in a `Cookie` header. */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  let at = header.indexOf(name)
  while (at >= 0) {
    const before = at === 0 ? ';' : header[at - 1]
    const after = at + name.length
    if ((before === ';' || before === ' ') && header[after] === '=') {
      const end = header.indexOf(';', after)
      return header.slice(after + 1, end < 0 ? header.length : end).trim()
    }
    at = header.indexOf(name, after)
  }
  return undefined
}

/** The id of the user who sent a request, from the first configured place that has one. */
export function userOf(identity: ServiceRoute['identity'], traits: Traits): string | undefined {
  for (const place of identity) {
    const id =
      'cookie' in place
        ? cookieValue(traits.cookie, place.cookie)
        : fieldValue(traits.fields, place.header.toLowerCase())
    if (id !== undefined && id !== '') return id
  }
  return undefined
}

/** Builds the function that tells a request's market. */
export function marketReader(market: ServiceRoute['market']): (traits: Traits) => string | undefined {
  if (market === undefined) return () => undefined
  if ('header' in market) {
    const name = market.header.toLowerCase()
    return traits => fieldValue(traits.fields, name)
  }
  const exact = new Map(Object.entries(market.hosts).filter(([host]) => !host.startsWith('*.')))
  const wildcards = Object.entries(market.hosts)
    .filter(([host]) => host.startsWith('*.'))
    .map(([host, name]) => [host.slice(1), name] as const)
    .toSorted(([a], [b]) => b.length - a.length)
  return ({ host }) => exact.get(host) ?? wildcards.find(([suffix]) => host.endsWith(suffix))?.[1]
}

/** Builds the function that tells which share claims a request by a segment; −1 for none. The first share wins. */
export function segmentMatcher(route: Pick<ServiceRoute, 'shares' | 'market'>): (traits: Traits) => number {
  const market = marketReader(route.market)
  const rules = route.shares.flatMap((share, index) =>
    share.segments.map(segment => [index, matcherOf(segment, market)] as const),
  )
  if (rules.length === 0) return () => -1
  return traits => rules.find(([, matches]) => matches(traits))?.[0] ?? -1
}

function matcherOf(segment: Segment, market: (traits: Traits) => string | undefined): (traits: Traits) => boolean {
  const wanted = 'market' in segment ? segment.market : segment.value
  if ('market' in segment) return traits => market(traits) === wanted
  if ('cookie' in segment) return traits => cookieValue(traits.cookie, segment.cookie) === wanted
  const name = segment.header.toLowerCase()
  return traits => fieldValue(traits.fields, name) === wanted
}

/** Divides users among versions by weight. */
export interface Division {
  /** The share of a user: always the same while the weights are; raising one weight moves users only to it. */
  readonly ofUser: (user: UserKey) => number
  /** The share for a draw from [0, 1). */
  readonly ofDraw: (draw: number) => number
  /** Whether more than one share has weight. */
  readonly divided: boolean
}

/**
 * Weighted rendezvous hashing: each version draws −ln(u)/weight for the user, the smallest wins. Since a
 * version's draw depends on no other's weight, a rising canary only ever takes users over; since it
 * depends on the version, the next release tries other users first.
 */
export function divide(service: string, shares: ServiceRoute['shares']): Division {
  const versions = shares
    .map((share, index) => ({ index, weight: share.weight, seed: hash32(`${service}\n${share.version}`) }))
    .filter(({ weight }) => weight > 0)
  const only = versions[0]?.index ?? (shares.length > 0 ? 0 : -1)
  if (versions.length < 2) return { ofUser: () => only, ofDraw: () => only, divided: false }
  const sum = versions.reduce((sum, { weight }) => sum + weight, 0)
  return {
    divided: true,
    ofUser(user) {
      let winner = only
      let best = Number.POSITIVE_INFINITY
      for (const { index, weight, seed } of versions) {
        const score = -Math.log(drawFor(user, seed)) / weight
        if (score < best) {
          best = score
          winner = index
        }
      }
      return winner
    },
    ofDraw(draw) {
      let rest = draw * sum
      for (const { index, weight } of versions) {
        rest -= weight
        if (rest < 0) return index
      }
      return only
    },
  }
}
