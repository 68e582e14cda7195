import type { Message } from '../../notice.ts'
import { attempt, type Order } from '../attempt.ts'
import type { Channel } from '../channel.ts'
import { fields, judgeReply } from '../reply.ts'
import { destinationOf } from '../settings.ts'
import { bodyOf, type Signature } from './body.ts'
import { Config } from './config.ts'
import { ruleOf } from './rules.ts'
import { sign } from './sign.ts'

/** `StatusCode` is what it said before it said `code`; some installations still do (unconfirmed). */
const READING = { provider: 'Feishu', said: fields(['code', 'msg'], ['StatusCode', 'StatusMessage']), ruleOf }

/** Speaks in a Feishu or Lark group through its robot. Source: open.feishu.cn, “custom bot”. */
export const feishu: Channel<typeof Config> = {
  type: 'feishu',
  Config,
  pace: ({ token, endpoint }) => ({
    destination: destinationOf('feishu', endpoint, token.reveal()),
    limits: [
      { most: 5, withinMs: 1_000 },
      { most: 100, withinMs: 60_000 },
    ],
  }),
  send: (config, message, world) =>
    attempt(orderOf(config, message, world.clock.now()), world, reply => judgeReply(reply, world.clock.now(), READING)),
}

function orderOf(config: Config, message: Message, nowMs: number): Order {
  const token = config.token.reveal()
  const url = new URL(config.endpoint)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${token}`
  const signed = config.secret && signatureOf(config.secret.reveal(), Math.floor(nowMs / 1_000))
  return {
    request: {
      method: 'POST',
      url: url.href,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: bodyOf(message, config, signed),
      allowPrivate: config.allowPrivate,
    },
    secrets: [token, ...(config.secret && signed ? [config.secret.reveal(), signed.sign] : [])],
  }
}

function signatureOf(secret: string, atSeconds: number): Signature {
  return { timestamp: String(atSeconds), sign: sign(secret, atSeconds) }
}
