import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Dialog } from '../design/dialog.tsx'
import { ask } from '../hub/ask.ts'
import type { SessionView, UserChangeBody } from '../hub/contract.ts'
import { sessionQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'

/** Writes the language that somebody chose into their account, so that it greets them on every device. */
export function KeepLanguage({ session }: { readonly session: SessionView }) {
  const { say, chosen } = useWords()
  const client = useQueryClient()
  const { name, language } = session
  const { mutate, error, reset } = useMutation({
    // One after the other: what was chosen last is written last.
    scope: { id: 'language' },
    mutationFn: (body: UserChangeBody) =>
      ask<unknown>({ method: 'POST', path: `/users/${encodeURIComponent(name)}`, body }),
    onSuccess: (_, body) =>
      client.setQueryData(sessionQuery.queryKey, now => now && { ...now, language: body.language ?? now.language }),
  })
  useEffect(() => {
    if (chosen !== undefined && chosen !== language) mutate({ language: chosen })
    // Not again when the account is read anew: it is what was chosen that is written.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [chosen, mutate])
  if (!error || chosen === undefined) return null
  return (
    <Dialog title={say('language.lost')} onClose={reset}>
      <p className="text-soft">{say('language.lostMeans')}</p>
      <Trouble error={error} onRetry={() => mutate({ language: chosen })} />
    </Dialog>
  )
}
