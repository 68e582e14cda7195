import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Button } from '../design/button.tsx'
import { TextField } from '../design/field.tsx'
import { ask, Refused } from '../hub/ask.ts'
import type { SessionView, SignInBody } from '../hub/contract.ts'
import { sessionQuery } from '../hub/queries.ts'
import { useWords } from '../language/language.tsx'
import { browserClock } from '../live/clock.ts'
import { Cover } from './cover.tsx'
import { SignInRefused } from './sign-in-refused.tsx'

export function SignInPage() {
  const { say } = useWords()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [refusedMs, setRefusedMs] = useState(0)
  const passwordField = useRef<HTMLInputElement>(null)
  const signIn = useMutation({
    mutationFn: (body: SignInBody) => ask<SessionView>({ method: 'POST', path: '/session', body }),
    onSuccess(session) {
      // Nothing that somebody else saw here is shown to whoever comes next.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
      client.setQueryData(sessionQuery.queryKey, session)
    },
    onError: () => setRefusedMs(browserClock.now()),
  })
  const { error } = signIn
  const isWrong = error instanceof Refused && error.code === 'denied'
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
        {error && <SignInRefused key={refusedMs} error={error} atMs={refusedMs} />}
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
