import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ConfirmDialog } from '../design/form-dialog.tsx'
import { ask } from '../hub/ask.ts'
import type { TokenView } from '../hub/contract.ts'
import { tokensQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'
import { timeOf } from '../live/clock.ts'

/** Makes a token worth nothing, once somebody has read what that means. */
export function RevokeDialog({ token, onClose }: { readonly token: TokenView; readonly onClose: () => void }) {
  const { say, format } = useWords()
  const client = useQueryClient()
  const { name, usedAt } = token
  const { error, isPending, mutate } = useMutation({
    mutationFn: () => ask<unknown>({ method: 'DELETE', path: `/tokens/${encodeURIComponent(name)}` }),
    onSuccess() {
      void client.invalidateQueries({ queryKey: tokensQuery.queryKey })
      onClose()
    },
  })
  const used =
    usedAt === null ? say('token.revokeUnused') : say('token.revokeUsed', { time: format.wholeTime(timeOf(usedAt)) })
  return (
    <ConfirmDialog
      title={say('token.revokeTitle', { name })}
      lines={[say('token.revokeMeans'), used]}
      submit={{ label: say('token.revoke'), look: 'danger' }}
      isBusy={isPending}
      fault={error && <Trouble error={error} isOrder />}
      onSubmit={mutate}
      onClose={onClose}
    />
  )
}
