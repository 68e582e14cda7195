import { createHmac } from 'node:crypto'

/** HMAC-SHA256 of nothing, by time and secret; in base 64. Valid for an hour around `atSeconds`. */
export function sign(secret: string, atSeconds: number): string {
  return createHmac('sha256', `${atSeconds}\n${secret}`).digest('base64')
}
