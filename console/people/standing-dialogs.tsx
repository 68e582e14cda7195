import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ConfirmDialog } from '../design/form-dialog.tsx'
import { ask } from '../hub/ask.ts'
import type { UserView, UserWithPassword } from '../hub/contract.ts'
import { tokensQuery, usersQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'

const pathOf = ({ name }: UserView): string => `/users/${encodeURIComponent(name)}`

/** Keeps somebody out, or lets them in again. Nobody is deleted: the logbook goes on naming them. */
export function StandingDialog({
  user,
  verb,
  onClose,
}: {
  readonly user: UserView
  readonly verb: 'disable' | 'enable'
  readonly onClose: () => void
}) {
  const { say } = useWords()
  const client = useQueryClient()
  const { error, isPending, mutate } = useMutation({
    mutationFn: () => ask<UserView>({ method: 'POST', path: `${pathOf(user)}/${verb}` }),
    onSuccess() {
      void client.invalidateQueries({ queryKey: usersQuery.queryKey })
      void client.invalidateQueries({ queryKey: tokensQuery.queryKey })
      onClose()
    },
  })
  const isDisabling = verb === 'disable'
  const name = user.displayName
  const lines = isDisabling
    ? [say('people.disableSessions'), say('people.disableTokens'), say('people.disableKept')]
    : [say('people.enableMeans'), say('people.enableTokens')]
  return (
    <ConfirmDialog
      title={say(isDisabling ? 'people.disableTitle' : 'people.enableTitle', { name })}
      lines={lines}
      submit={isDisabling ? { label: say('people.disable'), look: 'danger' } : { label: say('people.enable') }}
      isBusy={isPending}
      fault={error && <Trouble error={error} isOrder />}
      onSubmit={mutate}
      onClose={onClose}
    />
  )
}

/** Gives somebody a password that is used once, as when they forgot theirs. */
export function NewPasswordDialog({
  user,
  onMade,
  onClose,
}: {
  readonly user: UserView
  readonly onMade: (made: UserWithPassword) => void
  readonly onClose: () => void
}) {
  const { say } = useWords()
  const client = useQueryClient()
  const { error, isPending, mutate } = useMutation({
    mutationFn: () => ask<UserWithPassword>({ method: 'POST', path: `${pathOf(user)}/reset-password` }),
    onSuccess(made) {
      void client.invalidateQueries({ queryKey: usersQuery.queryKey })
      onMade(made)
    },
  })
  return (
    <ConfirmDialog
      title={say('people.newPasswordTitle', { name: user.displayName })}
      lines={[say('people.newPasswordOld'), say('people.newPasswordOnce')]}
      submit={{ label: say('people.newPassword') }}
      isBusy={isPending}
      fault={error && <Trouble error={error} loss="secret" />}
      onSubmit={mutate}
      onClose={onClose}
    />
  )
}
