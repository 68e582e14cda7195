import { z } from 'zod'
import { Tally, Time, Way } from './contract/common.ts'
import { EntryView } from './contract/logbook.ts'
import { ReleaseView } from './contract/release.ts'

/*
 * `GET /api/v1/live`: server-sent events. Each event's `id` is the number of the last entry of the logbook
 * that it takes into account; a reader that shows it as `Last-Event-ID` misses no entry.
 */

export const Point = z
  .object({
    at: Time.describe('End of the span.'),
    seconds: z.number().describe('Its length, in seconds.'),
    candidate: Tally.describe('What the new version answered in the span.'),
    stable: Tally.describe('What the version beside it answered in the span.'),
    candidateP99: z
      .number()
      .nullable()
      .describe('Milliseconds that 99 of 100 requests took at most; null where nothing was answered in the span.'),
    stableP99: z.number().nullable().describe('The same of the version beside it.'),
    towardRollBack: Way.describe('The part of the way to a rollback at its end, from 0 to 1.'),
    towardPromotion: Way.describe('The part of the way to a promotion at its end, from 0 to 1.'),
    weight: z.number().describe('Percent of the traffic for the new version, from 0 to 100.'),
  })
  .describe('What both versions of a release did in a span of time; the material of its charts.')
export type Point = z.output<typeof Point>

export const Points = z.array(Point).describe('At most 600, oldest first; thinned out evenly for a long release.')
export type Points = z.output<typeof Points>

export const LiveQuery = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe('Begin behind this entry; a `Last-Event-ID` says it better. Without either the stream begins now.'),
})
export type LiveQuery = z.output<typeof LiveQuery>

export const LiveEvent = z
  .discriminatedUnion('event', [
    z
      .object({ event: z.literal('entry').describe('A line was written.'), data: EntryView })
      .describe('A line of the logbook.'),
    z
      .object({
        event: z.literal('release').describe('A release has changed.'),
        data: z
          .object({
            release: ReleaseView.describe('As it is now.'),
            point: Point.nullable().describe('What was counted last; null before there was anything.'),
          })
          .describe('The release, and what was counted last.'),
      })
      .describe('A release as it is now.'),
    z
      .object({
        event: z.literal('anew').describe('What came before cannot be told.'),
        data: z
          .object({
            why: z
              .enum(['too-old', 'unknown'])
              .describe(
                '`too-old`: it is too much. `unknown`: the logbook ends before the entry that was named, as a backup was restored.',
              ),
          })
          .describe('Why it cannot.'),
      })
      .describe('Fetch anew what is shown; the stream goes on from here.'),
    z
      .object({
        event: z.literal('pulse').describe('The hub can see.'),
        data: z.object({ at: Time.describe('When it looked.') }).describe('When.'),
      })
      .describe('Nothing has happened, and the hub is well: at least every 5 s.'),
  ])
  .describe('An event of the live stream.')
export type LiveEvent = z.output<typeof LiveEvent>
