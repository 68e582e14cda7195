import { z } from 'zod'
import { Duration } from '../../kernel/index.ts'

const LEAST_MS = 60_000
/** What was said is forgotten after a month; a beat must be remembered until the next. */
const MOST_MS = 7 * 86_400_000

const Every = Duration.refine(ms => ms >= LEAST_MS && ms <= MOST_MS, 'expected 1m to 7d')

/** The `heartbeat:` part of `notify:`. */
export const HeartbeatSettings = z
  .strictObject({
    every: Every.prefault('24h').describe('How often each channel says that it works.'),
    at: z
      .string()
      .regex(
        /^(?:[01]\d|2[0-3]):[0-5]\d(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/,
        'expected a time such as 09:00 or 09:00+08:00',
      )
      .optional()
      .describe('When: `09:00` in UTC, or `09:00+08:00`. With `every: 6h` also six hours later, and so on.'),
    provenWithin: Duration.optional().describe(
      'A channel over which nothing was said for so long is told of over another one. Default: an hour more than `every`.',
    ),
  })
  .refine(({ every, provenWithin = every }) => provenWithin >= every, {
    message: 'expected at least as long as `every`: nothing may have been sent in less',
    path: ['provenWithin'],
  })
export type HeartbeatSettings = z.output<typeof HeartbeatSettings>
