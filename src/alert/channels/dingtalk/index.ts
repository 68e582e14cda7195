import type { Message } from '../../notice.ts'
import { attempt, type Order } from '../attempt.ts'
import type { Channel } from '../channel.ts'
import { fields, judgeReply } from '../reply.ts'
import { destinationOf } from '../settings.ts'
import { bodyOf } from './body.ts'
import { Config } from './config.ts'
import { ruleOf } from './rules.ts'
import { sign } from './sign.ts'

const READING = { provider: 'DingTalk', said: fields(['errcode', 'errmsg']), ruleOf }

/** Speaks in a DingTalk group through its robot. Source: open.dingtalk.com, “custom robot”. */
export const dingtalk: Channel<typeof Config> = {
  type: 'dingtalk',
  Config,
  pace: ({ accessToken, endpoint }) => ({
    destination: destinationOf('dingtalk', endpoint, accessToken.reveal()),
    limits: [{ most: 20, withinMs: 60_000 }],
  }),
  send: (config, message, world) =>
    attempt(orderOf(config, message, world.clock.now()), world, reply => judgeReply(reply, world.clock.now(), READING)),
}

function orderOf(config: Config, message: Message, nowMs: number): Order {
  const url = new URL(config.endpoint)
  const secrets = [config.accessToken.reveal()]
  url.searchParams.set('access_token', config.accessToken.reveal())
  if (config.secret) {
    const signature = sign(config.secret.reveal(), nowMs)
    secrets.push(config.secret.reveal(), signature)
    url.searchParams.set('timestamp', String(nowMs))
    url.searchParams.set('sign', signature)
  }
  return {
    request: {
      method: 'POST',
      url: url.href,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: bodyOf(message, config),
      allowPrivate: config.allowPrivate,
    },
    secrets,
  }
}
