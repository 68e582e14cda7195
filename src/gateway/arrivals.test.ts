import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../kernel/index.ts'
import { Acquaintance, ARRIVE_WITHIN_MS, Arrivals, Divisions } from './arrivals.ts'
import { userKey } from './hash.ts'

/** When all that began within this second has either arrived or will not. */
const SETTLED_MS = 1_000 + ARRIVE_WITHIN_MS

describe('arrivals', () => {
  it('are told when no more of their second can come', () => {
    const arrivals = new Arrivals()
    arrivals.add(4_000)
    arrivals.add(4_999)
    arrivals.add(5_000)
    expect([4_000, 14_999, 15_000, 15_999, 16_000].map(ms => arrivals.read(ms))).toEqual([0, 0, 2, 2, 3])
  })

  it('add up, and never fall, whenever they come and are read', () => {
    const event = fc.record({ waitMs: fc.nat(4_000), ageMs: fc.nat(ARRIVE_WITHIN_MS), read: fc.boolean() })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), events => {
        const arrivals = new Arrivals()
        const starts: number[] = []
        let [nowMs, last] = [20_000, 0]
        for (const { waitMs, ageMs, read } of events) {
          nowMs += waitMs
          if (!read) {
            starts.push(nowMs - ageMs)
            arrivals.add(nowMs - ageMs)
          }
          const count = arrivals.read(nowMs)
          expect(count).toBe(starts.filter(ms => Math.floor(ms / 1_000) * 1_000 + SETTLED_MS <= nowMs).length)
          expect(count).toBeGreaterThanOrEqual(last)
          last = count
        }
        expect(arrivals.read(nowMs + SETTLED_MS)).toBe(starts.length)
      }),
    )
  })

  it('of a version that takes its time are told with those of a quick one of the same second', () => {
    const [quick, slow] = [new Arrivals(), new Arrivals()]
    const told: number[][] = []
    for (let second = 0; second < 40; second++) {
      quick.add(second * 1_000)
      // What began nine seconds ago is only answered now.
      if (second >= 9) slow.add((second - 9) * 1_000)
      told.push([quick, slow].map(one => one.read(second * 1_000)))
    }
    for (const [one, other] of told) expect(one).toBe(other)
  })
})

describe('the memory of users', () => {
  it('meets a user once', () => {
    const users = new Acquaintance([])
    const keys = Array.from({ length: 1_000 }, (_, i) => userKey(`u${i}`))
    const first = keys.filter(key => users.meet(key)).length
    // A thousand in four million: hardly two share a bit.
    expect(first).toBeGreaterThan(995)
    expect(keys.filter(key => users.meet(key))).toEqual([])
  })

  it('counts fewer when it fills, but goes on', () => {
    const users = new Acquaintance([])
    const random = seededRandom(1)
    const million = (): number => {
      let met = 0
      for (let i = 0; i < 1_000_000; i++) if (users.meet(Math.floor(random() * 2 ** 32))) met += 1
      return met
    }
    const met = Array.from({ length: 6 }, million)
    expect(met).toEqual(met.toSorted((a, b) => b - a))
    expect(met[0]).toBeGreaterThan(850_000)
    expect(met[5]).toBeGreaterThan(200_000)
  })
})

describe('a division', () => {
  const shares = (weights: Readonly<Record<string, number>>) =>
    Object.entries(weights).map(([version, weight]) => ({ version, weight }))
  const user = userKey('somebody')

  it('goes on under the same weights, and begins anew under others', () => {
    const divisions = new Divisions()
    const first = divisions.divide(shares({ v1: 90, v2: 10 }), 1)
    first?.arrivals.get('v2')?.add(0)
    expect(divisions.divide(shares({ v2: 10, v1: 90, v3: 0 }), 2)).toBe(first)
    expect(divisions.read(SETTLED_MS)).toEqual({
      sinceRevision: 1,
      versions: [
        { version: 'v1', weight: 90, arrivals: 0 },
        { version: 'v2', weight: 10, arrivals: 1 },
      ],
    })
    divisions.divide(shares({ v1: 75, v2: 25 }), 3)
    expect(divisions.read(SETTLED_MS)).toMatchObject({ sinceRevision: 3, versions: [{ arrivals: 0 }, { arrivals: 0 }] })
  })

  it('is none where fewer than two versions have weight', () => {
    const divisions = new Divisions()
    expect(divisions.divide(shares({ v1: 100, v2: 0 }), 1)).toBeUndefined()
    expect(divisions.read(0)).toBeNull()
    divisions.divide(shares({ v1: 50, v2: 50 }), 2)
    divisions.divide([], 3)
    expect(divisions.read(0)).toBeNull()
  })

  it.each<[string, readonly Readonly<Record<string, number>>[], boolean]>([
    [
      'when the share rises',
      [
        { v1: 90, v2: 10 },
        { v1: 50, v2: 50 },
      ],
      true,
    ],
    ['through a time without any division', [{ v1: 90, v2: 10 }, { v1: 100 }, { v1: 90, v2: 10 }], true],
    [
      'when a version leaves',
      [
        { v1: 50, v2: 30, v3: 20 },
        { v1: 50, v2: 50 },
      ],
      true,
    ],
    [
      'when it comes back',
      [
        { v1: 50, v2: 30, v3: 20 },
        { v1: 50, v2: 50 },
        { v1: 50, v3: 50 },
      ],
      true,
    ],
    [
      'but not for a version that nobody was drawn for',
      [
        { v1: 90, v2: 10 },
        { v1: 90, v3: 10 },
      ],
      false,
    ],
    [
      'nor beside one',
      [
        { v1: 90, v2: 10 },
        { v1: 80, v2: 10, v3: 10 },
      ],
      false,
    ],
  ])('remembers who came %s', (_, steps, remembered) => {
    const divisions = new Divisions()
    const [first, ...rest] = steps
    expect(divisions.divide(shares(first ?? {}), 0)?.users.meet(user)).toBe(true)
    const last = rest.map((step, i) => divisions.divide(shares(step), i + 1)).at(-1)
    expect(last?.users.meet(user)).toBe(!remembered)
  })
})
