import { z } from 'zod'
import { Secret } from '../../../kernel/index.ts'
import { EVERY_CHANNEL, endpoint, KEYWORD, MENTIONED_WHEN, tokenAfter } from '../settings.ts'

/** A Feishu or Lark group robot. */
export const Config = z.strictObject({
  type: z.literal('feishu'),
  ...EVERY_CHANNEL,
  token: tokenAfter('/hook/').describe('What follows /hook/ in the address of the robot.'),
  secret: Secret.optional().describe('Where the robot is secured by a signature.'),
  keyword: KEYWORD,
  format: z.enum(['card', 'text']).default('card'),
  at: z
    .strictObject({
      userIds: z
        .array(z.string().regex(/^[\w-]{1,64}$/, 'expected an open_id such as ou_18eac8…, or a user id'))
        .max(20)
        .default([]),
      all: z.boolean().default(false),
      when: MENTIONED_WHEN,
    })
    .prefault({}),
  endpoint: endpoint('https://open.feishu.cn/open-apis/bot/v2/hook').describe(
    'Where it is called: https://open.larksuite.com/open-apis/bot/v2/hook for Lark, or a gateway on the way.',
  ),
})
export type Config = z.output<typeof Config>
