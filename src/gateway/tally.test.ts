import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Cells, Tally } from './tally.ts'

const request = fc.record({
  user: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
  second: fc.nat({ max: 2 }),
  bad: fc.boolean(),
  route: fc.nat({ max: 1 }),
})

describe('a tally', () => {
  it('counts at most one bad request for a user and second, and each of nobody known', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 60 }), requests => {
        const cells = new Cells()
        const tallies = [new Tally('a', 0, cells), new Tally('b', 1, cells)] as const
        const inOrder = requests.toSorted((a, b) => a.second - b.second)
        for (const { user, second, bad, route } of inOrder) {
          tallies[route === 0 ? 0 : 1].answered(bad ? 500 : 200, bad, 1, false, { user, second })
        }
        const read = tallies.map(tally => tally.read([]))
        const known = inOrder.filter(({ user }) => user !== undefined)
        const unknown = inOrder.filter(({ user }) => user === undefined)
        const pairs = new Set(known.map(({ user, second, route }) => `${user} ${second} ${route}`)).size
        const badPairs = new Set(known.filter(({ bad }) => bad).map(({ user, second }) => `${user} ${second}`)).size
        const sum = (pick: (counts: (typeof read)[number]) => number) => read.reduce((all, one) => all + pick(one), 0)
        expect(sum(({ requests }) => requests)).toBe(requests.length)
        expect(sum(({ cells }) => cells)).toBe(pairs + unknown.length)
        expect(sum(({ badCells }) => badCells)).toBe(badPairs + unknown.filter(({ bad }) => bad).length)
        for (const { badCells, cells, bad, requests } of read) {
          expect(badCells).toBeLessThanOrEqual(cells)
          expect(badCells).toBeLessThanOrEqual(bad)
          expect(cells).toBeLessThanOrEqual(requests)
        }
      }),
    )
  })

  it('keeps statuses, failures, warm-up and aborts apart', () => {
    const tally = new Tally('a', 0, new Cells())
    const asked = { user: undefined, second: 1 }
    tally.answered(101, false, 1, false, asked)
    tally.answered(204, false, 1, true, asked)
    tally.answered(429, true, 1, false, asked)
    tally.failed('connect', 5, false, asked)
    tally.failed('timeout', 30_000, false, asked)
    tally.aborted(700, false)
    tally.aborted(900, true)
    const counts = tally.read([3, 1])
    expect(counts).toMatchObject({
      requests: 5,
      statuses: [1, 1, 0, 1, 0],
      failures: { connect: 1, timeout: 1, reset: 0, protocol: 0, unavailable: 0 },
      bad: 3,
      aborts: 2,
      inFlightAge: [3, 1],
    })
    const count = (pairs: readonly number[]) => pairs.filter((_, i) => i % 2 === 1).reduce((a, b) => a + b, 0)
    // The answers and the timeout have a duration; a refused connection has none that would mean anything.
    expect(count(counts.latency)).toBe(3)
    expect(count(counts.warmingLatency)).toBe(1)
    expect(count(counts.abortedAge)).toBe(1)
  })
})
