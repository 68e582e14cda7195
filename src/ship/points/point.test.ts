import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BUCKETS, type Histogram, quantile, sparse, sum } from '../../gateway/index.ts'
import { CANARY, planFor, reported, Walk } from '../release/release.fixture.ts'
import type { ReleaseState } from '../release/release.ts'
import { follow, type Kept, MOST_POINTS, type Point, pointOf, thin } from './point.ts'

const tally = fc.record({ requests: fc.nat(10_000), bad: fc.nat(100) })
const p99 = fc.option(fc.double({ min: 0.5, max: 60_000, noNaN: true }), { nil: null })
const look: fc.Arbitrary<Point> = fc.record({
  atMs: fc.nat(),
  spanMs: fc.integer({ min: 1, max: 5_000 }),
  candidate: tally,
  stable: tally,
  candidateP99Ms: p99,
  stableP99Ms: p99,
  towardRollBack: fc.double({ min: 0, max: 1, noNaN: true }),
  towardPromotion: fc.double({ min: 0, max: 1, noNaN: true }),
  weight: fc.nat(100),
})

/** A series as the store keeps it: `most` instead of 600, so that thinning comes often. */
function series(looks: readonly Point[], most: number): readonly Kept[] {
  let points: Kept[] = []
  for (const one of looks) {
    if (follow(points.at(-1), one).place >= most) points = thin(points)
    const next = follow(points.at(-1), one)
    points = [...points.slice(0, next.place), next]
  }
  return points
}

const total = (points: readonly Point[]) => ({
  spanMs: points.reduce((ms, { spanMs }) => ms + spanMs, 0),
  candidate: points.reduce((count, { candidate }) => count + candidate.requests, 0),
  candidateBad: points.reduce((count, { candidate }) => count + candidate.bad, 0),
  stable: points.reduce((count, { stable }) => count + stable.requests, 0),
  stableBad: points.reduce((count, { stable }) => count + stable.bad, 0),
})

const arbitraryLooks = fc.array(look, { maxLength: 200 })
const arbitraryMost = fc.integer({ min: 1, max: 8 }).map(half => 2 * half)

describe('a series of points', () => {
  it('holds every look at first, one by one', () => {
    fc.assert(
      fc.property(arbitraryLooks, looks => {
        expect(series(looks, MOST_POINTS)).toEqual(looks.map((one, place) => ({ ...one, place, looks: 1, takes: 1 })))
      }),
    )
  })

  it('never is longer than it may be, and never shorter than half of that once it was as long', () => {
    fc.assert(
      fc.property(arbitraryLooks, arbitraryMost, (looks, most) => {
        const { length } = series(looks, most)
        expect(length).toBeLessThanOrEqual(most)
        expect(length).toBeGreaterThanOrEqual(Math.min(looks.length, most / 2))
      }),
    )
  })

  it('keeps the sums of requests, of bad ones and of time exactly, however often it is thinned', () => {
    fc.assert(
      fc.property(arbitraryLooks, arbitraryMost, (looks, most) => {
        expect(total(series(looks, most))).toEqual(total(looks))
      }),
    )
  })

  it('is even: all points but the last hold the same number of looks, a power of two', () => {
    fc.assert(
      fc.property(arbitraryLooks, arbitraryMost, (looks, most) => {
        const points = series(looks, most)
        const [first] = points
        if (!first) return
        expect(Math.log2(first.takes) % 1).toBe(0)
        expect(new Set(points.map(({ takes }) => takes))).toEqual(new Set([first.takes]))
        expect(new Set(points.slice(0, -1).map(kept => kept.looks))).toEqual(
          new Set(points.length > 1 ? [first.takes] : []),
        )
        expect(points.reduce((count, kept) => count + kept.looks, 0)).toBe(looks.length)
        expect(points.map(({ place }) => place)).toEqual(points.map((_, i) => i))
      }),
    )
  })

  it('says of a span how it stood at its end', () => {
    fc.assert(
      fc.property(arbitraryLooks, arbitraryMost, (looks, most) => {
        const last = looks.at(-1)
        if (!last) return
        const { atMs, towardRollBack, towardPromotion, weight } = last
        expect(series(looks, most).at(-1)).toMatchObject({ atMs, towardRollBack, towardPromotion, weight })
      }),
    )
  })

  it('says no lower p99 of spans put together than that of all their answers, and none above the greatest', () => {
    const histogram = fc
      .array(fc.tuple(fc.nat(BUCKETS.length - 2), fc.nat(500)), { maxLength: 20 })
      .map((pairs): Histogram => {
        const counts = new Float64Array(BUCKETS.length)
        for (const [bucket, count] of pairs) counts[bucket] = (counts[bucket] ?? 0) + count
        return sparse(counts)
      })
    const none = { requests: 0, bad: 0 }
    fc.assert(
      fc.property(fc.array(histogram, { minLength: 1, maxLength: 40 }), histograms => {
        const points = series(
          histograms.map((latency, i) => ({
            atMs: i,
            spanMs: 1,
            candidate: none,
            stable: none,
            candidateP99Ms: quantile(latency, 0.99) ?? null,
            stableP99Ms: null,
            towardRollBack: 0,
            towardPromotion: 0,
            weight: 10,
          })),
          2,
        )
        let from = 0
        for (const { looks, candidateP99Ms, stableP99Ms } of points) {
          const together = histograms.slice(from, from + looks)
          from += looks
          const whole = quantile(sum(together), 0.99)
          expect(stableP99Ms).toBeNull()
          if (whole === undefined) {
            expect(candidateP99Ms).toBeNull()
            continue
          }
          expect(candidateP99Ms).toBeGreaterThanOrEqual(whole)
          expect(candidateP99Ms).toBe(Math.max(...together.map(one => quantile(one, 0.99) ?? 0)))
        }
      }),
    )
  })
})

describe('what a change of a release says about a span', () => {
  const watching = (): Walk => new Walk(planFor(CANARY)).begin().arrive()
  const looked = (state: ReleaseState, changed: Partial<ReleaseState['seen']>): ReleaseState => ({
    ...state,
    seen: { ...state.seen, ...changed },
  })
  const begun = looked(watching().state, { atMs: 10_000, cursor: 1 })
  const NONE = { requests: 0, bad: 0 }

  it('is what was counted since the look before, with the latencies of the span itself', () => {
    const of = (p99Ms: number | null) => ({ p50Ms: 1, p95Ms: 1, p99Ms })
    const after = looked(begun, {
      atMs: 11_500,
      cursor: 2,
      candidate: { requests: 10, bad: 1 },
      stable: { requests: 90, bad: 0 },
      latency: { candidate: of(900), stable: of(900) },
      lately: { candidate: of(45), stable: of(null) },
    })
    const later = looked(after, { atMs: 12_500, cursor: 3, candidate: { requests: 25, bad: 1 } })
    expect(pointOf(begun, after)).toEqual({
      atMs: 11_500,
      spanMs: 1_500,
      candidate: { requests: 10, bad: 1 },
      stable: { requests: 90, bad: 0 },
      candidateP99Ms: 45,
      stableP99Ms: null,
      towardRollBack: 0,
      towardPromotion: 0,
      weight: 10,
    })
    expect(pointOf(after, later)).toMatchObject({ candidate: { requests: 15, bad: 0 }, stable: NONE, spanMs: 1_000 })
  })

  it('is nothing at the first look, and nothing where nobody looked', () => {
    const first = looked(watching().state, { atMs: null, cursor: null })
    expect(pointOf(first, looked(first, { atMs: 10_000, cursor: 1 }))).toBeUndefined()
    expect(pointOf(begun, { ...begun, phase: 'held' })).toBeUndefined()
    expect(pointOf(begun, looked(begun, { missing: reported('the gateway is gone') }))).toBeUndefined()
  })

  it('is a span of some length and counts of some size, whatever was done to the clock and the counters', () => {
    const full = looked(begun, { candidate: { requests: 10, bad: 5 }, stable: { requests: 10, bad: 5 } })
    const after = looked(full, { atMs: 4_000, cursor: 2, candidate: NONE, stable: { requests: 11, bad: 5 } })
    expect(pointOf(full, after)).toMatchObject({ spanMs: 1, candidate: NONE, stable: { requests: 1, bad: 0 } })
  })

  it('has what the verdict says, once there is one', () => {
    const walk = watching().evidence(NONE, NONE)
    const before = walk.state
    const { state } = walk.later(1_000).evidence({ requests: 50, bad: 10 }, { requests: 500, bad: 0 })
    const point = pointOf(before, state)
    expect(point?.towardRollBack).toBe(state.seen.verdict?.towardRollBack)
    expect(point?.towardRollBack).toBeGreaterThan(0)
  })
})
