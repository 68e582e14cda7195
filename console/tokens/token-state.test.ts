import { describe, expect, it } from 'vitest'
import type { TokenView } from '../hub/contract.ts'
import { texts, wordsIn } from '../language/language.tsx'
import { TOKENS } from '../language/texts/tokens.ts'
import { timeOf, toRfc3339 } from '../live/clock.ts'
import { groupsOf, SOON_MS, scopesFor, stateOf } from './token-state.ts'

const NOW_MS = timeOf('2026-11-21T10:00:00Z')
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const en = wordsIn(texts(TOKENS), 'en', 'UTC')
const zh = wordsIn(texts(TOKENS), 'zh', 'UTC')
const ends = (inMs: number) => ({ state: 'valid', expiresAt: toRfc3339(NOW_MS + inMs) }) as const

describe('the state of a token', () => {
  it.each([
    [{ state: 'void', expiresAt: null }, 'bad', 'void: its owner is kept out'],
    [{ state: 'expired', expiresAt: toRfc3339(NOW_MS - 1) }, 'plain', 'expired'],
    [{ state: 'valid', expiresAt: null }, 'good', 'does not expire'],
    [ends(90 * DAY_MS - 1_000), 'good', 'valid for 90d'],
    [ends(SOON_MS), 'good', 'valid for 14d'],
    [ends(SOON_MS - 1), 'warn', 'expires in 14d'],
    [ends(DAY_MS + HOUR_MS), 'warn', 'expires in 1d'],
    [ends(5 * HOUR_MS), 'warn', 'expires in 5h'],
    [ends(10), 'warn', 'expires in 1m'],
  ] as const)('is told with the time that is left: %j', (token, tone, text) => {
    expect(stateOf(token, NOW_MS, en)).toMatchObject({ tone, text })
  })

  it('is expired once its time has come, though the list was read before', () => {
    expect(stateOf(ends(0), NOW_MS, en).text).toBe('expired')
    expect(stateOf(ends(1), NOW_MS + 1, zh).text).toBe('已过期')
  })
})

describe('making a token', () => {
  it('offers no right that one has not', () => {
    expect(scopesFor({ scopes: ['read'] })).toEqual(['read'])
    expect(scopesFor({ scopes: ['admin', 'read', 'release'] })).toEqual(['read', 'release', 'admin'])
  })
})

describe('the list of tokens', () => {
  it('has one’s own apart; what belongs to nobody is another’s', () => {
    const token = (name: string, owner: string | null) => ({ name, owner }) as TokenView
    const groups = groupsOf([token('a', 'li'), token('b', null), token('c', 'ada'), token('d', 'li')], { name: 'li' })
    expect(groups.own.map(({ name }) => name)).toEqual(['a', 'd'])
    expect(groups.others.map(({ name }) => name)).toEqual(['b', 'c'])
  })
})
