import type { FastifyInstance } from 'fastify'
import { answerRead, isKnown } from '../answer.ts'
import type { Route } from '../route.ts'
import { tagOf, Written } from '../written.ts'
import { describeApi } from './openapi.ts'
import { pageOf } from './page.ts'
import { STYLE } from './style.ts'

const PLACES = { style: '/api/style.css', document: '/api/openapi.json' } as const

/** Nothing but the page and its style; it has no script and sends nothing anywhere. */
const POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The API's description, for programs and for people: open to all, as it holds nothing of this hub but its version. */
export function addDocumentation(server: FastifyInstance, routes: readonly Route[], version: string): void {
  const document = describeApi(routes, version)
  const json = new Written(JSON.stringify(document))
  const page = pageOf(document, PLACES)
  const config = { scope: 'none' } as const
  server.get(PLACES.document, { config }, (request, reply) => answerRead(request, reply, json))
  const pages = [
    { path: '/api', type: 'text/html; charset=utf-8', content: page },
    { path: PLACES.style, type: 'text/css; charset=utf-8', content: STYLE },
  ]
  for (const { path, type, content } of pages) {
    const tag = tagOf(content)
    server.get(path, { config }, (request, reply) => {
      reply.header('etag', tag).header('cache-control', 'no-cache').header('content-security-policy', POLICY)
      if (isKnown(request.headers['if-none-match'], tag)) return reply.status(304).send()
      return reply.type(type).send(content)
    })
  }
}
