import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Button } from '../design/button.tsx'
import { TextField } from '../design/field.tsx'
import { Notice } from '../design/notice.tsx'
import { ask, Refused } from '../hub/ask.ts'
import type { SessionView, SignInBody } from '../hub/contract.ts'
import { sessionQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'
import { Cover } from './cover.tsx'

export function SignInPage() {
  const { say } = useWords()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const passwordField = useRef<HTMLInputElement>(null)
  const signIn = useMutation({
    mutationFn: (body: SignInBody) => ask<SessionView>({ method: 'POST', path: '/session', body }),
    onSuccess(session) {
      // Nothing that somebody else saw here is shown to whoever comes next.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
      client.setQueryData(sessionQuery.queryKey, session)
    },
  })
  const { error } = signIn
  const isWrong = error instanceof Refused && (error.status === 401 || error.status === 403)
  useEffect(() => {
    if (isWrong) passwordField.current?.select()
  }, [isWrong])

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    signIn.mutate({ name: name.trim(), password })
  }
  return (
    <Cover title={say('signIn')} lead={say('signIn.lead')}>
      <form onSubmit={submit} className="grid gap-4">
        {isWrong && (
          <Notice tone="bad" role="alert" title={say('signIn.wrong')}>
            {say('signIn.wrongHint')}
          </Notice>
        )}
        {error && !isWrong && <Trouble error={error} />}
        <TextField
          label={say('signIn.name')}
          name="name"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={64}
          value={name}
          onChange={event => setName(event.target.value)}
        />
        <TextField
          ref={passwordField}
          label={say('password')}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          maxLength={1_024}
          value={password}
          onChange={event => setPassword(event.target.value)}
        />
        <Button look="primary" type="submit" isWide isBusy={signIn.isPending}>
          {say('signIn')}
        </Button>
        <p className="text-sm text-faint">{say('signIn.first')}</p>
      </form>
    </Cover>
  )
}
