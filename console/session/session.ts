import { createContext, useContext } from 'react'
import type { Role, Scope, SessionView } from '../hub/contract.ts'

export const SessionContext = createContext<SessionView | undefined>(undefined)

/** Who is signed in. */
export function useSession(): SessionView {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession outside of the shell')
  return session
}

/** Whether somebody may say who else gets in. */
export const mayAdminister = ({ scopes }: Pick<SessionView, 'scopes'>): boolean => scopes.includes('admin')

/** The most that somebody may do, in a word. */
export function scopeWord(scopes: readonly Scope[]) {
  if (scopes.includes('admin')) return 'scope.admin'
  return scopes.includes('release') ? 'scope.release' : 'scope.read'
}

/** The same word for a role. */
export const ROLE_WORDS = {
  viewer: 'scope.read',
  releaser: 'scope.release',
  admin: 'scope.admin',
} as const satisfies Record<Role, string>
