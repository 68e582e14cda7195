import { z } from 'zod'
import { Secret } from '../../../kernel/index.ts'
import { EVERY_CHANNEL, endpoint, KEYWORD, MENTIONED_WHEN, tokenAfter } from '../settings.ts'

/** A DingTalk group robot. */
export const Config = z.strictObject({
  type: z.literal('dingtalk'),
  ...EVERY_CHANNEL,
  accessToken: tokenAfter('access_token=').describe('What follows access_token= in the address of the robot.'),
  secret: Secret.optional().describe('SEC…, where the robot is secured by a signature.'),
  keyword: KEYWORD,
  format: z
    .enum(['card', 'markdown'])
    .default('card')
    .describe('card: with a button for the link. A message that mentions somebody is markdown always.'),
  at: z
    .strictObject({
      mobiles: z
        .array(z.string().regex(/^\+?[\d-]{5,20}$/, 'expected a telephone number'))
        .max(20)
        .default([]),
      userIds: z
        .array(z.string().regex(/^[\w.@-]{1,64}$/, 'expected a user id'))
        .max(20)
        .default([]),
      all: z.boolean().default(false),
      when: MENTIONED_WHEN,
    })
    .prefault({}),
  endpoint: endpoint('https://oapi.dingtalk.com/robot/send'),
})
export type Config = z.output<typeof Config>
