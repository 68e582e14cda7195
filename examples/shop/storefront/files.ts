import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Handler } from '../chassis/server.ts'

const TYPES = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
} as const

const SECURITY = {
  'content-security-policy': "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
}

/** Serves a file of the page from memory; a browser that has it already gets 304. */
export function servePageFile(name: `${string}.${keyof typeof TYPES}`): Handler {
  const bytes = readFileSync(new URL(`page/${name}`, import.meta.url))
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1) as keyof typeof TYPES]
  const headers = { ...SECURITY, 'content-type': type, 'cache-control': 'no-cache', etag }
  return call =>
    call.headers['if-none-match'] === etag ? { status: 304, headers, bytes: '' } : { status: 200, headers, bytes }
}
