import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Choice, NameField } from '../design/field.tsx'
import { FormDialog } from '../design/form-dialog.tsx'
import { ask } from '../hub/ask.ts'
import type { NewTokenBody, NewTokenView, Scope } from '../hub/contract.ts'
import { tokensQuery } from '../hub/queries.ts'
import { faultAt, isAtField, Trouble } from '../hub/trouble.tsx'
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
  const submit = (): void => {
    mutate({ name: name.trim(), scopes: [scope], lifetime })
  }
  const scopes = scopesFor(session)
  return (
    <FormDialog
      title={say('token.makeTitle')}
      submit={{ label: say('token.make') }}
      isBusy={isPending}
      fault={error && !isAtField(error, ['name']) && <Trouble error={error} loss="secret" />}
      onSubmit={submit}
      onClose={onClose}
    >
      <NameField
        label={say('token.name')}
        hint={say('token.nameHint')}
        fault={faultAt('name', error, words)}
        required
        maxLength={64}
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
    </FormDialog>
  )
}
