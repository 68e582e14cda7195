import { z } from 'zod'
import type { Token } from '../access/index.ts'
import { NewTokenBody, NewTokenView, TokenView } from '../client/index.ts'
import { toRfc3339 } from '../kernel/index.ts'
import { type Route, route } from './route.ts'

const PATH = '/api/v1/tokens'

function view({ name, owner, scopes, createdBy, usedFrom, state, ...times }: Token): TokenView {
  const told = (atMs: number | undefined): string | null => (atMs === undefined ? null : toRfc3339(atMs))
  return {
    name,
    owner: owner ?? null,
    scopes: [...scopes],
    createdBy,
    createdAt: toRfc3339(times.createdAtMs),
    expiresAt: told(times.expiresAtMs),
    usedAt: told(times.usedAtMs),
    usedFrom: usedFrom ?? null,
    state,
  }
}

/** Tokens of programs. One's own need `read` alone, and none gets more rights than whoever makes it has. */
export const tokenRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: PATH,
    summary: 'One’s own tokens; all of them for an administrator.',
    scope: 'read',
    reply: TokenView.array(),
    handle: async ({ access }, { principal }) => (await access.tokens.list(principal)).map(view),
  }),
  route({
    method: 'POST',
    path: PATH,
    summary: 'Makes a token; its text is shown this once.',
    scope: 'read',
    body: NewTokenBody,
    reply: NewTokenView,
    repeatable: false,
    status: 201,
    async handle({ access }, { principal, body }) {
      const { name, scopes, lifetime: lifetimeMs } = body
      const { token, text } = await access.tokens.create(principal, { name, scopes, lifetimeMs })
      return { token: view(token), text }
    },
  }),
  route({
    method: 'DELETE',
    path: `${PATH}/:name`,
    summary: 'Revokes a token: it is worth nothing from now on.',
    scope: 'read',
    params: z.strictObject({ name: z.string() }),
    handle: async ({ access }, { principal, params }) => access.tokens.revoke(principal, params.name),
  }),
]
