import { z } from 'zod'
import { Duration } from '../kernel/index.ts'
import { Language, Scope } from './session.ts'

/*
 * Who may use the hub: people, their sessions, and tokens of programs. Times are RFC 3339.
 */

const Time = z.string()

export const Role = z.enum(['viewer', 'releaser', 'admin'])
export type Role = z.output<typeof Role>

export const UserView = z.object({
  /** What they sign in with, and what the logbook calls them: `user/name`. */
  name: z.string(),
  displayName: z.string(),
  role: Role,
  language: Language.nullable(),
  disabled: z.boolean(),
  /** Their password was made for them and is to be used once. */
  mustChangePassword: z.boolean(),
  createdAt: Time,
  /** Null before the first time. */
  signedInAt: Time.nullable(),
})
export type UserView = z.output<typeof UserView>

const DisplayName = z.string().min(1).max(200)

/** `POST /api/v1/users` */
export const NewUserBody = z.strictObject({
  name: z.string().min(1).max(100),
  displayName: DisplayName.optional(),
  role: Role,
  language: Language.optional(),
})
export type NewUserBody = z.output<typeof NewUserBody>

/** `POST /api/v1/users/:name`: what is absent stays. */
export const UserChangeBody = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  displayName: DisplayName.optional(),
  role: Role.optional(),
  language: Language.optional(),
})
export type UserChangeBody = z.output<typeof UserChangeBody>

/** Somebody with a password that is shown this once and is nowhere kept. */
export const UserWithPassword = z.object({ user: UserView, password: z.string() })
export type UserWithPassword = z.output<typeof UserWithPassword>

/** A browser in which somebody is signed in. */
export const OpenSessionView = z.object({
  id: z.string(),
  address: z.string(),
  /** What the browser calls itself. */
  agent: z.string(),
  createdAt: Time,
  /** To the minute. */
  seenAt: Time,
  endsAt: Time,
  /** Whether it is the one that asks. */
  current: z.boolean(),
})
export type OpenSessionView = z.output<typeof OpenSessionView>

export const TokenView = z.object({
  /** The logbook calls what uses it `token/name`. */
  name: z.string(),
  /** Null when it was made on the hub's machine and belongs to nobody. */
  owner: z.string().nullable(),
  scopes: z.array(Scope),
  createdBy: z.string(),
  createdAt: Time,
  /** Null when it does not expire. */
  expiresAt: Time.nullable(),
  /** To the minute; null before the first use. */
  usedAt: Time.nullable(),
  usedFrom: z.string().nullable(),
  /** `void` while its owner is disabled. */
  state: z.enum(['valid', 'expired', 'void']),
})
export type TokenView = z.output<typeof TokenView>

/** `POST /api/v1/tokens` */
export const NewTokenBody = z.strictObject({
  name: z.string().min(1).max(100),
  /** Each includes the one before it: `read`, `release`, `admin`. */
  scopes: z.array(Scope).min(1).max(3),
  /** `90d` unless told otherwise, `365d` at most; `never` only by this very word. */
  lifetime: z.union([z.literal('never'), Duration]).optional(),
})
export type NewTokenBody = z.input<typeof NewTokenBody>

/** A token with its text, which is shown this once and is nowhere kept. */
export const NewTokenView = z.object({ token: TokenView, text: z.string() })
export type NewTokenView = z.output<typeof NewTokenView>
