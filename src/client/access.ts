import { z } from 'zod'
import { Duration } from '../kernel/index.ts'
import { Actor, Time } from './contract/common.ts'
import { Language, Scope } from './session.ts'

/* Who may use the hub: people, their sessions, and tokens of programs. */

export const Role = z
  .enum(['viewer', 'releaser', 'admin'])
  .describe('`viewer`: may read. `releaser`: may release, too. `admin`: may do everything.')
export type Role = z.output<typeof Role>

export const UserView = z
  .object({
    name: z.string().describe('What they sign in with, and what the logbook calls them: `user/name`.'),
    displayName: z.string().describe('What they are called on a page.'),
    role: Role,
    language: Language.nullable().describe('The language that they chose; null before.'),
    disabled: z.boolean().describe('Whether they are kept out.'),
    mustChangePassword: z.boolean().describe('Their password was made for them and is to be used once.'),
    createdAt: Time.describe('When they were made a user.'),
    signedInAt: Time.nullable().describe('When they last signed in; null before the first time.'),
  })
  .describe('Somebody who may sign in, or might once.')
export type UserView = z.output<typeof UserView>

const DisplayName = z.string().min(1).max(200).describe('What they are called on a page.')
const SignInName = z
  .string()
  .min(1)
  .max(100)
  .describe('What they sign in with: small letters, digits, `.`, `_` and `-`.')

export const NewUserBody = z
  .strictObject({
    name: SignInName,
    displayName: DisplayName.optional(),
    role: Role,
    language: Language.optional(),
  })
  .describe('A new user.')
export type NewUserBody = z.output<typeof NewUserBody>

export const UserChangeBody = z
  .strictObject({
    name: SignInName.optional(),
    displayName: DisplayName.optional(),
    role: Role.optional(),
    language: Language.optional(),
  })
  .describe('What is to be changed about a user: what is absent stays.')
export type UserChangeBody = z.output<typeof UserChangeBody>

export const UserWithPassword = z
  .object({ user: UserView, password: z.string().describe('To be used once, and changed then.') })
  .describe('Somebody with a password that is shown this once and is nowhere kept.')
export type UserWithPassword = z.output<typeof UserWithPassword>

export const OpenSessionView = z
  .object({
    id: z.string().describe('`ses_…`, by which it can be ended.'),
    address: z.string().describe('The address that it was opened from.'),
    agent: z.string().describe('What the browser calls itself.'),
    createdAt: Time.describe('When they signed in.'),
    seenAt: Time.describe('When it was last used, to the minute.'),
    endsAt: Time.describe('When it ends if it is not used any more: after 12 hours, or a week after the sign-in.'),
    current: z.boolean().describe('Whether it is the one that asks.'),
  })
  .describe('A browser in which somebody is signed in.')
export type OpenSessionView = z.output<typeof OpenSessionView>

export const TokenView = z
  .object({
    name: z.string().describe('The logbook calls what uses it `token/name`.'),
    owner: z.string().nullable().describe('Null when it was made on the hub’s machine and belongs to nobody.'),
    scopes: z.array(Scope).describe('What it may do, while its owner may.'),
    createdBy: Actor.describe('Who made it.'),
    createdAt: Time.describe('When it was made.'),
    expiresAt: Time.nullable().describe('Null when it does not expire.'),
    usedAt: Time.nullable().describe('When it was last used, to the minute; null before the first use.'),
    usedFrom: z.string().nullable().describe('The address that it was last used from; null before the first use.'),
    state: z.enum(['valid', 'expired', 'void']).describe('`void` while its owner is disabled.'),
  })
  .describe('A token of a program.')
export type TokenView = z.output<typeof TokenView>

export const NewTokenBody = z
  .strictObject({
    name: z.string().min(1).max(100).describe('What it is for: `ci`.'),
    scopes: z.array(Scope).min(1).max(3).describe('What it may do.'),
    lifetime: z
      .union([z.literal('never'), Duration])
      .optional()
      .describe('`90d` unless told otherwise, `365d` at most; `never` only by this very word.'),
  })
  .describe('A new token.')
export type NewTokenBody = z.input<typeof NewTokenBody>

export const NewTokenView = z
  .object({ token: TokenView, text: z.string().describe('`swt_…`: what the program shows.') })
  .describe('A token with its text, which is shown this once and is nowhere kept.')
export type NewTokenView = z.output<typeof NewTokenView>
