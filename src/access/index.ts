export { type Access, type AccessOptions, makeAccess } from './access.ts'
export type { Credentials } from './authenticate.ts'
export { type CookieKind, clearCookie, cookieKind, readCookie, setCookie } from './cookie.ts'
export { Forbidden, Throttled } from './errors.ts'
export { type Judgement, judgeOrigin, type Provenance } from './origin.ts'
export { type Hasher, makeHasher } from './passwords/hasher.ts'
export {
  authorise,
  type Language,
  localPrincipal,
  type Person,
  type Principal,
  type Role,
  type Scope,
} from './principal.ts'
export type { From, SessionView, SignedIn } from './sessions/sessions.ts'
export type { Claim, PasswordChange } from './sign-in/sign-in.ts'
export type { NewToken, Token, TokenState } from './tokens/tokens.ts'
export type { User } from './users/user.ts'
export type { NewUser, UserChange, WithPassword } from './users/users.ts'
