import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Button } from '../design/button.tsx'
import { Dialog, DialogActions } from '../design/dialog.tsx'
import { Choice, TextField } from '../design/field.tsx'
import { ask, Refused } from '../hub/ask.ts'
import type { NewTokenBody, NewTokenView, Scope } from '../hub/contract.ts'
import { tokensQuery } from '../hub/queries.ts'
import { faultAt, Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'
import { scopeWord, useSession } from '../session/session.ts'
import { LIFETIMES, type Lifetime, scopesFor, USUAL_LIFETIME } from './token-state.ts'

const LIFETIME_WORDS = {
  '7d': 'lifetime.week',
  '30d': 'lifetime.month',
  '90d': 'lifetime.quarter',
  '365d': 'lifetime.year',
  never: 'lifetime.never',
} as const

/** Makes a token for a program. */
export function NewTokenDialog({
  onMade,
  onClose,
}: {
  readonly onMade: (made: NewTokenView) => void
  readonly onClose: () => void
}) {
  const words = useWords()
  const { say } = words
  const session = useSession()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [scope, setScope] = useState<Scope>('read')
  const [lifetime, setLifetime] = useState<Lifetime>(USUAL_LIFETIME)
  const { error, isPending, mutate } = useMutation({
    mutationFn: (body: NewTokenBody) => ask<NewTokenView>({ method: 'POST', path: '/tokens', body }),
    onSuccess(made) {
      void client.invalidateQueries({ queryKey: tokensQuery.queryKey })
      onMade(made)
    },
  })
  const isAtField = error instanceof Refused && error.field === 'name'
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    mutate({ name: name.trim(), scopes: [scope], lifetime })
  }
  const scopes = scopesFor(session)
  return (
    <Dialog title={say('token.makeTitle')} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label={say('token.name')}
          hint={say('token.nameHint')}
          fault={faultAt('name', error, words)}
          required
          maxLength={64}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          value={name}
          onChange={event => setName(event.target.value)}
        />
        <Choice
          label={say('token.scope')}
          hint={say('token.scopeHint')}
          value={scope}
          options={scopes.map(value => ({ value, label: say(scopeWord([value])) }))}
          onChange={event => setScope(scopes.find(one => one === event.target.value) ?? 'read')}
        />
        <Choice
          label={say('token.lifetime')}
          hint={lifetime === 'never' ? say('lifetime.neverHint') : undefined}
          value={lifetime}
          options={LIFETIMES.map(value => ({ value, label: say(LIFETIME_WORDS[value]) }))}
          onChange={event => setLifetime(LIFETIMES.find(one => one === event.target.value) ?? USUAL_LIFETIME)}
        />
        {error && !isAtField && <Trouble error={error} loss="secret" />}
        <DialogActions>
          <Button onClick={onClose}>{say('cancel')}</Button>
          <Button look="primary" type="submit" isBusy={isPending}>
            {say('token.make')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
