import { z } from 'zod'

/* What the members of many schemas are made of. */

/** A time as it is given: RFC 3339, UTC. */
export const Time = z.string().meta({ format: 'date-time' })
/** A name in a query. */
export const Name = z.string().min(1).max(128)
export const Reason = z.string().describe('In words, in English.')
export const Share = z.number().describe('A part of the whole, from 0 to 1.')
export const Way = z.number().describe('The part of the way to the decision that is behind it, from 0 to 1.')
export const Actor = z.string().describe('Who: `user/NAME`, `token/NAME`, `cli/NAME`, or `hub` for the hub itself.')

export const Tally = z
  .object({
    requests: z.int().describe('Requests that were answered.'),
    bad: z.int().describe('Those of them that were bad: by default, answered with 5xx or not at all.'),
  })
  .describe('What a version answered since the release first gave it traffic.')
export type Tally = z.output<typeof Tally>

export const Problem = z
  .object({
    error: z
      .object({
        code: z.string().describe('For programs: `invalid_input`, `not_found`, `conflict`, …'),
        message: z.string().describe('For people: what is wrong.'),
        field: z
          .string()
          .optional()
          .describe('What of the request is wrong: a member such as `strategy.stages.0.weight`.'),
        hint: z.string().optional().describe('What to do about it.'),
      })
      .describe('What was refused, and why.'),
  })
  .describe('Whatever is refused, or fails.')
export type Problem = z.output<typeof Problem>
