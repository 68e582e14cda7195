import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { localPrincipal, type Scope } from '../access/index.ts'
import { Problem } from '../client/index.ts'
import { likely, word } from './likely.fixture.ts'
import type { Route } from './route.ts'
import { Desk, TOKEN, type Told } from './server.fixture.ts'
import { ROUTES } from './server.ts'

type Headers = Readonly<Record<string, string>>

/** Somebody who asks: what they send, and what they may. */
interface Caller {
  readonly headers: Headers
  /** `unknown`: nobody knows them; `one-time`: nothing but a password of their own; `foreign`: another site sends it. */
  readonly may: readonly Scope[] | 'unknown' | 'one-time' | 'foreign'
}

const CALLERS = [
  'nobody',
  'a made-up token',
  'a mistyped token',
  'a token of another hub',
  'an expired token',
  'a revoked token',
  'a token of somebody disabled',
  'a made-up cookie',
  'a session that was signed out',
  'a session that nobody used for long',
  'a session of somebody disabled',
  'a one-time password',
  'a reader’s session',
  'a reader’s token',
  'a releaser’s session',
  'a releaser’s token',
  'an administrator’s session',
  'an administrator’s session from another site',
  'an administrator’s token',
] as const

let desk: Desk
let callers: Readonly<Record<(typeof CALLERS)[number], Caller>>
/** Whatever nobody may ever read in an answer. */
let secrets: readonly string[]

beforeAll(async () => {
  desk = await Desk.open()
  await desk.harbour.inService('v1')
  callers = await meet()
  secrets = Object.values(callers).flatMap(({ headers }) => secretsIn(headers))
})
afterAll(() => desk.close())
afterEach(() => {
  expect(desk.complaints.splice(0), 'nothing happened that nobody expected').toEqual([])
})

async function meet(): Promise<typeof callers> {
  const { access } = desk
  const bearer = (text: string): Headers => ({ authorization: `Bearer ${text}` })
  const root = localPrincipal('root')
  const tokenOf = async (name: string, scope: Scope, by = root, lifetimeMs?: number): Promise<Headers> =>
    bearer((await access.tokens.create(by, { name, scopes: [scope], lifetimeMs })).text)
  const unused = await desk.join('unused', 'admin')
  await desk.pass(13 * 3_600_000)
  const reader = await desk.join('reader', 'viewer')
  const releaser = await desk.join('releaser', 'releaser')
  const admin = await desk.join('administrator', 'admin')
  const away = await desk.join('away', 'admin')
  const out = await desk.join('out', 'admin')
  await access.sessions.signOut(out.principal)
  const fresh = await access.users.create(root, { name: 'fresh', role: 'admin' })
  const from = { address: '203.0.113.7' }
  const once = await access.signIn({ name: 'fresh', password: fresh.password, from })
  const expired = await tokenOf('expired', 'admin', root, 1_000)
  const revoked = await tokenOf('revoked', 'admin')
  const ofAway = await tokenOf('away', 'admin', away.principal)
  await access.tokens.revoke(root, 'revoked')
  await access.users.disable(root, 'away')
  await desk.pass(2_000)
  const other = await Desk.open()
  const elsewhere = (await other.access.tokens.create(root, { name: 'ci', scopes: ['admin'] })).text
  await other.close()
  const { 'sec-fetch-site': _, ...cookieAlone } = admin.headers
  const all = ['read', 'release', 'admin'] as const
  return {
    nobody: { headers: { authorization: '' }, may: 'unknown' },
    'a made-up token': { headers: bearer('x'.repeat(43)), may: 'unknown' },
    'a mistyped token': { headers: bearer(`${elsewhere.slice(0, -1)}_`), may: 'unknown' },
    'a token of another hub': { headers: bearer(elsewhere), may: 'unknown' },
    'an expired token': { headers: expired, may: 'unknown' },
    'a revoked token': { headers: revoked, may: 'unknown' },
    'a token of somebody disabled': { headers: ofAway, may: 'unknown' },
    'a made-up cookie': { headers: desk.headersOf('y'.repeat(43)), may: 'unknown' },
    'a session that was signed out': { headers: out.headers, may: 'unknown' },
    'a session that nobody used for long': { headers: unused.headers, may: 'unknown' },
    'a session of somebody disabled': { headers: away.headers, may: 'unknown' },
    'a one-time password': { headers: desk.headersOf(once.secret), may: 'one-time' },
    'a reader’s session': { headers: reader.headers, may: ['read'] },
    'a reader’s token': { headers: await tokenOf('reads', 'read'), may: ['read'] },
    'a releaser’s session': { headers: releaser.headers, may: ['read', 'release'] },
    'a releaser’s token': { headers: await tokenOf('releases', 'release'), may: ['read', 'release'] },
    'an administrator’s session': { headers: admin.headers, may: all },
    'an administrator’s session from another site': {
      headers: { ...cookieAlone, 'sec-fetch-site': 'cross-site' },
      may: 'foreign',
    },
    'an administrator’s token': { headers: await tokenOf('all', 'admin'), may: all },
  }
}

function secretsIn({ authorization = '', cookie = '' }: Headers): string[] {
  return [authorization.replace('Bearer ', ''), cookie.split('=')[1] ?? '', TOKEN].filter(text => text !== '')
}

/** What a route answers before it looks at anything that was sent; `undefined` where the caller may ask. */
function refusalOf({ may }: Caller, { scope, method }: Route): 401 | 403 | undefined {
  if (may === 'unknown') return 401
  if (may === 'foreign') return method === 'GET' ? undefined : 403
  if (scope === 'any' || scope === 'none') return undefined
  return may !== 'one-time' && may.includes(scope) ? undefined : 403
}

function checkManners({ status, text, headers, body }: Told): void {
  expect(status).toBeLessThan(500)
  expect(text).not.toMatch(/\bat .*(?:\.ts|\.js|node:internal)|\.ts:\d+|node_modules|SQLITE|select |argon2/i)
  for (const secret of secrets) expect(text).not.toContain(secret)
  if (status === 204) return
  expect(headers['content-type']).toMatch(/^application\/json/)
  if (status >= 400) expect(Problem.parse(body).error.message).not.toBe('')
}

const nameOf = ({ method, path }: Route): string => `${method} ${path}`
const filled = (path: string): string => path.replace(/:\w+/g, 'nobody-there')
const known = ROUTES.filter(({ scope }) => scope !== 'none')
/** Whoever may, would be signed out by it. */
const isEnd = ({ method, path }: Route): boolean => method === 'DELETE' && path === '/api/v1/session'

describe.each(CALLERS)('%s', name => {
  it.each(known.map(route => [nameOf(route), route] as const))('at %s comes as far as it may', async (_, route) => {
    const caller = callers[name]
    const refused = refusalOf(caller, route)
    if (refused === undefined && isEnd(route)) return
    // What is wrong with the request is nothing that is told before.
    const told = await desk.ask(route.method, `${filled(route.path)}?nonsense=1`, {
      headers: caller.headers,
      ...(route.body ? { raw: '{' } : {}),
    })
    checkManners(told)
    if (refused !== undefined) {
      expect([told.status, Problem.parse(told.body).error.code]).toEqual([
        refused,
        refused === 401 ? 'denied' : 'forbidden',
      ])
    } else if (route.body || route.query) expect(told.status).toBe(400)
    else expect(told.status).not.toBe(401)
  })
})

describe('whatever is sent', () => {
  const request = fc
    .constantFrom(...ROUTES.filter(route => !isEnd(route) && !route.path.endsWith('/next') && route.answers === 'json'))
    .chain(route =>
      fc.record({
        route: fc.constant(route),
        names: fc.infiniteStream(word),
        query: route.query ? likely(route.query) : fc.constant({}),
        body: route.body ? likely(route.body) : fc.constant(undefined),
      }),
    )
  const pathOf = (path: string, names: IterableIterator<string>): string =>
    path.replace(/:\w+/g, () => encodeURIComponent(String(names.next().value).toWellFormed()) || '%20')
  // Some objects have a `toString` that is none.
  const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
  const searchOf = (query: unknown): string => {
    const pairs = Object.entries(typeof query === 'object' && query ? query : { x: query })
    return new URLSearchParams(pairs.map(([key, value]): [string, string] => [key, textOf(value)])).toString()
  }

  it('is answered in the same way to everybody, and refused first to whoever may not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...CALLERS), request, async (name, { route, names, query, body }) => {
        const caller = callers[name]
        const told = await desk.ask(route.method, `${pathOf(route.path, names)}?${searchOf(query)}`, {
          headers: caller.headers,
          ...(body === undefined ? {} : { body }),
        })
        checkManners(told)
        const refused = route.scope === 'none' ? undefined : refusalOf(caller, route)
        // A name can be so long, or so odd, that no route knows it.
        if (refused !== undefined) expect([refused, 404, 400, 414]).toContain(told.status)
        if (refused !== undefined && told.status < 300) throw new Error('it was let in')
      }),
      { numRuns: 600 },
    )
  })

  it('in headers, however much of it, is an answer of our own', async () => {
    const { headers } = callers['an administrator’s session']
    const cookies = Array.from({ length: 500 }, (_, i) => `c${i}=${i}`).join('; ')
    for (const more of [
      { authorization: `Bearer ${'x'.repeat(12_000)}` },
      { authorization: `Bearer swt_${'0'.repeat(12_000)}` },
      { cookie: `${cookies}; ${cookies}` },
      { cookie: '=; ;;=;shipwatch' },
      { cookie: `${headers['cookie']}; ${cookies}` },
      { 'x-forwarded-for': 'nonsense, 1.2.3.4', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      { origin: 'x'.repeat(4_000) },
      { 'user-agent': 'x'.repeat(8_000) },
      { 'x-shipwatch-actor': 'x'.repeat(8_000) },
    ]) {
      checkManners(await desk.ask('GET', '/api/v1/status', { headers: { ...headers, ...more } }))
      checkManners(
        await desk.ask('POST', '/api/v1/releases/rel_none/pause', { headers: { ...headers, ...more }, body: {} }),
      )
    }
    const told = await desk.ask('GET', '/api/v1/status', { headers: { cookie: 'x'.repeat(100_000) } })
    expect(told.status).toBe(431)
    expect(told.text).not.toMatch(/node:|\.js/)
  })
})

describe('the table of routes', () => {
  it.each(ROUTES.map(route => [nameOf(route), route] as const))('%s says who may ask', (_, { method, path, scope }) => {
    if (scope === 'none') expect([method, path]).toEqual(['POST', '/api/v1/session'])
    if (scope === 'any') expect(path).toMatch(/^\/api\/v1\/session/)
    if (method !== 'GET' && /\/(?:services|releases)/.test(path)) expect(scope).toBe('release')
  })
})
