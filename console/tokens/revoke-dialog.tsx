import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from '../design/button.tsx'
import { Dialog, DialogActions } from '../design/dialog.tsx'
import { ask } from '../hub/ask.ts'
import type { TokenView } from '../hub/contract.ts'
import { tokensQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'
import { timeOf } from '../live/clock.ts'
import { Consequences } from '../release/order-dialog.tsx'

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
    <Dialog title={say('token.revokeTitle', { name })} onClose={onClose}>
      <Consequences lines={[say('token.revokeMeans'), used]} />
      {error && <Trouble error={error} isOrder />}
      <DialogActions>
        <Button onClick={onClose}>{say('cancel')}</Button>
        <Button look="danger" isBusy={isPending} onClick={() => mutate()}>
          {say('token.revoke')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
