import { createContext, useContext } from 'react'
import type { SessionView } from '../hub/contract.ts'

export const SessionContext = createContext<SessionView | undefined>(undefined)

/** Who is signed in. */
export function useSession(): SessionView {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession outside of the shell')
  return session
}
