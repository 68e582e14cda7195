import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NewTokenView, OpenSessionView, TokenView, UserView, UserWithPassword } from '../client/index.ts'
import { fromRfc3339 } from '../kernel/index.ts'
import { askAs, refusal } from './answers.fixture.ts'
import { Desk, type Member } from './server.fixture.ts'

let desk: Desk
let li: Member
let admin: Member
beforeEach(async () => {
  desk = await Desk.open()
  admin = await desk.join('ada', 'admin')
  li = await desk.join('li', 'releaser')
})
afterEach(async () => {
  await desk.close()
  expect(desk.complaints, 'nothing happened that nobody expected').toEqual([])
})

type Headers = Readonly<Record<string, string>>
const isMember = (by: Member | Headers): by is Member => typeof by['headers'] === 'object'
const ask = async <Reply>(by: Member | Headers, method: string, path: string, body?: unknown): Promise<Reply> => {
  const headers = isMember(by) ? by.headers : by
  const told = await askAs(desk, method, path, { headers, ...(body === undefined ? {} : { body }) })
  return told.body as Reply
}
const refused = (by: Member, method: string, path: string, body?: unknown) =>
  refusal(desk, method, path, { headers: by.headers, ...(body === undefined ? {} : { body }) })
const entries = async (kind: string): Promise<unknown> => (await desk.ask('GET', `/api/v1/logbook?kind=${kind}`)).body
const statusOf = async (headers: Headers): Promise<number> =>
  (await desk.ask('GET', '/api/v1/session', { headers })).status

describe('people', () => {
  it('are made by an administrator, sign in with a password that is used once, and are listed', async () => {
    const body = { name: 'wang', displayName: '王芳', role: 'viewer', language: 'zh' }
    const made = await ask<UserWithPassword>(admin, 'POST', '/api/v1/users', body)
    expect(made.user).toMatchObject({ ...body, disabled: false, mustChangePassword: true, signedInAt: null })
    const signedIn = await desk.ask('POST', '/api/v1/session', {
      body: { name: 'wang', password: made.password },
      headers: { authorization: '', 'sec-fetch-site': 'same-origin' },
    })
    expect(signedIn.body).toMatchObject({ actor: 'user/wang', language: 'zh', mustChangePassword: true })
    const listed = await ask<UserView[]>(admin, 'GET', '/api/v1/users')
    expect(listed.map(({ name }) => name)).toEqual(['ada', 'li', 'wang'])
    expect(listed[2]?.signedInAt).not.toBeNull()
    expect(JSON.stringify(listed)).not.toContain('argon2')
    expect(await entries('user.created')).toMatchObject([{}, {}, { actor: 'user/ada', subject: 'user/wang' }])
  })

  it('that are disabled are out at once, with their tokens, and in again when they are enabled', async () => {
    const { text } = await ask<NewTokenView>(li, 'POST', '/api/v1/tokens', { name: 'ci', scopes: ['read'] })
    const token = { authorization: `Bearer ${text}` }
    expect(await statusOf(token)).toBe(200)
    expect(await ask(admin, 'POST', '/api/v1/users/li/disable')).toMatchObject({ disabled: true })
    expect(await statusOf(li.headers)).toBe(401)
    expect(await statusOf(token)).toBe(401)
    expect(await ask(admin, 'POST', '/api/v1/users/li/enable')).toMatchObject({ disabled: false })
    expect(await statusOf(li.headers)).toBe(401)
    expect(await statusOf(token)).toBe(200)
  })

  it('that lost their password get another, and are signed out', async () => {
    const { password } = await ask<UserWithPassword>(admin, 'POST', '/api/v1/users/li/reset-password')
    expect(password).not.toBe(li.password)
    expect(await statusOf(li.headers)).toBe(401)
    expect(await refused(admin, 'POST', '/api/v1/users/ada/reset-password')).toMatchObject({ status: 403 })
    // With the token of the data folder, also where no administrator can sign in.
    await askAs(desk, 'POST', '/api/v1/users/ada/reset-password')
  })

  it('change what they are called and their language; their role is changed for them', async () => {
    expect(await ask(li, 'POST', '/api/v1/users/li', { displayName: '李雷', language: 'zh' })).toMatchObject({
      displayName: '李雷',
      language: 'zh',
    })
    expect(await refused(li, 'POST', '/api/v1/users/li', { role: 'admin' })).toMatchObject({ status: 403 })
    expect(await refused(li, 'POST', '/api/v1/users/ada', { displayName: 'x' })).toMatchObject({ status: 403 })
    expect(await ask(admin, 'POST', '/api/v1/users/li', { role: 'viewer' })).toMatchObject({ role: 'viewer' })
    expect(await statusOf(li.headers)).toBe(401)
  })

  it.each([
    ['a name that is taken', { name: 'li', role: 'viewer' }, 409, 'name'],
    ['a name that cannot be one', { name: 'Li Lei', role: 'viewer' }, 400, 'name'],
    ['a role that there is not', { name: 'wu', role: 'root' }, 400, 'role'],
  ])('are not made with %s', async (_, body, status, field) => {
    expect(await refused(admin, 'POST', '/api/v1/users', body)).toMatchObject({ status, field })
  })

  it('keep an administrator, whoever asks', async () => {
    expect(await refused(admin, 'POST', '/api/v1/users/ada/disable')).toMatchObject({ status: 409, code: 'conflict' })
  })
})

describe('sessions', () => {
  it('are seen and ended one by one or all at once, one’s own by everybody', async () => {
    const again = await desk.access.signIn({ name: 'li', password: li.password, from: { address: '198.51.100.1' } })
    const [path] = ['/api/v1/users/li/sessions']
    const listed = await ask<OpenSessionView[]>(li, 'GET', path)
    expect(listed).toHaveLength(2)
    const other = listed.find(({ current }) => !current)
    expect(other).toMatchObject({ address: '198.51.100.1', agent: '' })
    await ask(li, 'DELETE', `${path}/${other?.id}`)
    expect(await statusOf(desk.headersOf(again.secret))).toBe(401)
    expect(await refused(li, 'DELETE', `${path}/${other?.id}`)).toMatchObject({ status: 404 })
    expect(await refused(li, 'GET', '/api/v1/users/ada/sessions')).toMatchObject({ status: 403 })
    await ask(admin, 'DELETE', path)
    expect(await statusOf(li.headers)).toBe(401)
  })
})

describe('tokens', () => {
  it('are made by whoever is signed in, do what they may, are listed without their text, and are revoked', async () => {
    const body = { name: 'ci', scopes: ['release'], lifetime: '30d' }
    const { token, text } = await ask<NewTokenView>(li, 'POST', '/api/v1/tokens', body)
    expect(token).toMatchObject({ name: 'ci', owner: 'li', scopes: ['read', 'release'], createdBy: 'user/li' })
    expect((fromRfc3339(token.expiresAt ?? '') ?? 0) - (fromRfc3339(token.createdAt) ?? 0)).toBe(30 * 86_400_000)
    const bearer = { authorization: `Bearer ${text}` }
    await ask(bearer, 'POST', '/api/v1/services/order/releases', { version: 'v1' })
    expect(await entries('release.asked')).toMatchObject([{ actor: 'token/ci' }])
    const listed = await ask<TokenView[]>(li, 'GET', '/api/v1/tokens')
    expect(listed).toMatchObject([{ name: 'ci', state: 'valid', usedFrom: '127.0.0.1' }])
    expect(JSON.stringify(listed)).not.toContain(text)
    await ask(li, 'DELETE', '/api/v1/tokens/ci')
    expect(await statusOf(bearer)).toBe(401)
    expect(await refused(li, 'DELETE', '/api/v1/tokens/ci')).toMatchObject({ status: 404 })
  })

  it('never may more than whoever makes them, and do not make others', async () => {
    const wish = { name: 'ci', scopes: ['admin'] }
    expect(await refused(li, 'POST', '/api/v1/tokens', wish)).toMatchObject({ status: 403, field: 'scope' })
    const { text } = await ask<NewTokenView>(li, 'POST', '/api/v1/tokens', { name: 'a', scopes: ['read'] })
    const headers = { authorization: `Bearer ${text}` }
    expect(
      await refusal(desk, 'POST', '/api/v1/tokens', { headers, body: { name: 'b', scopes: ['read'] } }),
    ).toMatchObject({ status: 403 })
  })

  it('of others are as unknown as none; an administrator sees all', async () => {
    await askAs(desk, 'POST', '/api/v1/tokens', { body: { name: 'shared', scopes: ['read'], lifetime: 'never' } })
    expect(await ask(li, 'GET', '/api/v1/tokens')).toEqual([])
    expect(await refused(li, 'DELETE', '/api/v1/tokens/shared')).toMatchObject({ status: 404 })
    expect(await ask(admin, 'GET', '/api/v1/tokens')).toMatchObject([{ name: 'shared', owner: null, expiresAt: null }])
  })

  it.each([
    [{ name: 'ci', scopes: [] }, 'scopes'],
    [{ name: 'ci', scopes: ['root'] }, 'scopes.0'],
    [{ name: 'ci', scopes: ['read'], lifetime: 'ever' }, 'lifetime'],
    [{ name: 'ci', scopes: ['read'], lifetime: '2000d' }, 'lifetime'],
    [{ name: 'local', scopes: ['read'] }, 'name'],
  ])('%j is none', async (body, field) => {
    expect(await refused(li, 'POST', '/api/v1/tokens', body)).toMatchObject({ status: 400, field })
  })
})
