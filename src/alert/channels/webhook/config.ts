import { z } from 'zod'
import { Secret } from '../../../kernel/index.ts'
import { EVERY_CHANNEL } from '../settings.ts'

/** Such headers are ours to set, or would change where and how the request goes. */
const OURS =
  /^(webhook-.*|host|content-.*|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*)$/i

/** Anything that takes a signed JSON message. */
export const Config = z.strictObject({
  type: z.literal('webhook'),
  ...EVERY_CHANNEL,
  url: Secret.refine(secret => isAddress(secret.reveal()), {
    error: 'expected an address such as https://hooks.example.com/shipwatch, without a password in it',
  }).describe('Where it is sent. Treated as a secret: of such addresses many are.'),
  secret: Secret.refine(secret => keyOf(secret.reveal()) !== undefined, {
    error:
      'expected whsec_ and the base 64 of 24 to 64 bytes, such as whsec_ and the output of: openssl rand -base64 32',
  }).describe('Signs every message by Standard Webhooks: whsec_…'),
  headers: z
    .record(
      z
        .string()
        .regex(/^[!#$%&'*+.^_`|~\w-]+$/, 'expected the name of a header')
        .refine(name => !OURS.test(name), 'this header is set by Shipwatch'),
      Secret.refine(secret => /^[\t\x20-\x7E]*$/.test(secret.reveal()), {
        error: 'expected a header in plain ASCII on one line',
      }),
    )
    .default({})
    .describe('Headers to send along, such as authorization.'),
})
export type Config = z.output<typeof Config>

function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

/** The key of a `whsec_` secret, or `undefined` where it is none. */
export function keyOf(secret: string): Buffer | undefined {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? []
  if (base64 === undefined || base64.length % 4 !== 0) return undefined
  const key = Buffer.from(base64, 'base64')
  return key.length >= 24 && key.length <= 64 ? key : undefined
}
