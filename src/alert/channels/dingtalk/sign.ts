import { createHmac } from 'node:crypto'

/** HMAC-SHA256 of time and secret, by the secret; in base 64, to be written into a URL. Valid for an hour around `atMs`. */
export function sign(secret: string, atMs: number): string {
  return createHmac('sha256', secret).update(`${atMs}\n${secret}`).digest('base64')
}
