import { z } from 'zod'

export const Scope = z
  .enum(['read', 'release', 'admin'])
  .describe('What somebody may do: each includes the one before it.')
export type Scope = z.output<typeof Scope>

export const Language = z.enum(['en', 'zh']).describe('English or Chinese.')
export type Language = z.output<typeof Language>

export const SignInBody = z
  .strictObject({
    name: z.string().min(1).max(64).describe('What they sign in with.'),
    password: z.string().min(1).max(1_024).describe('Their password, or the one-time password that they were given.'),
  })
  .describe('Who signs in.')
export type SignInBody = z.output<typeof SignInBody>

export const SessionView = z
  .object({
    actor: z.string().describe('As the logbook names them: `user/li`.'),
    name: z.string().describe('What they sign in with; of a token, its name.'),
    scopes: z.array(Scope).describe('What they may do.'),
    language: Language.nullable().describe('The language that they chose; null before.'),
    mustChangePassword: z.boolean().describe('Nothing but a new password is accepted until this is false.'),
  })
  .describe('Who asks.')
export type SessionView = z.output<typeof SessionView>

export const PasswordBody = z
  .strictObject({
    present: z.string().min(1).max(1_024).describe('The password that they have.'),
    next: z.string().min(1).max(1_024).describe('The one that they choose.'),
  })
  .describe('A password of one’s own choice.')
export type PasswordBody = z.output<typeof PasswordBody>
