import { z } from 'zod'

/** What somebody may do: each includes the one before it. */
export const Scope = z.enum(['read', 'release', 'admin'])
export type Scope = z.output<typeof Scope>

export const Language = z.enum(['en', 'zh'])
export type Language = z.output<typeof Language>

/** `POST /api/v1/session` */
export const SignInBody = z.strictObject({
  name: z.string().min(1).max(64),
  password: z.string().min(1).max(1_024),
})
export type SignInBody = z.output<typeof SignInBody>

/** `GET /api/v1/session`: who asks. */
export const SessionView = z.object({
  /** As the logbook names them: `user/li`. */
  actor: z.string(),
  /** What they sign in with; of a token, its name. */
  name: z.string(),
  scopes: z.array(Scope),
  language: Language.nullable(),
  /** Nothing but a new password is accepted until this is false. */
  mustChangePassword: z.boolean(),
})
export type SessionView = z.output<typeof SessionView>

/** `POST /api/v1/session/password` */
export const PasswordBody = z.strictObject({
  present: z.string().min(1).max(1_024),
  next: z.string().min(1).max(1_024),
})
export type PasswordBody = z.output<typeof PasswordBody>
