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
  /** Whether the version was drawn by chance, with a draw that no counted request has shown before. */
  readonly drawn: boolean
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
  { route, division, segmentOf, versions, users }: Service,
  traits: Traits,
  excluded: boolean,
  chance: Chance,
): Assignment {
  const sticky = route.stickiness
  const id =
    userOf(route.identity, traits) ?? (sticky === 'cookie' ? cookieValue(traits.cookie, route.cookie.name) : undefined)
  const user = id === undefined || id === '' ? undefined : userKey(id)
  const to = (index: number, drawn: boolean, newUser?: string): Assignment => ({
    version: versions[index],
    user,
    newUser,
    drawn: drawn && !excluded,
  })
  const meets = (key: UserKey): boolean => !excluded && users?.meet(key) === true
  const claimed = segmentOf(traits)
  if (claimed >= 0) return to(claimed, false)
  if (!division.divided) return to(division.ofDraw(0), false)
  if (user !== undefined && sticky !== 'none') return to(division.ofUser(user), meets(user))
  if (sticky !== 'cookie' || excluded) return to(division.ofDraw(chance.random()), true)
  const newUser = chance.newUserId()
  const key = userKey(newUser)
  return to(division.ofUser(key), meets(key), newUser)
}
