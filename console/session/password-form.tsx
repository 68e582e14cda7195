import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Button } from '../design/button.tsx'
import { DialogActions } from '../design/dialog.tsx'
import { TextField } from '../design/field.tsx'
import { ask } from '../hub/ask.ts'
import type { PasswordBody } from '../hub/contract.ts'
import { faultAt, isAtField, Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'

/** What is wrong with a new password before the hub is asked. */
export function faultOf(next: string, again: string): 'different' | undefined {
  return again !== '' && next !== again ? 'different' : undefined
}

/** Asks for the present password and, twice, for the next. */
export function PasswordForm({
  name,
  onDone,
  onCancel,
}: {
  readonly name: string
  readonly onDone: () => void
  readonly onCancel?: () => void
}) {
  const words = useWords()
  const { say } = words
  const [present, setPresent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const change = useMutation({
    mutationFn: (body: PasswordBody) => ask<unknown>({ method: 'POST', path: '/session/password', body }),
    onSuccess: onDone,
  })
  const { error } = change
  const fault = faultOf(next, again)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (next === again) change.mutate({ present, next })
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      {error && !isAtField(error, ['present', 'next']) && <Trouble error={error} />}
      {/* For whatever keeps passwords: whose it is. */}
      <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
      <TextField
        label={say('password.present')}
        type="password"
        autoComplete="current-password"
        required
        value={present}
        fault={faultAt('present', error, words)}
        onChange={event => setPresent(event.target.value)}
      />
      <TextField
        label={say('password.next')}
        hint={say('password.hint')}
        type="password"
        autoComplete="new-password"
        required
        value={next}
        fault={faultAt('next', error, words)}
        onChange={event => setNext(event.target.value)}
      />
      <TextField
        label={say('password.again')}
        type="password"
        autoComplete="new-password"
        required
        value={again}
        fault={fault && say('password.different')}
        onChange={event => setAgain(event.target.value)}
      />
      <DialogActions>
        {onCancel && <Button onClick={onCancel}>{say('cancel')}</Button>}
        <Button
          look="primary"
          type="submit"
          isWide={!onCancel}
          isBusy={change.isPending}
          disabled={fault !== undefined}
        >
          {say('password.change')}
        </Button>
      </DialogActions>
    </form>
  )
}
