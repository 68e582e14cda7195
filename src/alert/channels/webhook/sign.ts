import { createHmac } from 'node:crypto'

/** The signature of Standard Webhooks: `v1,` and the base 64 of HMAC-SHA256 over id, time and body. */
export function sign(key: Buffer, { id, atSeconds, body }: { id: string; atSeconds: number; body: string }): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${atSeconds}.${body}`).digest('base64')}`
}
