import { describe, expect, it } from 'vitest'
import { Denied } from '../kernel/index.ts'
import { Forbidden } from './errors.ts'
import { authorise, localPrincipal, type Principal, ROLES, SCOPES, scopesOf, withIncluded } from './principal.ts'

const principal = (change: Partial<Principal>): Principal => ({
  actor: 'user/li',
  scopes: ['read'],
  mustChangePassword: false,
  ...change,
})

describe('roles', () => {
  it.each([
    ['viewer', ['read']],
    ['releaser', ['read', 'release']],
    ['admin', ['read', 'release', 'admin']],
  ] as const)('a %s may %j', (role, scopes) => expect(scopesOf(role)).toEqual(scopes))

  it('each include the one before', () => {
    for (const [place, role] of ROLES.entries()) {
      const before = ROLES[place - 1]
      expect(scopesOf(role)).toEqual(expect.arrayContaining([...(before ? scopesOf(before) : [])]))
    }
  })

  it.each([
    [[], []],
    [['release'], ['read', 'release']],
    [
      ['admin', 'read'],
      ['read', 'release', 'admin'],
    ],
  ] as const)('%j includes %j', (scopes, all) => expect(withIncluded(scopes)).toEqual(all))
})

describe('authorise', () => {
  it.each(SCOPES)('lets pass who has the right to %s', scope => {
    expect(() => authorise(principal({ scopes: [scope] }), scope)).not.toThrow()
  })

  it('tells who is not signed in from who may not', () => {
    expect(() => authorise(undefined, 'read')).toThrow(Denied)
    expect(() => authorise(principal({}), 'release')).toThrow(Forbidden)
  })

  it('says what is missing, what is there, and whom to ask', () => {
    expect(() => authorise(principal({}), 'admin')).toThrow(
      expect.objectContaining({
        message: 'this needs the right “admin”, and user/li has “read”',
        field: 'scope',
        hint: 'Ask an administrator for a role that includes it.',
      }),
    )
  })

  it.each(SCOPES)('refuses everything, here %s, until a one-time password is changed', scope => {
    const fresh = principal({ scopes: SCOPES, mustChangePassword: true })
    expect(() => authorise(fresh, scope)).toThrow(expect.objectContaining({ code: 'forbidden', field: 'password' }))
  })
})

describe('the local principal', () => {
  it('may do everything', () => {
    expect(localPrincipal()).toEqual({ actor: 'token/local', scopes: SCOPES, mustChangePassword: false })
  })

  it.each([
    ['li', 'cli/li'],
    ['小李', 'cli/小李'],
    ['', 'token/local'],
    ['a/b', 'token/local'],
    ['a b', 'token/local'],
    ['a\u001bb', 'token/local'],
    ['x'.repeat(101), 'token/local'],
  ])('named %j is %s, never a user', (name, actor) => expect(localPrincipal(name).actor).toBe(actor))
})
