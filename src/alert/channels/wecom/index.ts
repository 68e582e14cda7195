import { attempt } from '../attempt.ts'
import type { Channel } from '../channel.ts'
import { fields, judgeReply } from '../reply.ts'
import { destinationOf } from '../settings.ts'
import { bodyOf } from './body.ts'
import { Config } from './config.ts'
import { ruleOf } from './rules.ts'

const READING = { provider: 'WeCom', said: fields(['errcode', 'errmsg']), ruleOf }

/** Speaks in a WeCom group through its robot. Source: developer.work.weixin.qq.com, path 91770. */
export const wecom: Channel<typeof Config> = {
  type: 'wecom',
  Config,
  pace: ({ key, endpoint }) => ({
    destination: destinationOf('wecom', endpoint, key.reveal()),
    limits: [{ most: 20, withinMs: 60_000 }],
  }),
  send: (config, message, world) => {
    const url = new URL(config.endpoint)
    url.searchParams.set('key', config.key.reveal())
    const request = {
      method: 'POST',
      url: url.href,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: bodyOf(message, config),
      allowPrivate: config.allowPrivate,
    } as const
    return attempt({ request, secrets: [config.key.reveal()] }, world, reply =>
      judgeReply(reply, world.clock.now(), READING),
    )
  },
}
