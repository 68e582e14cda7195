import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Latencies } from './latencies.ts'
import { type Outcome, Tally } from './tally.ts'

describe('latencies', () => {
  it('are counted within 1 % of the exact percentile', () => {
    const latency = fc.double({ min: 0.06, max: 100_000, noNaN: true })
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 300 }), values => {
        const latencies = new Latencies()
        for (const value of values) latencies.add(value)
        const sorted = values.toSorted((a, b) => a - b)
        const exact = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0
        const { p50, p90, p99, max } = latencies.percentiles() ?? { p50: 0, p90: 0, p99: 0, max: 0 }
        for (const [counted, share] of [
          [p50, 0.5],
          [p90, 0.9],
          [p99, 0.99],
        ] as const) {
          // Half a hundredth for the rounding to two decimals.
          expect(Math.abs(counted - exact(share))).toBeLessThanOrEqual(exact(share) * 0.01 + 0.0051)
        }
        expect(max).toBeCloseTo(sorted.at(-1) ?? 0, 1)
      }),
    )
  })

  it('are nothing while there are none, and bounded whatever comes', () => {
    const latencies = new Latencies()
    expect(latencies.percentiles()).toBeUndefined()
    for (const ms of [0, -1, 1e9]) latencies.add(ms)
    expect(latencies.percentiles()?.max).toBe(1e9)
  })
})

describe('a tally', () => {
  const outcome = (change: Partial<Outcome>): Outcome => ({
    act: 'list',
    status: 200,
    servedBy: undefined,
    latencyMs: 5,
    ...change,
  })

  it.each<[Partial<Outcome>, object]>([
    [{ status: 200 }, { ok: 1, turnedDown: 0, failed: 0, ordersPaid: 0, ordersLost: 0 }],
    [
      { status: 201, act: 'pay' },
      { ok: 1, turnedDown: 0, failed: 0, ordersPaid: 1, ordersLost: 0 },
    ],
    [
      { status: 402, act: 'pay' },
      { ok: 0, turnedDown: 1, failed: 0, ordersPaid: 0, ordersLost: 0 },
    ],
    [
      { status: 500, act: 'pay' },
      { ok: 0, turnedDown: 0, failed: 1, ordersPaid: 0, ordersLost: 1 },
    ],
    [
      { status: 'timeout', act: 'put' },
      { ok: 0, turnedDown: 0, failed: 1, ordersPaid: 0, ordersLost: 0 },
    ],
  ])('counts %j', (change, expected) => {
    const tally = new Tally()
    tally.add(outcome(change))
    expect(tally.report()).toMatchObject({ answered: 1, ...expected, byStatus: { [String(change.status)]: 1 } })
  })

  it('groups by who served, and keeps what nobody claims in the whole only', () => {
    const tally = new Tally()
    tally.add(outcome({ servedBy: 'v2', status: 500 }))
    tally.add(outcome({ servedBy: 'v1' }))
    tally.add(outcome({}))
    const { answered, servedBy } = tally.report()
    expect(answered).toBe(3)
    expect(Object.entries(servedBy).map(([name, counts]) => [name, counts.answered, counts.failed])).toEqual([
      ['v1', 1, 0],
      ['v2', 1, 1],
    ])
  })

  it('does not grow with a server that makes names up', () => {
    const tally = new Tally()
    for (let i = 0; i < 1000; i++) tally.add(outcome({ servedBy: `v${i}` }))
    const { servedBy } = tally.report()
    expect(Object.keys(servedBy).length).toBeLessThanOrEqual(33)
    expect(Object.values(servedBy).reduce((sum, { answered }) => sum + answered, 0)).toBe(1000)
  })
})
