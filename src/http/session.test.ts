import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localPrincipal } from '../access/index.ts'
import type { OpenSessionView, SessionView } from '../client/index.ts'
import { askAs, refusal } from './answers.fixture.ts'
import { Desk, type DeskOptions, type Member, type Told } from './server.fixture.ts'

const HOUR_MS = 3_600_000
let desk: Desk
const open = async (options: DeskOptions = {}): Promise<void> => {
  desk = await Desk.open(options)
}
beforeEach(() => open())
afterEach(async () => {
  await desk.close()
  expect(desk.complaints, 'nothing happened that nobody expected').toEqual([])
})

/** A page of the hub itself; nobody is signed in there. */
const page = { authorization: '', 'sec-fetch-site': 'same-origin', 'user-agent': 'Browser/2.0' }
const cookieOf = ({ headers }: Told): string => headers['set-cookie']?.[0] ?? ''
const secretOf = (told: Told): string => /^[^=]+=([^;]*)/.exec(cookieOf(told))?.[1] ?? ''
const signIn = (name: string, password: string, headers: Readonly<Record<string, string>> = page): Promise<Told> =>
  askAs(desk, 'POST', '/api/v1/session', { body: { name, password }, headers })
const whoIs = async (headers: Readonly<Record<string, string>>): Promise<SessionView> =>
  (await askAs(desk, 'GET', '/api/v1/session', { headers })).body as SessionView
const statusOf = async (headers: Readonly<Record<string, string>>): Promise<number> =>
  (await desk.ask('GET', '/api/v1/session', { headers })).status

describe('signing in', () => {
  let li: Member
  beforeEach(async () => {
    li = await desk.join('li', 'releaser')
  })

  it('gives the browser a cookie that scripts and other sites cannot use, and says who it is', async () => {
    const told = await signIn('li', li.password)
    const port = new URL(desk.url).port
    expect(cookieOf(told)).toMatch(
      new RegExp(`^shipwatch-${port}=[\\w-]{43}; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax$`),
    )
    const view = {
      actor: 'user/li',
      name: 'li',
      scopes: ['read', 'release'],
      language: null,
      mustChangePassword: false,
    }
    expect(told.body).toEqual(view)
    expect(told.headers['cache-control']).toBe('no-store')
    expect(await whoIs(desk.headersOf(secretOf(told)))).toEqual(view)
  })

  it('ends the session that the browser had, and leaves others alone', async () => {
    const elsewhere = await signIn('li', li.password)
    const again = await signIn('li', li.password, { ...page, ...li.headers })
    expect(secretOf(again)).not.toBe(li.secret)
    expect(await statusOf(li.headers)).toBe(401)
    expect(await statusOf(desk.headersOf(secretOf(again)))).toBe(200)
    expect(await statusOf(desk.headersOf(secretOf(elsewhere)))).toBe(200)
  })

  it.each([
    ['a wrong password', 'li', 'not the password'],
    ['a name that nobody has', 'nobody', 'a fine passphrase of li'],
    ['no name at all', ' \u0001 ', 'a fine passphrase of li'],
  ])('with %s is refused in the same words, and gives no cookie', async (_, name, password) => {
    const told = await desk.ask('POST', '/api/v1/session', { body: { name, password }, headers: page })
    expect(told.status).toBe(401)
    expect(told.body).toEqual({
      error: {
        code: 'denied',
        message: 'the name or the password is wrong',
        hint: 'Check both; an administrator can give you a new password.',
      },
    })
    expect(told.headers['set-cookie']).toBeUndefined()
  })

  it('is throttled, and told when to come again', async () => {
    const wrong = { body: { name: 'li', password: 'wrong' }, headers: page }
    for (let i = 0; i < 5; i++) await desk.ask('POST', '/api/v1/session', wrong)
    const told = await desk.ask('POST', '/api/v1/session', { ...wrong, body: { name: 'li', password: li.password } })
    expect(told).toMatchObject({ status: 429, body: { error: { code: 'throttled' } } })
    expect(told.headers['retry-after']).toMatch(/^[1-9]\d*$/)
    await desk.pass(Number(told.headers['retry-after']) * 1_000)
    await signIn('li', li.password)
  })

  it.each([
    ['says that it comes from another site', { 'sec-fetch-site': 'cross-site' }],
    ['says that it comes from a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['comes from another origin', { origin: 'https://evil.example' }],
    ['comes from a page without an address', { origin: 'null' }],
    ['does not say where it comes from', {}],
  ])('is refused where the browser %s', async (_, headers) => {
    const wish = { body: { name: 'li', password: li.password }, headers: { authorization: '', ...headers } }
    expect(await refusal(desk, 'POST', '/api/v1/session', wish)).toMatchObject({
      status: 403,
      code: 'forbidden',
      field: 'origin',
    })
  })

  it('is possible for an older browser, which says only its origin', async () => {
    await signIn('li', li.password, { authorization: '', origin: desk.url })
  })
})

describe('a session', () => {
  it('ends by signing out, for this browser alone', async () => {
    const li = await desk.join('li', 'viewer')
    const other = desk.headersOf(secretOf(await signIn('li', li.password)))
    const told = await askAs(desk, 'DELETE', '/api/v1/session', { headers: li.headers })
    expect(cookieOf(told)).toMatch(/^shipwatch-\d+=; Path=\/; Max-Age=0; HttpOnly; SameSite=Lax$/)
    expect(await statusOf(li.headers)).toBe(401)
    expect(await statusOf(other)).toBe(200)
    expect((await desk.ask('DELETE', '/api/v1/session', { headers: li.headers })).status).toBe(401)
  })

  it('gives orders from the pages of the hub alone, and reads from anywhere', async () => {
    const li = await desk.join('li', 'admin')
    const { 'sec-fetch-site': _, ...strange } = li.headers
    for (const site of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, {}]) {
      const headers = { ...strange, ...site }
      const wish = { body: { version: 'v1' }, headers }
      expect(await refusal(desk, 'POST', '/api/v1/services/order/releases', wish)).toMatchObject({ status: 403 })
      expect(await refusal(desk, 'DELETE', '/api/v1/session', { headers })).toMatchObject({ status: 403 })
      expect(await statusOf(headers)).toBe(200)
    }
    expect((await desk.ask('GET', '/api/v1/releases')).body).toEqual([])
  })

  it('names the person in the logbook, whoever they say to be', async () => {
    const li = await desk.join('li', 'releaser')
    await askAs(desk, 'POST', '/api/v1/services/order/releases', {
      body: { version: 'v1' },
      headers: li.headers,
      actor: 'cli/boss',
    })
    const { body } = await desk.ask('GET', '/api/v1/logbook?kind=release.asked')
    expect(body).toMatchObject([{ actor: 'user/li' }])
  })

  it('is kept by use, and not by a page that is merely open', async () => {
    const li = await desk.join('li', 'viewer')
    const pass = async (path: string): Promise<number> => {
      await desk.pass(11 * HOUR_MS)
      return (await desk.ask('GET', path, { headers: li.headers })).status
    }
    expect(await pass('/api/v1/releases')).toBe(200)
    expect(await pass('/api/v1/status')).toBe(200)
    expect(await pass('/api/v1/status')).toBe(401)
  })

  it('is for nothing but a new password until a one-time password is replaced', async () => {
    const { password: first } = await desk.access.users.create(localPrincipal('root'), { name: 'new', role: 'admin' })
    const told = await signIn('new', first)
    expect(told.body).toMatchObject({ scopes: [], mustChangePassword: true })
    const headers = desk.headersOf(secretOf(told))
    expect(await refusal(desk, 'GET', '/api/v1/status', { headers })).toMatchObject({
      status: 403,
      code: 'forbidden',
      field: 'password',
    })
    expect(await whoIs(headers)).toMatchObject({ mustChangePassword: true })
    const changed = await askAs(desk, 'POST', '/api/v1/session/password', {
      body: { present: first, next: 'harbour light at dusk' },
      headers,
    })
    expect(changed.body).toMatchObject({ scopes: ['read', 'release', 'admin'], mustChangePassword: false })
    expect(await statusOf(headers)).toBe(401)
    const fresh = desk.headersOf(secretOf(changed))
    expect((await desk.ask('GET', '/api/v1/status', { headers: fresh })).status).toBe(200)
  })
})

describe('a new password', () => {
  it('ends all other sessions, and gives this browser a new one', async () => {
    const li = await desk.join('li', 'viewer')
    const other = desk.headersOf(secretOf(await signIn('li', li.password)))
    const told = await askAs(desk, 'POST', '/api/v1/session/password', {
      body: { present: li.password, next: 'harbour light at dusk' },
      headers: li.headers,
    })
    expect(await statusOf(li.headers)).toBe(401)
    expect(await statusOf(other)).toBe(401)
    expect(await statusOf(desk.headersOf(secretOf(told)))).toBe(200)
    expect((await signIn('li', 'harbour light at dusk')).status).toBe(200)
  })

  it.each([
    [{ present: 'wrong', next: 'harbour light at dusk' }, 'present'],
    [{ present: 'a fine passphrase of li', next: 'short' }, 'next'],
    [{ present: 'a fine passphrase of li', next: 'a fine passphrase of li' }, 'next'],
  ])('%j is refused with the field that is wrong', async (body, field) => {
    const { headers } = await desk.join('li', 'viewer')
    const refused = await refusal(desk, 'POST', '/api/v1/session/password', { body, headers })
    expect(refused).toMatchObject({ status: 400, code: 'invalid_input', field })
    expect(await statusOf(headers)).toBe(200)
  })

  it('is for people, not for tokens', async () => {
    const body = { present: 'a fine passphrase of li', next: 'harbour light at dusk' }
    expect(await refusal(desk, 'POST', '/api/v1/session/password', { body })).toMatchObject({ status: 403 })
  })
})

describe('whoever shows a token', () => {
  it('is told by its name', async () => {
    expect(await whoIs({ 'x-shipwatch-actor': 'cli/%E6%9D%8E' })).toEqual({
      actor: 'cli/李',
      name: '李',
      scopes: ['read', 'release', 'admin'],
      language: null,
      mustChangePassword: false,
    })
    const { text } = await desk.access.tokens.create(localPrincipal('root'), { name: 'ci', scopes: ['release'] })
    const ci = { authorization: `Bearer ${text}`, 'x-shipwatch-actor': 'cli/boss' }
    expect(await whoIs(ci)).toMatchObject({ actor: 'token/ci', name: 'ci', scopes: ['read', 'release'] })
  })

  it('is believed more than a cookie beside it', async () => {
    const li = await desk.join('li', 'viewer')
    const { authorization: _, ...cookie } = li.headers
    expect(await whoIs(cookie)).toMatchObject({ actor: 'token/local' })
  })
})

describe('behind a proxy', () => {
  const sessions = async (li: Member): Promise<OpenSessionView[]> =>
    (await askAs(desk, 'GET', '/api/v1/users/li/sessions', { headers: li.headers })).body as OpenSessionView[]
  const forwarded = { ...page, 'x-forwarded-for': '198.51.100.9' }

  it('that is named, the client’s address is the one that it says', async () => {
    await desk.close()
    await open({ proxies: ['127.0.0.0/8'] })
    const li = await desk.join('li', 'viewer')
    await signIn('li', li.password, forwarded)
    expect((await sessions(li)).find(({ current }) => !current)).toMatchObject({
      address: '198.51.100.9',
      agent: 'Browser/2.0',
    })
  })

  it('that nobody named, it is not believed', async () => {
    const li = await desk.join('li', 'viewer')
    await signIn('li', li.password, forwarded)
    expect((await sessions(li)).map(({ address }) => address)).toContain('127.0.0.1')
  })

  it('that people reach by https, the cookie is for https alone, and browsers go no other way', async () => {
    await desk.close()
    await open({ publicUrl: 'https://ship.example' })
    const li = await desk.join('li', 'viewer')
    const told = await signIn('li', li.password, { authorization: '', origin: 'https://ship.example' })
    expect(cookieOf(told)).toMatch(/^__Host-shipwatch=[\w-]{43}; .*; Secure$/)
    expect(told.headers['strict-transport-security']).toBe('max-age=31536000')
    const wish = {
      body: { name: 'li', password: li.password },
      headers: { authorization: '', origin: 'https://x.example' },
    }
    expect(await refusal(desk, 'POST', '/api/v1/session', wish)).toMatchObject({ status: 403 })
  })
})
