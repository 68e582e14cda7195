import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Consequences } from '../design/consequences.tsx'
import { Choice, NameField, TextField } from '../design/field.tsx'
import { FormDialog } from '../design/form-dialog.tsx'
import { ask } from '../hub/ask.ts'
import type { NewUserBody, UserWithPassword } from '../hub/contract.ts'
import { usersQuery } from '../hub/queries.ts'
import { faultAt, isAtField, Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'
import { LANGUAGE_NAMES, ROLES, roleMeans, roleOptions, type UserForm } from './standing.ts'

/** Makes somebody who may sign in. */
export function NewUserDialog({
  onMade,
  onClose,
}: {
  readonly onMade: (made: UserWithPassword) => void
  readonly onClose: () => void
}) {
  const words = useWords()
  const { say } = words
  const client = useQueryClient()
  const [form, setForm] = useState<UserForm>({ name: '', displayName: '', role: 'viewer', language: '' })
  const change = (changed: Partial<UserForm>): void => setForm(before => ({ ...before, ...changed }))
  const { error, isPending, mutate } = useMutation({
    mutationFn: (body: NewUserBody) => ask<UserWithPassword>({ method: 'POST', path: '/users', body }),
    onSuccess(made) {
      void client.invalidateQueries({ queryKey: usersQuery.queryKey })
      onMade(made)
    },
  })
  const submit = (): void => {
    const { name, displayName, role, language } = form
    mutate({
      name: name.trim(),
      role,
      ...(displayName.trim() === '' ? {} : { displayName: displayName.trim() }),
      ...(language === '' ? {} : { language }),
    })
  }
  return (
    <FormDialog
      title={say('people.addTitle')}
      submit={{ label: say('people.add') }}
      isBusy={isPending}
      fault={error && !isAtField(error, ['name', 'displayName']) && <Trouble error={error} loss="secret" />}
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
        onChange={event => change({ name: event.target.value })}
      />
      <TextField
        label={say('people.displayName')}
        hint={say('people.displayNameHint')}
        fault={faultAt('displayName', error, words)}
        maxLength={100}
        autoComplete="off"
        value={form.displayName}
        onChange={event => change({ displayName: event.target.value })}
      />
      <Choice
        label={say('people.role')}
        value={form.role}
        options={roleOptions(say)}
        onChange={event => change({ role: ROLES.find(role => role === event.target.value) ?? 'viewer' })}
      />
      <LanguageChoice value={form.language} onChange={language => change({ language })} />
      <Consequences lines={[...roleMeans(form.role, undefined, say), say('people.addMeans')]} />
    </FormDialog>
  )
}

/** The language that the console greets somebody in. */
export function LanguageChoice({
  value,
  isRequired = false,
  onChange,
}: {
  readonly value: 'en' | 'zh' | ''
  /** One that was chosen can be changed, and not taken away again. */
  readonly isRequired?: boolean
  readonly onChange: (language: 'en' | 'zh' | '') => void
}) {
  const { say } = useWords()
  const known = [
    { value: 'zh', label: LANGUAGE_NAMES.zh },
    { value: 'en', label: LANGUAGE_NAMES.en },
  ]
  return (
    <Choice
      label={say('language')}
      value={value}
      options={isRequired ? known : [{ value: '', label: say('people.noLanguage') }, ...known]}
      onChange={({ target }) => onChange(target.value === 'en' || target.value === 'zh' ? target.value : '')}
    />
  )
}
