import { z } from 'zod'
import { EVERY_CHANNEL, endpoint, MENTIONED_WHEN, tokenAfter } from '../settings.ts'

/** A WeCom group robot. */
export const Config = z.strictObject({
  type: z.literal('wecom'),
  ...EVERY_CHANNEL,
  key: tokenAfter('key=').describe('What follows key= in the address of the robot.'),
  format: z
    .enum(['markdown', 'card'])
    .default('markdown')
    .describe(
      'card: with a page to open, and cut shorter. It mentions nobody: loud messages with a mention are not cards.',
    ),
  at: z
    .strictObject({
      mobiles: z
        .array(z.string().regex(/^\+?[\d-]{5,20}$/, 'expected a telephone number'))
        .max(20)
        .default([])
        .describe('Only plain text can mention numbers: loud messages are plain text then.'),
      userIds: z
        .array(z.string().regex(/^[\w.@-]{1,64}$/, 'expected a user id'))
        .max(20)
        .default([]),
      all: z.boolean().default(false).describe('Only plain text can do that: loud messages are plain text then.'),
      when: MENTIONED_WHEN,
    })
    .prefault({}),
  endpoint: endpoint('https://qyapi.weixin.qq.com/cgi-bin/webhook/send'),
})
export type Config = z.output<typeof Config>
