import { z } from 'zod'
import { EntryView, ReleaseView, Tally } from './contract.ts'

/*
 * `GET /api/v1/live`: server-sent events. Each event's `id` is the number of the last entry of the logbook
 * that it takes into account; a reader that shows it as `Last-Event-ID` misses no entry.
 */

/** What both versions of a release did in a span of time; the material of its charts. */
export const Point = z.object({
  /** End of the span. */
  at: z.string(),
  seconds: z.number(),
  candidate: Tally,
  stable: Tally,
  /** Milliseconds; null where nothing was answered in the span. */
  candidateP99: z.number().nullable(),
  stableP99: z.number().nullable(),
  /** The part of the way to each boundary, 0 to 1. */
  towardRollBack: z.number(),
  towardPromotion: z.number(),
  /** Percent of the traffic for the new version. */
  weight: z.number(),
})
export type Point = z.output<typeof Point>

/** `GET /api/v1/releases/:release/points`: at most 600, oldest first; thinned out evenly for a long release. */
export const Points = z.array(Point)

export const LiveEvent = z.discriminatedUnion('event', [
  /** A line of the logbook. */
  z.object({ event: z.literal('entry'), data: EntryView }),
  /** A release as it is now; with what was counted last, where it was. */
  z.object({ event: z.literal('release'), data: z.object({ release: ReleaseView, point: Point.nullable() }) }),
  /** Nothing has happened, and the hub is well: at least every 5 s. */
  z.object({ event: z.literal('pulse'), data: z.object({ at: z.string() }) }),
])
export type LiveEvent = z.output<typeof LiveEvent>
