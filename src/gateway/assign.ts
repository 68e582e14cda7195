import { type UserKey, userKey } from './hash.ts'
import type { Service, Version } from './service.ts'
import { cookieValue, type Traits, userOf } from './split.ts'

/** Where a request goes, and for whom. */
export interface Assignment {
  /** `undefined` where the service has none. */
  readonly version: Version | undefined
  readonly user: UserKey | undefined
  /** The id of a user who had none, to be set as a cookie. */
  readonly newUser: string | undefined
}

/** Chances, from outside so that a test can decide them. */
export interface Chance {
  readonly random: () => number
  readonly newUserId: () => string
}

/**
 * Assigns a request to a version: by segment, else by its user, else by chance. Who is excluded from
 * counting (a bot, a health check) gets no cookie, which nobody would send back.
 */
export function assign(
  { route, division, segmentOf, versions }: Service,
  traits: Traits,
  excluded: boolean,
  chance: Chance,
): Assignment {
  const sticky = route.stickiness
  const id =
    userOf(route.identity, traits) ?? (sticky === 'cookie' ? cookieValue(traits.cookie, route.cookie.name) : undefined)
  const user = id === undefined || id === '' ? undefined : userKey(id)
  const to = (index: number, newUser?: string): Assignment => ({ version: versions[index], user, newUser })
  const claimed = segmentOf(traits)
  if (claimed >= 0) return to(claimed)
  if (!division.divided) return to(division.ofDraw(0))
  if (user !== undefined && sticky !== 'none') return to(division.ofUser(user))
  if (sticky !== 'cookie' || excluded) return to(division.ofDraw(chance.random()))
  const newUser = chance.newUserId()
  return to(division.ofUser(userKey(newUser)), newUser)
}
