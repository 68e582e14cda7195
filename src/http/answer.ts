import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Further } from './route.ts'

/** Whoever keeps what it was told must ask each time whether it still holds; nobody else may keep it. */
const KEPT = 'private, no-cache'

/**
 * Sends what was read, with a tag by which it is known again. The tag is strong: made of the very bytes, so it needs
 * no thought about what may change (the hub's version, or words that depend on the time).
 */
export function answerRead(
  request: FastifyRequest,
  reply: FastifyReply,
  text: string,
  further?: Further,
): FastifyReply {
  const bytes = Buffer.from(text) // once: for the tag, for the length, and to be sent
  const tag = tagOf(bytes)
  reply.header('etag', tag).header('cache-control', KEPT)
  if (further) reply.header('link', linkTo(request.url, further))
  if (isKnown(request.headers['if-none-match'], tag)) return reply.status(304).send()
  return answerText(reply, bytes)
}

/** JSON that is written already. */
export function answerText(reply: FastifyReply, text: string | Buffer): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(text)
}

/** 128 bits are enough to tell two replies apart. */
export function tagOf(text: string | Buffer): string {
  return `"${hash('sha256', text, 'base64url').slice(0, 22)}"`
}

/** Whether the caller has it already (RFC 9110, 13.1.2: weak comparison). */
export function isKnown(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  return header.split(',').some(known => known.trim().replace(/^W\//, '') === tag)
}

/** The same question for the next page (RFC 8288). */
export function linkTo(url: string, further: Further): string {
  const [path = '', query = ''] = url.split('?')
  const params = new URLSearchParams(query)
  for (const [name, value] of Object.entries(further)) {
    if (value === undefined) params.delete(name)
    else params.set(name, String(value))
  }
  return `<${path}?${params.toString()}>; rel="next"`
}
