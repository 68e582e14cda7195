import type { FormEvent, ReactNode } from 'react'
import { useWords } from '../language/language.tsx'
import { Button } from './button.tsx'
import { Consequences } from './consequences.tsx'
import { Dialog, DialogActions } from './dialog.tsx'
import type { IconName } from './icons.tsx'

interface Asking {
  readonly title: string
  /** The button that does it. */
  readonly submit: { readonly label: string; readonly icon?: IconName; readonly look?: 'primary' | 'danger' }
  /** It is being done. */
  readonly isBusy: boolean
  /** What went wrong, where no field says so. */
  readonly fault: ReactNode
  readonly onSubmit: () => void
  readonly onClose: () => void
}

/** Asks for what is needed to do something, and does it; stays open with what went wrong. */
export function FormDialog({ children, ...asking }: Asking & { readonly children: ReactNode }) {
  return (
    <Frame {...asking} gap="gap-4">
      {children}
    </Frame>
  )
}

/** Says what will happen, and does it once that is confirmed. */
export function ConfirmDialog({
  lead,
  lines,
  children,
  ...asking
}: Asking & {
  readonly lead?: ReactNode
  /** What will happen, one sentence a line. */
  readonly lines: readonly string[]
  /** What can be said to it. */
  readonly children?: ReactNode
}) {
  return (
    <Frame {...asking} gap="gap-5">
      {lead && <p className="-mt-3 text-soft">{lead}</p>}
      <Consequences lines={lines} />
      {children}
    </Frame>
  )
}

function Frame({
  title,
  submit: { label, ...looks },
  isBusy,
  fault,
  onSubmit,
  onClose,
  gap,
  children,
}: Asking & { readonly gap: string; readonly children: ReactNode }) {
  const { say } = useWords()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit} className={`grid ${gap}`}>
        {children}
        {fault}
        <DialogActions>
          <Button onClick={onClose}>{say('cancel')}</Button>
          <Button look="primary" {...looks} type="submit" isBusy={isBusy}>
            {label}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
