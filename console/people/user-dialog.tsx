import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Consequences } from '../design/consequences.tsx'
import { Choice, NameField, TextField } from '../design/field.tsx'
import { FormDialog } from '../design/form-dialog.tsx'
import { Fact } from '../design/panel.tsx'
import { ask } from '../hub/ask.ts'
import type { UserChangeBody, UserView } from '../hub/contract.ts'
import { sessionQuery, tokensQuery, usersQuery } from '../hub/queries.ts'
import { faultAt, isAtField, Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'
import { ROLE_WORDS } from '../session/session.ts'
import { LanguageChoice } from './new-user-dialog.tsx'
import { changeOf, formOf, ROLES, roleMeans, roleOptions, type UserForm } from './standing.ts'

/** Changes who somebody is and what they may do. Nobody takes their own rights: they could not give them back. */
export function UserDialog({
  user,
  isOwn,
  onClose,
}: {
  readonly user: UserView
  readonly isOwn: boolean
  readonly onClose: () => void
}) {
  const words = useWords()
  const { say, choose } = words
  const client = useQueryClient()
  const [form, setForm] = useState<UserForm>(() => formOf(user))
  const changed = (part: Partial<UserForm>): void => setForm(before => ({ ...before, ...part }))
  const body = changeOf(user, form)
  const { error, isPending, mutate } = useMutation({
    mutationFn: (change: UserChangeBody) =>
      ask<UserView>({ method: 'POST', path: `/users/${encodeURIComponent(user.name)}`, body: change }),
    onSuccess(_, { name, language }) {
      void client.invalidateQueries({ queryKey: usersQuery.queryKey })
      if (name !== undefined) {
        void client.invalidateQueries({ queryKey: tokensQuery.queryKey })
        if (isOwn) void client.invalidateQueries({ queryKey: sessionQuery.queryKey })
      }
      if (isOwn && language !== undefined) choose(language)
      onClose()
    },
  })
  const submit = (): void => {
    if (Object.keys(body).length === 0) onClose()
    else mutate(body)
  }
  return (
    <FormDialog
      title={say('people.changeTitle', { name: user.name })}
      submit={{ label: say('save') }}
      isBusy={isPending}
      fault={error && !isAtField(error, ['name', 'displayName']) && <Trouble error={error} isOrder />}
      onSubmit={submit}
      onClose={onClose}
    >
      <NameField
        label={say('signIn.name')}
        hint={say('people.nameHint')}
        fault={faultAt('name', error, words)}
        required
        maxLength={32}
        value={form.name}
        onChange={event => changed({ name: event.target.value })}
      />
      {body.name !== undefined && body.name !== '' && (
        <Consequences
          lines={[say('people.renameMeans', { name: body.name }), say('people.renameKept', { name: user.name })]}
        />
      )}
      <TextField
        label={say('people.displayName')}
        fault={faultAt('displayName', error, words)}
        required
        maxLength={100}
        autoComplete="off"
        value={form.displayName}
        onChange={event => changed({ displayName: event.target.value })}
      />
      {isOwn ? (
        <dl>
          <Fact name={say('people.role')}>
            {say(ROLE_WORDS[user.role])}
            <p className="text-sm text-faint">{say('people.ownRole')}</p>
          </Fact>
        </dl>
      ) : (
        <>
          <Choice
            label={say('people.role')}
            value={form.role}
            options={roleOptions(say)}
            onChange={event => changed({ role: ROLES.find(role => role === event.target.value) ?? user.role })}
          />
          <Consequences lines={roleMeans(form.role, user.role, say)} />
        </>
      )}
      <LanguageChoice
        value={form.language}
        isRequired={user.language !== null}
        onChange={language => changed({ language })}
      />
    </FormDialog>
  )
}
