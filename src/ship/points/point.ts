import type { ReleaseState, Tally } from '../release/release.ts'

/** What both versions of a release did in a span of time. */
export interface Point {
  /** End of the span. */
  readonly atMs: number
  readonly spanMs: number
  /** What was counted in the span. */
  readonly candidate: Tally
  readonly stable: Tally
  /** Milliseconds; `null` where nothing was answered in the span. Of spans put together: the greatest of theirs. */
  readonly candidateP99Ms: number | null
  readonly stableP99Ms: number | null
  /** How it stood at the end of the span: the part of the way to each boundary, 0 to 1, and percent of the traffic. */
  readonly towardRollBack: number
  readonly towardPromotion: number
  readonly weight: number
}

/** A point in its series: of all looks at the counters, so many are in it. */
export interface Kept extends Point {
  /** 0, 1, 2 … in order. */
  readonly place: number
  readonly looks: number
  /** How many looks it takes in before the next point begins: 1 at first, twice as many after each thinning. */
  readonly takes: number
}

/** A release never has more points than this, however long it lasts. */
export const MOST_POINTS = 600

/** What a change of a release's state has to say about a span: what was counted from the look before to this one. */
export function pointOf(before: ReleaseState, after: ReleaseState): Point | undefined {
  const { seen } = after
  const isLook = seen.cursor !== before.seen.cursor || seen.atMs !== before.seen.atMs
  // The first look only remembers where the counts stood.
  if (!isLook || seen.atMs === null || before.seen.atMs === null) return undefined
  return {
    atMs: seen.atMs,
    spanMs: Math.max(1, seen.atMs - before.seen.atMs), // somebody may have set the clock back
    candidate: grown(before.seen.candidate, seen.candidate),
    stable: grown(before.seen.stable, seen.stable),
    candidateP99Ms: seen.lately?.candidate.p99Ms ?? null,
    stableP99Ms: seen.lately?.stable.p99Ms ?? null,
    towardRollBack: seen.verdict?.towardRollBack ?? 0,
    towardPromotion: seen.verdict?.towardPromotion ?? 0,
    weight: before.share.weight,
  }
}

/** Totals only rise; but those of a source that lost its past begin anew. */
function grown(before: Tally, after: Tally): Tally {
  return { requests: Math.max(0, after.requests - before.requests), bad: Math.max(0, after.bad - before.bad) }
}

/** The next point of a series whose last one is `last`: the last one with this look in it, or a new one behind it. */
export function follow(last: Kept | undefined, look: Point): Kept {
  if (!last) return { ...look, place: 0, looks: 1, takes: 1 }
  if (last.looks >= last.takes) return { ...look, place: last.place + 1, looks: 1, takes: last.takes }
  return { ...merge(last, look), place: last.place, looks: last.looks + 1, takes: last.takes }
}

/** Half as many points, each twice as long. None is lost: an odd one at the end waits for its other half. */
export function thin(points: readonly Kept[]): Kept[] {
  const halved: Kept[] = []
  for (let i = 0; i < points.length; i += 2) {
    const [one, other] = [points[i], points[i + 1]]
    if (!one) break
    const whole = other ? { ...merge(one, other), looks: one.looks + other.looks } : one
    halved.push({ ...whole, place: i / 2, takes: one.takes * 2 })
  }
  return halved
}

/**
 * One span of two that follow each other. Counts are added. Of two 99th percentiles neither the sum nor the mean is
 * one; the greater of both is never below that of both together, and a peak stays to be seen.
 */
function merge(one: Point, other: Point): Point {
  const add = (a: Tally, b: Tally): Tally => ({ requests: a.requests + b.requests, bad: a.bad + b.bad })
  return {
    ...other,
    spanMs: one.spanMs + other.spanMs,
    candidate: add(one.candidate, other.candidate),
    stable: add(one.stable, other.stable),
    candidateP99Ms: greater(one.candidateP99Ms, other.candidateP99Ms),
    stableP99Ms: greater(one.stableP99Ms, other.stableP99Ms),
  }
}

function greater(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.max(one, other)
}
