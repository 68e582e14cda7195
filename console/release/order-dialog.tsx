import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Button } from '../design/button.tsx'
import { Dialog, DialogActions } from '../design/dialog.tsx'
import { TextArea } from '../design/field.tsx'
import type { ReleaseView } from '../hub/contract.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useOrder } from '../hub/use-order.ts'
import { useWords } from '../language/language.tsx'
import { consequences, type Order } from './orders.ts'
import { stepOf } from './state.ts'

const TITLES = {
  pause: 'order.pauseTitle',
  resume: 'order.resumeTitle',
  promote: 'order.promoteTitle',
  rollback: 'order.rollbackTitle',
} as const

export const ORDER_WORDS = {
  pause: 'order.pause',
  resume: 'order.resume',
  promote: 'order.promote',
  rollback: 'order.rollback',
} as const

/** Says what an order will do, and gives it. */
export function OrderDialog({
  order,
  release,
  onClose,
}: {
  readonly order: Order
  readonly release: ReleaseView
  readonly onClose: () => void
}) {
  const words = useWords()
  const { say } = words
  const client = useQueryClient()
  const [note, setNote] = useState('')
  const { id, service, version } = release
  const given = useOrder<ReleaseView>(reply => {
    client.setQueryData<ReleaseView>(['release', id], before =>
      before && before.revision > reply.revision ? before : reply,
    )
    void client.invalidateQueries({ queryKey: ['status'] })
    void client.invalidateQueries({ queryKey: ['timeline', id] })
    onClose()
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const text = note.trim()
    given.mutate({ path: `/releases/${encodeURIComponent(id)}/${order}`, body: text === '' ? {} : { note: text } })
  }
  return (
    <Dialog title={say(TITLES[order], { service, version })} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-5">
        <p className="-mt-3 text-soft">{`${service} ${stepOf(release)}`}</p>
        <Consequences lines={consequences(order, release, words)} />
        <TextArea
          label={say('note')}
          hint={say('note.hint')}
          maxLength={2_000}
          value={note}
          onChange={event => setNote(event.target.value)}
        />
        {given.error && <Trouble error={given.error} isOrder />}
        <DialogActions>
          <Button onClick={onClose}>{say('cancel')}</Button>
          <Button
            look={order === 'rollback' ? 'danger' : 'primary'}
            icon={order}
            type="submit"
            isBusy={given.isPending}
          >
            {say(ORDER_WORDS[order])}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

/** What will happen, one sentence a line. */
export function Consequences({ lines }: { readonly lines: readonly string[] }) {
  return (
    <ul className="grid gap-2 rounded-md bg-sunken px-4 py-3">
      {lines.map(line => (
        <li key={line} className="flex gap-2.5">
          <span aria-hidden="true" className="text-faint">
            →
          </span>
          {line}
        </li>
      ))}
    </ul>
  )
}
