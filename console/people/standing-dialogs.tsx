import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from '../design/button.tsx'
import { Dialog, DialogActions } from '../design/dialog.tsx'
import { ask } from '../hub/ask.ts'
import type { UserView, UserWithPassword } from '../hub/contract.ts'
import { tokensQuery, usersQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'
import { Consequences } from '../release/order-dialog.tsx'

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
    <Dialog title={say(isDisabling ? 'people.disableTitle' : 'people.enableTitle', { name })} onClose={onClose}>
      <Consequences lines={lines} />
      {error && <Trouble error={error} isOrder />}
      <DialogActions>
        <Button onClick={onClose}>{say('cancel')}</Button>
        <Button look={isDisabling ? 'danger' : 'primary'} isBusy={isPending} onClick={() => mutate()}>
          {say(isDisabling ? 'people.disable' : 'people.enable')}
        </Button>
      </DialogActions>
    </Dialog>
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
    <Dialog title={say('people.newPasswordTitle', { name: user.displayName })} onClose={onClose}>
      <Consequences lines={[say('people.newPasswordOld'), say('people.newPasswordOnce')]} />
      {error && <Trouble error={error} loss="secret" />}
      <DialogActions>
        <Button onClick={onClose}>{say('cancel')}</Button>
        <Button look="primary" isBusy={isPending} onClick={() => mutate()}>
          {say('people.newPassword')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
