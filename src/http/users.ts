import { z } from 'zod'
import type { SessionView, User, WithPassword } from '../access/index.ts'
import { NewUserBody, OpenSessionView, UserChangeBody, UserView, UserWithPassword } from '../client/index.ts'
import { toRfc3339 } from '../kernel/index.ts'
import { type Route, route } from './route.ts'

const PATH = '/api/v1/users'
const UserParams = z.strictObject({ name: z.string() })
const SessionParams = z.strictObject({ name: z.string(), session: z.string() })

function view({ name, displayName, role, language, disabled, mustChangePassword, ...rest }: User): UserView {
  return {
    name,
    displayName,
    role,
    language: language ?? null,
    disabled,
    mustChangePassword,
    createdAt: toRfc3339(rest.createdAtMs),
    signedInAt: rest.signedInAtMs === undefined ? null : toRfc3339(rest.signedInAtMs),
  }
}

function viewWithPassword({ user, password }: WithPassword): UserWithPassword {
  return { user: view(user), password }
}

function sessionView({ id, address, agent, current, ...times }: SessionView): OpenSessionView {
  return {
    id,
    address,
    agent,
    createdAt: toRfc3339(times.createdAtMs),
    seenAt: toRfc3339(times.seenAtMs),
    endsAt: toRfc3339(times.endsAtMs),
    current,
  }
}

function standing(verb: 'disable' | 'enable', summary: string): Route {
  return route({
    method: 'POST',
    path: `${PATH}/:name/${verb}`,
    summary,
    scope: 'admin',
    params: UserParams,
    reply: UserView,
    handle: async ({ access }, { principal, params }) => view(await access.users[verb](principal, params.name)),
  })
}

/** People and where they are signed in. What is one's own needs `read` alone; access looks after the rest. */
export const userRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: PATH,
    summary: 'Everybody who may sign in, or might once.',
    scope: 'admin',
    reply: UserView.array(),
    handle: async ({ access }, { principal }) => (await access.users.list(principal)).map(view),
  }),
  route({
    method: 'POST',
    path: PATH,
    summary: 'Makes a user, with a password that is shown this once and must be changed.',
    scope: 'admin',
    body: NewUserBody,
    reply: UserWithPassword,
    repeatable: false,
    status: 201,
    handle: async ({ access }, { principal, body }) => viewWithPassword(await access.users.create(principal, body)),
  }),
  route({
    method: 'POST',
    path: `${PATH}/:name`,
    summary: 'Changes a user; everybody may change their own display name and language.',
    scope: 'read',
    params: UserParams,
    body: UserChangeBody,
    reply: UserView,
    handle: async ({ access }, { principal, params, body }) =>
      view(await access.users.change(principal, params.name, body)),
  }),
  standing('disable', 'Keeps a user out: ends their sessions, and makes their tokens void.'),
  standing('enable', 'Lets a user in again.'),
  route({
    method: 'POST',
    path: `${PATH}/:name/reset-password`,
    summary: 'Gives a user a new password that is shown this once and must be changed; signs them out everywhere.',
    scope: 'admin',
    params: UserParams,
    reply: UserWithPassword,
    repeatable: false,
    handle: async ({ access }, { principal, params }) =>
      viewWithPassword(await access.users.resetPassword(principal, params.name)),
  }),
  route({
    method: 'GET',
    path: `${PATH}/:name/sessions`,
    summary: 'Where a user is signed in; one’s own, or anybody’s for an administrator.',
    scope: 'read',
    params: UserParams,
    reply: OpenSessionView.array(),
    handle: async ({ access }, { principal, params }) =>
      (await access.sessions.list(principal, params.name)).map(sessionView),
  }),
  route({
    method: 'DELETE',
    path: `${PATH}/:name/sessions`,
    summary: 'Signs a user out everywhere.',
    scope: 'read',
    params: UserParams,
    handle: async ({ access }, { principal, params }) => access.sessions.endAll(principal, params.name),
  }),
  route({
    method: 'DELETE',
    path: `${PATH}/:name/sessions/:session`,
    summary: 'Signs a user out in one place.',
    scope: 'read',
    params: SessionParams,
    handle: async ({ access }, { principal, params }) => access.sessions.end(principal, params.name, params.session),
  }),
]
