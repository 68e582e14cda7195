import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Further } from './route.ts'
import { Written } from './written.ts'

/** Whoever keeps what it was told must ask each time whether it still holds; nobody else may keep it. */
const KEPT = 'private, no-cache'

/** Sends what was read, or says that it is as the caller knows it. */
export function answerRead(
  request: FastifyRequest,
  reply: FastifyReply,
  what: string | Written,
  further?: Further,
): FastifyReply {
  const { bytes, tag } = what instanceof Written ? what : new Written(what)
  reply.header('etag', tag).header('cache-control', KEPT)
  if (further) reply.header('link', linkTo(request.url, further))
  if (isKnown(request.headers['if-none-match'], tag)) return reply.status(304).send()
  return answerText(reply, bytes)
}

/** JSON that is written already. */
export function answerText(reply: FastifyReply, text: string | Buffer): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(text)
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
