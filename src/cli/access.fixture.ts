import type { z } from 'zod'
import {
  NewTokenBody,
  NewTokenView,
  NewUserBody,
  TokenView,
  UserChangeBody,
  UserView,
  UserWithPassword,
} from '../client/index.ts'
import { ago } from './sample.fixture.ts'

export const TOKEN_TEXT = 'swt_only-shown-this-once'
export const PASSWORD = 'kelp-harbour-lantern-07'

type Changed<View> = { readonly [Key in keyof View]?: View[Key] | undefined }

export function userView(changed: Changed<UserView> = {}): UserView {
  return UserView.parse({
    name: 'li',
    displayName: '李雷',
    role: 'releaser',
    language: 'zh',
    disabled: false,
    mustChangePassword: false,
    createdAt: ago(9 * 86_400),
    signedInAt: ago(3_600),
    ...changed,
  })
}

export function tokenView(changed: Partial<TokenView> = {}): TokenView {
  return {
    name: 'ci',
    owner: null,
    scopes: ['read', 'release'],
    createdBy: 'cli/li',
    createdAt: ago(86_400),
    expiresAt: ago(-89 * 86_400),
    usedAt: ago(60),
    usedFrom: '203.0.113.7',
    state: 'valid',
    ...changed,
  }
}

/** What a hub answers about people and tokens; `undefined` where it is asked for something else. */
export function answerAccess(
  key: string,
  name: string,
  check: <Schema extends z.ZodType>(schema: Schema) => z.output<Schema>,
): { readonly reply: unknown } | undefined {
  switch (key) {
    case 'GET users':
      return {
        reply: UserView.array().parse([userView(), userView({ name: 'old', disabled: true, signedInAt: null })]),
      }
    case 'POST users':
      return { reply: UserWithPassword.parse({ user: userView(check(NewUserBody)), password: PASSWORD }) }
    case 'POST users/:':
      return { reply: UserView.parse(userView({ name, ...check(UserChangeBody) })) }
    case 'POST users/:/disable':
      return { reply: UserView.parse(userView({ name, disabled: true })) }
    case 'POST users/:/enable':
      return { reply: UserView.parse(userView({ name })) }
    case 'POST users/:/reset-password':
      return { reply: UserWithPassword.parse({ user: userView({ name }), password: PASSWORD }) }
    case 'GET tokens':
      return {
        reply: TokenView.array().parse([tokenView(), tokenView({ name: 'screen', expiresAt: null, usedAt: null })]),
      }
    case 'POST tokens': {
      const { name, scopes, lifetime } = check(NewTokenBody)
      const expires = lifetime === 'never' ? { expiresAt: null } : {}
      return { reply: NewTokenView.parse({ token: tokenView({ name, scopes, ...expires }), text: TOKEN_TEXT }) }
    }
    case 'DELETE tokens/:':
      return { reply: undefined }
    default:
      return undefined
  }
}
