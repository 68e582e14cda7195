import type { Message } from '../../notice.ts'
import { attempt, type Order } from '../attempt.ts'
import type { Channel, Delivery, HttpReply } from '../channel.ts'
import { judgeStatus } from '../reply.ts'
import { destinationOf } from '../settings.ts'
import { bodyOf } from './body.ts'
import { Config, keyOf } from './config.ts'
import { sign } from './sign.ts'

/** Sends signed JSON anywhere. Source: standardwebhooks.com, version 1. */
export const webhook: Channel<typeof Config> = {
  type: 'webhook',
  Config,
  pace: ({ url }) => ({ destination: destinationOf('webhook', url.reveal()), limits: [] }),
  send: (config, message, world) =>
    attempt(orderOf(config, message, world.clock.now()), world, reply => judge(reply, world.clock.now())),
}

/** By the status alone, as the standard has it: every other answer than 2xx is tried again, but for 410. */
function judge(reply: HttpReply, nowMs: number): Delivery {
  if (reply.status !== 410) return judgeStatus(reply, nowMs, 'the webhook')
  return {
    ok: false,
    retry: 'never',
    reason: 'the webhook answered 410: it wants no more messages; take the channel out, or give it another url',
  }
}

function orderOf(config: Config, message: Message, nowMs: number): Order {
  const url = config.url.reveal()
  const secret = config.secret.reveal()
  const body = bodyOf(message)
  const atSeconds = Math.floor(nowMs / 1_000)
  const signature = sign(keyOf(secret) ?? Buffer.alloc(0), { id: message.id, atSeconds, body })
  const headers = Object.entries(config.headers).map(([name, value]) => [name.toLowerCase(), value.reveal()] as const)
  return {
    request: {
      method: 'POST',
      url,
      headers: {
        ...Object.fromEntries(headers),
        'content-type': 'application/json',
        // The same in every attempt: whoever has seen it has the message.
        'webhook-id': message.id,
        'webhook-timestamp': String(atSeconds),
        'webhook-signature': signature,
      },
      body,
      allowPrivate: config.allowPrivate,
    },
    shownUrl: shownOf(url),
    // What is shorter is no secret, and would be found in many a word.
    secrets: [secret, ...secretPartsOf(url), ...headers.map(([, value]) => value)].filter(text => text.length >= 8),
  }
}

/** Of an address only the host is shown: what follows is the password of many a webhook. */
function shownOf(address: string): string {
  const { href, origin } = new URL(address)
  return href === `${origin}/` ? href : `${origin}/[secret]`
}

function secretPartsOf(address: string): string[] {
  const { href, origin, pathname, searchParams } = new URL(address)
  return [address, href, href.slice(origin.length), ...pathname.split('/'), ...searchParams.values()]
}
