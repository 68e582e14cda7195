import { type ReactNode, useState } from 'react'
import { TextArea } from '../design/field.tsx'
import { ConfirmDialog } from '../design/form-dialog.tsx'
import type { IconName } from '../design/icons.tsx'
import type { ReleaseView } from '../hub/contract.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useOrder } from '../hub/use-order.ts'
import { useWords } from '../language/language.tsx'

/** An order about a release, and where it goes. */
export interface ReleaseOrder {
  readonly path: string
  /** What it says besides the note. */
  readonly body?: Readonly<Record<string, string>>
  readonly label: string
  readonly icon: IconName
  readonly isDangerous?: boolean
}

/** Says what an order will do, asks why, and gives it; stays open with what went wrong. */
export function ConfirmOrder({
  title,
  lead,
  lines,
  order,
  onDone,
  onClose,
}: {
  readonly title: string
  readonly lead?: ReactNode
  /** What will happen, one sentence a line. */
  readonly lines: readonly string[]
  readonly order: ReleaseOrder
  readonly onDone: (release: ReleaseView) => void
  readonly onClose: () => void
}) {
  const { say } = useWords()
  const [note, setNote] = useState('')
  const given = useOrder<ReleaseView>(release => {
    onDone(release)
    onClose()
  })
  const { path, body, label, icon, isDangerous = false } = order
  const submit = (): void => {
    const text = note.trim()
    given.mutate({ path, body: { ...body, ...(text === '' ? {} : { note: text }) } })
  }
  return (
    <ConfirmDialog
      title={title}
      lead={lead}
      lines={lines}
      submit={{ label, icon, look: isDangerous ? 'danger' : 'primary' }}
      isBusy={given.isPending}
      fault={given.error && <Trouble error={given.error} isOrder />}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextArea
        label={say('note')}
        hint={say('note.hint')}
        maxLength={2_000}
        value={note}
        onChange={event => setNote(event.target.value)}
      />
    </ConfirmDialog>
  )
}
