import { z } from 'zod'

const Counts = z.object({ requests: z.number(), bad: z.number() })
const Compared = { signal: z.string(), canary: Counts, stable: Counts }

/**
 * What a verdict says of its reason, as far as it is put into words here. Tolerant: it comes out of logbooks
 * that newer and older versions wrote, and whoever cannot read it says the English sentence beside it.
 */
const Why = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['worse', 'over-objective', 'shared-damage']),
    ...Compared,
    objective: z.number().nullish(),
    chance: z.number(),
    beside: z.array(z.string()).default([]),
  }),
  z.object({
    kind: z.literal('no-worse'),
    signals: z.array(z.object({ ...Compared, by: z.string().optional() })).min(1),
    margin: z.number(),
    chance: z.number(),
  }),
  z.object({ kind: z.literal('no-traffic'), version: z.enum(['canary', 'stable', 'both']) }),
  z.object({ kind: z.literal('held'), ...Compared }),
  z.object({
    kind: z.literal('gathering'),
    ...Compared,
    towardPromotion: z.number(),
    towardRollBack: z.number(),
  }),
])
export type Why = z.output<typeof Why>

/** One signal of both versions. */
export type Compared = Pick<Extract<Why, { kind: 'held' }>, 'signal' | 'canary' | 'stable'>

/** Reads the reason of a verdict, or `undefined` where it is of a kind that nobody here can put into words. */
export function readWhy(given: unknown): Why | undefined {
  return Why.safeParse(given).data
}
