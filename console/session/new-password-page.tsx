import { useQueryClient } from '@tanstack/react-query'
import type { SessionView } from '../hub/contract.ts'
import { sessionQuery } from '../hub/queries.ts'
import { useWords } from '../language/language.tsx'
import { Cover } from './cover.tsx'
import { PasswordForm } from './password-form.tsx'

/** The one-time password has done its work: nothing else is possible until there is another. */
export function NewPasswordPage({ session }: { readonly session: SessionView }) {
  const { say } = useWords()
  const client = useQueryClient()
  return (
    <Cover title={say('password.firstTitle')} lead={say('password.firstLead', { name: session.name })}>
      <PasswordForm
        name={session.name}
        onDone={() => void client.invalidateQueries({ queryKey: sessionQuery.queryKey })}
      />
    </Cover>
  )
}
