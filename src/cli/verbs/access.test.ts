import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PASSWORD, TOKEN_TEXT, tokenView, userView } from '../access.fixture.ts'
import { call } from '../call.fixture.ts'
import { drawTokens, drawUsers } from '../draw/access.ts'
import { FixtureHub } from '../hub.fixture.ts'
import { LOOK } from '../sample.fixture.ts'

let hub: FixtureHub
beforeEach(async () => {
  hub = await new FixtureHub().start()
})
afterEach(() => hub.stop())

const asked = () => hub.asked.map(({ method, path, body }) => [method, path, body] as const)
const picture = (lines: readonly string[]): string => `\n${lines.join('\n')}\n`

describe('token create', () => {
  test('prints the token alone, and tells beside it what it may and until when', async () => {
    const { code, out, err } = await call(['token', 'create', 'ci', '--scope', 'release', '--expires', '30d'], { hub })
    expect({ code, out }).toEqual({ code: 0, out: `${TOKEN_TEXT}\n` })
    expect(err).toMatch(/^token\/ci may release, expires \S.*; it is shown this once\n$/)
    expect(asked()).toEqual([['POST', '/api/v1/tokens', { name: 'ci', scopes: ['release'], lifetime: '30d' }]])
  })

  test('leaves the lifetime to the hub, and takes “never” by its word', async () => {
    await call(['token', 'create', 'ci', '--scope', 'read'], { hub })
    const { err } = await call(['token', 'create', 'ci', '--scope', 'read', '--expires', 'never'], { hub })
    expect(asked().map(([, , body]) => body)).toEqual([
      { name: 'ci', scopes: ['read'] },
      { name: 'ci', scopes: ['read'], lifetime: 'never' },
    ])
    expect(err).toContain('does not expire')
  })

  test('with --json gives all that the hub says, and nothing beside it', async () => {
    const { out, err } = await call(['token', 'create', 'ci', '--scope', 'read', '--json'], { hub })
    expect(JSON.parse(out)).toEqual({ token: tokenView({ scopes: ['read'] }), text: TOKEN_TEXT })
    expect(err).toBe('')
  })

  test.each([
    ['token create', 'token create needs NAME'],
    ['token create ci', 'token create needs --scope SCOPE'],
    ['token create ci --scope relase', 'did you mean release?'],
    ['token create ci --scope read --expires soon', '--expires: “soon” is no duration'],
    ['token create ci --scope read --expires 0', '--expires: “0” is no duration'],
    ['user add li', 'user add needs --role ROLE'],
    ['user add li --role boss', '“boss” is none of viewer, releaser, admin'],
    ['user add li --role viewer --language fr', '“fr” is none of en, zh'],
    ['user change li', 'nothing to change'],
    ['user disable', 'user disable needs NAME'],
    ['token revok ci', 'did you mean token revoke?'],
  ])('%s is told before the hub is asked', async (line, message) => {
    const { code, out, err } = await call(line.split(' '), { hub })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(message)
    expect(hub.asked).toEqual([])
  })
})

describe('tokens', () => {
  test.each([[['token']], [['token', 'list']]])('%j lists them', async argv => {
    const { code, out } = await call(argv, { hub })
    expect(code).toBe(0)
    expect(out).toMatch(/^NAME +MAY +/)
    expect(out).toMatch(/\nci +release .*\nscreen +release .*never +never/)
  })

  test('are taken back by their names', async () => {
    expect(await call(['token', 'revoke', 'a b'], { hub })).toEqual({ code: 0, out: 'token/a b is revoked\n', err: '' })
    expect(JSON.parse((await call(['token', 'revoke', 'ci', '--json'], { hub })).out)).toEqual({ revoked: 'ci' })
    expect(asked().map(([method, path]) => `${method} ${path}`)).toEqual([
      'DELETE /api/v1/tokens/a%20b',
      'DELETE /api/v1/tokens/ci',
    ])
  })
})

describe('people', () => {
  test.each([[['user']], [['user', 'list']]])('%j lists them', async argv => {
    const { out } = await call(argv, { hub })
    expect(out).toMatch(/\nli +李雷 +releaser +active/)
    expect(out).toMatch(/\nold .* disabled +never/)
  })

  test('get a one-time password, printed alone', async () => {
    const line = ['user', 'add', 'li', '--role', 'viewer', '--display-name', '李 雷', '--language', 'zh']
    const { out, err } = await call(line, { hub })
    expect(out).toBe(`${PASSWORD}\n`)
    expect(err).toBe('the one-time password of user/li; it is shown this once\n')
    expect(asked()).toEqual([
      ['POST', '/api/v1/users', { name: 'li', role: 'viewer', displayName: '李 雷', language: 'zh' }],
    ])
  })

  test('get a new one where the last is lost', async () => {
    const { out, err } = await call(['user', 'reset-password', 'admin'], { hub })
    expect(out).toBe(`${PASSWORD}\n`)
    expect(err).toContain('user/admin')
    expect(asked()).toEqual([['POST', '/api/v1/users/admin/reset-password', undefined]])
  })

  test('are changed in what is given alone', async () => {
    const { out } = await call(['user', 'change', 'li', '--role', 'admin'], { hub })
    expect(out).toMatch(/\nli .* admin /)
    expect(asked()).toEqual([['POST', '/api/v1/users/li', { role: 'admin' }]])
  })

  test('are kept out, and let in again', async () => {
    expect((await call(['user', 'disable', 'li'], { hub })).out).toMatch(/^user\/li is disabled: signed out everywhere/)
    expect((await call(['user', 'enable', 'li'], { hub })).out).toBe('user/li may sign in again\n')
    expect(asked().map(([, path]) => path)).toEqual(['/api/v1/users/li/disable', '/api/v1/users/li/enable'])
  })
})

test('tables tell standing by a word, and fit 80 columns', () => {
  const users = [userView(), userView({ name: 'new', mustChangePassword: true, signedInAt: null })]
  expect(picture(drawUsers(users, LOOK))).toMatchInlineSnapshot(`
    "
    NAME  CALLED  ROLE      STANDING           LAST SIGNED IN
    li    李雷    releaser  active             11-21 10:22:00
    new   李雷    releaser  one-time password  never
    "
  `)
  const tokens = [tokenView(), tokenView({ name: 'old', owner: 'li', scopes: [], state: 'void' })]
  expect(picture(drawTokens(tokens, LOOK))).toMatchInlineSnapshot(`
    "
    NAME  MAY      OF  STATE  EXPIRES         LAST USED       FROM
    ci    release  -   valid  02-18 11:22:00  11-21 11:21:00  203.0.113.7
    old   nothing  li  void   02-18 11:22:00  11-21 11:21:00  203.0.113.7
    "
  `)
  expect(drawTokens([], LOOK)).toEqual(['no token yet'])
})
