import { z } from 'zod'
import { Actor, Name, Reason, Time } from './common.ts'

export const EntryView = z
  .object({
    seq: z.int().describe('Its number; each is one more than the one before it.'),
    id: z.string().describe('`ent_…`, the same for ever.'),
    at: Time.describe('When it was written.'),
    kind: z.string().describe('What happened: `release.started`, `token.created`, `hub.started`, …'),
    subject: z.string().describe('To what: `release/rel_…`, `user/li`, `hub`, …'),
    service: z.string().optional().describe('The service that it concerns.'),
    actor: Actor,
    reason: Reason.optional().describe('Why, in the words of whoever, or whatever, did it.'),
    data: z.record(z.string(), z.unknown()).describe('The numbers and names; which ones depends on `kind`.'),
    hash: z.string().describe('SHA-256 over this entry and the hash before it, as 64 hexadecimal digits.'),
  })
  .describe('A line of the logbook.')
export type EntryView = z.output<typeof EntryView>

export const EntryQuery = z.strictObject({
  service: Name.optional().describe('Only what concerns this service.'),
  release: Name.optional().describe('Only what concerns this release: `rel_…`.'),
  kind: Name.optional().describe('A kind or its beginning: `release` finds `release.started`.'),
  actor: Name.optional().describe('Only what they did: `user/li`.'),
  since: Time.optional().describe('Only what was written then or later.'),
  afterSeq: z.coerce.number().int().min(0).optional().describe('Begin behind this number, and go on to newer ones.'),
  beforeSeq: z.coerce.number().int().min(1).optional().describe('Only what is before this number.'),
  limit: z.coerce.number().int().min(1).max(1_000).optional().describe('How many at most; 100 unless told otherwise.'),
})
export type EntryQuery = z.output<typeof EntryQuery>

export const VerifyQuery = z.strictObject({
  anchor: z
    .string()
    .max(200)
    .optional()
    .describe('`SEQ:HASH`, as an earlier verification gave it and somebody kept it elsewhere.'),
})
export type VerifyQuery = z.output<typeof VerifyQuery>

const Place = {
  seq: z.int().describe('The number of the entry.'),
  hash: z.string().describe('Its hash, as 64 hexadecimal digits.'),
}

export const VerifyView = z
  .object({
    intact: z.boolean().describe('Whether every entry is as it was written.'),
    entries: z.int().describe('How many were looked at.'),
    head: z
      .object(Place)
      .describe('Where the logbook ends: keep it elsewhere, and it proves later that nothing before it was changed.'),
    fault: z
      .object({ seq: Place.seq, what: z.string().describe('What is wrong with it, in words.') })
      .optional()
      .describe('The first entry that is not as it was written; absent where all are.'),
  })
  .describe('Whether the logbook is as it was written.')
export type VerifyView = z.output<typeof VerifyView>
