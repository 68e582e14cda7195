import type { Principal } from '../access/index.ts'
import { PasswordBody, SessionView, SignInBody } from '../client/index.ts'
import { type Route, route } from './route.ts'

const PATH = '/api/v1/session'

function view({ actor, scopes, user, token, mustChangePassword }: Principal): SessionView {
  const [, said = actor] = actor.split('/')
  const name = token?.name ?? user?.name ?? said
  return { actor, name, scopes: [...scopes], language: user?.language ?? null, mustChangePassword }
}

/** Signing in and out. */
export const sessionRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: PATH,
    summary: 'Who asks, and what they may do.',
    scope: 'any',
    passive: true,
    reply: SessionView,
    handle: async (_, { principal }) => view(principal),
  }),
  route({
    method: 'POST',
    repeatable: false,
    path: PATH,
    summary: 'Signs in: gives the browser a new session, and ends the one that it had.',
    scope: 'none',
    body: SignInBody,
    reply: SessionView,
    async handle({ access }, { body, visit }) {
      const { from, secret: replaces, keepSecret } = visit
      const { secret, principal } = await access.signIn({ ...body, from, replaces })
      keepSecret(secret)
      return view(principal)
    },
  }),
  route({
    method: 'DELETE',
    path: PATH,
    summary: 'Signs out: ends the session of this browser.',
    scope: 'any',
    async handle({ access }, { principal, visit }) {
      await access.sessions.signOut(principal)
      visit.dropSecret()
    },
  }),
  route({
    method: 'POST',
    repeatable: false,
    path: `${PATH}/password`,
    summary: 'Gives whoever is signed in a password of their own choice; their other sessions end.',
    scope: 'any',
    body: PasswordBody,
    reply: SessionView,
    async handle({ access }, { principal: by, body, visit }) {
      const { secret, principal } = await access.changePassword(by, { ...body, from: visit.from })
      visit.keepSecret(secret)
      return view(principal)
    },
  }),
]
