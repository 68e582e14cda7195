import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault, readFields } from './fields.ts'
import { userKey } from './hash.ts'
import type { Segment } from './protocol.ts'
import { cookieValue, divide, marketReader, segmentMatcher, type Traits, userOf } from './split.ts'

function traits(lines: string, host = 'shop.example'): Traits {
  const fields = readFields(lines, 0)
  if (isFault(fields)) throw new Error(fields.reason)
  return { fields, host, cookie: /^cookie: (.*?)\r$/im.exec(lines)?.[1] }
}

function shares(...weights: number[]) {
  return weights.map((weight, i) => ({ version: `v${i + 1}`, weight, endpoints: [], segments: [] as Segment[] }))
}

const users = Array.from({ length: 20_000 }, (_, i) => userKey(`user-${i}`))

describe('a division by weight', () => {
  it('gives each version its share of users, within 5 standard deviations', () => {
    const { ofUser } = divide('shop', shares(70, 25, 5))
    const counts = [0, 0, 0]
    for (const user of users) counts[ofUser(user)] = (counts[ofUser(user)] ?? 0) + 1
    for (const [i, weight] of [0.7, 0.25, 0.05].entries()) {
      const spread = 5 * Math.sqrt(users.length * weight * (1 - weight))
      expect(Math.abs((counts[i] ?? 0) - users.length * weight)).toBeLessThan(spread)
    }
  })

  it('moves users only from the stable version to the canary when the canary rises', () => {
    const weight = fc.integer({ min: 0, max: 100 })
    fc.assert(
      fc.property(weight, weight, fc.string({ minLength: 1 }), (a, b, id) => {
        const [low, high] = a < b ? [a, b] : [b, a]
        const before = divide('shop', shares(100 - low, low)).ofUser(userKey(id))
        const after = divide('shop', shares(100 - high, high)).ofUser(userKey(id))
        expect(before === 1 && after === 0).toBe(false)
      }),
      { numRuns: 1_000 },
    )
  })

  it('moves users only to the one version whose weight rises, among many', () => {
    const before = divide('shop', shares(60, 30, 10))
    const after = divide('shop', shares(60, 30, 40))
    for (const user of users) {
      const [from, to] = [before.ofUser(user), after.ofUser(user)]
      if (from !== to) expect(to).toBe(2)
    }
  })

  it('tries other users first with the next release', () => {
    const third = (version: string) => {
      const { ofUser } = divide('shop', [...shares(90), { version, weight: 10, endpoints: [], segments: [] }])
      return new Set(users.filter(user => ofUser(user) === 1))
    }
    const [a, b] = [third('v2'), third('v3')]
    const both = [...a].filter(user => b.has(user)).length
    // Independent tenths meet in a hundredth; the same users would meet in a tenth.
    expect(both / users.length).toBeLessThan(0.03)
  })

  it('sends nobody to a version without weight, and everybody to the only one with it', () => {
    const { ofUser, ofDraw, divided } = divide('shop', shares(0, 100))
    expect(divided).toBe(false)
    expect(users.every(user => ofUser(user) === 1)).toBe(true)
    expect(ofDraw(0.999)).toBe(1)
    expect(divide('shop', []).ofDraw(0)).toBe(-1)
  })

  it('divides draws exactly by weight', () => {
    const { ofDraw } = divide('shop', shares(75, 0, 25))
    expect([0, 0.7499, 0.75, 0.999].map(ofDraw)).toEqual([0, 0, 2, 2])
  })
})

describe('a cookie', () => {
  it.each<[string, string, string | undefined]>([
    ['a=1; b=2', 'b', '2'],
    ['ab=1; b=2', 'b', '2'],
    ['b=1', 'b', '1'],
    ['a=b=2', 'b', undefined],
    ['xb=1', 'b', undefined],
    ['b', 'b', undefined],
    ['a=1;b=2', 'b', '2'],
    ['b=', 'b', ''],
  ])('in %j called %s is %s', (header, name, value) => {
    expect(cookieValue(header, name)).toBe(value)
  })
})

describe('a user', () => {
  it('is who the first configured place says', () => {
    const identity = [{ header: 'X-User' }, { cookie: 'sid' }]
    expect(userOf(identity, traits('X-User: 7\r\nCookie: sid=9\r\n'))).toBe('7')
    expect(userOf(identity, traits('Cookie: sid=9\r\n'))).toBe('9')
    expect(userOf(identity, traits('X-User: \r\nCookie: sid=9\r\n'))).toBe('9')
    expect(userOf(identity, traits('X: y\r\n'))).toBeUndefined()
  })
})

describe('a segment', () => {
  it.each<[Segment, string, number]>([
    [{ header: 'X-Beta', value: 'yes' }, 'x-beta: yes\r\n', 1],
    [{ header: 'X-Beta', value: 'yes' }, 'x-beta: yes!\r\n', -1],
    [{ cookie: 'beta', value: '1' }, 'Cookie: beta=1\r\n', 1],
    [{ cookie: 'beta', value: '1' }, 'Cookie: beta=10\r\n', -1],
    [{ market: 'eu' }, 'X-Market: eu\r\n', 1],
    [{ market: 'eu' }, 'X-Market: us\r\n', -1],
  ])('%j claims %j for share %d', (segment, lines, index) => {
    const [stable, canary] = shares(100, 0)
    if (!stable || !canary) throw new Error('unreachable')
    const route = { market: { header: 'X-Market' }, shares: [stable, { ...canary, segments: [segment] }] }
    expect(segmentMatcher(route)(traits(lines))).toBe(index)
  })

  it('by market may go by host, the longest wildcard first', () => {
    const market = marketReader({ hosts: { '*.example': 'any', '*.eu.example': 'eu', 'de.eu.example': 'de' } })
    expect(['de.eu.example', 'fr.eu.example', 'us.example', 'else'].map(host => market(traits('', host)))).toEqual([
      'de',
      'eu',
      'any',
      undefined,
    ])
  })
})
