import { Denied } from '../kernel/index.ts'
import { Forbidden } from './errors.ts'

/** What somebody may do; each includes the ones before it. */
export const SCOPES = ['read', 'release', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

export const ROLES = ['viewer', 'releaser', 'admin'] as const
export type Role = (typeof ROLES)[number]

export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

/** Who asks, once it is proven. */
export interface Principal {
  /** As the logbook names them: `user/li`, `token/ci`, `cli/li`. */
  readonly actor: string
  readonly scopes: readonly Scope[]
  /** The person, or the owner of the token. */
  readonly user?: Person
  readonly session?: { readonly id: string; readonly endsAtMs: number }
  readonly token?: { readonly id: string; readonly name: string }
  /** Until then nothing but a new password is accepted. */
  readonly mustChangePassword: boolean
}

export interface Person {
  readonly id: string
  readonly name: string
  readonly displayName: string
  readonly role: Role
  readonly language: Language | undefined
}

const GRANTS: Readonly<Record<Role, Scope>> = { viewer: 'read', releaser: 'release', admin: 'admin' }

export function scopesOf(role: Role): readonly Scope[] {
  return upTo(GRANTS[role])
}

/** These scopes and all that they include. */
export function withIncluded(scopes: readonly Scope[]): readonly Scope[] {
  const highest = Math.max(...scopes.map(scope => SCOPES.indexOf(scope)))
  return SCOPES.slice(0, highest + 1)
}

function upTo(scope: Scope): readonly Scope[] {
  return withIncluded([scope])
}

/**
 * Whoever shows the `hub.token` of the data folder: its owner on the hub's own machine, who could as well
 * change the database.
 *
 * @param name who that person says to be. It is written down as `cli/name` and proves nothing.
 */
export function localPrincipal(name?: string): Principal {
  const said = name !== undefined && /^[^\s/\p{Cc}]{1,100}$/u.test(name)
  return { actor: said ? `cli/${name}` : 'token/local', scopes: SCOPES, mustChangePassword: false }
}

/**
 * Does nothing when `principal` may do what needs `scope`.
 *
 * @throws Denied without a principal
 * @throws Forbidden
 */
export function authorise(principal: Principal | undefined, scope: Scope): asserts principal is Principal {
  if (!principal) throw new Denied('nobody is signed in', { hint: 'Sign in, or show a token.' })
  if (principal.mustChangePassword) {
    throw new Forbidden('this password was made to be used once', {
      field: 'password',
      hint: 'Choose a password of your own first.',
    })
  }
  if (principal.scopes.includes(scope)) return
  throw new Forbidden(`this needs the right “${scope}”, and ${principal.actor} has ${spoken(principal.scopes)}`, {
    field: 'scope',
    hint: `Ask an administrator for a role${principal.token ? ', or make a token,' : ''} that includes it.`,
  })
}

function spoken(scopes: readonly Scope[]): string {
  return scopes.length === 0 ? 'none' : scopes.map(scope => `“${scope}”`).join(', ')
}
