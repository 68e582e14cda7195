import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react'
import { useWords } from '../language/language.tsx'
import { Icon } from './icons.tsx'

const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), select, textarea, summary, [tabindex="0"]'

/**
 * A question in front of everything. The browser's own dialog makes the rest inert, closes on Escape and gives the
 * focus back; a library's would put a style element into the page, which the hub's Content-Security-Policy refuses.
 */
export function Dialog({
  title,
  onClose,
  children,
}: {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  const { say } = useWords()

  useEffect(() => {
    const shown = dialog.current
    const before = document.activeElement
    shown?.showModal()
    // Not the button that closes, though it comes first.
    shown?.querySelector<HTMLElement>('form :is(input:not([hidden]), textarea, select)')?.focus()
    return () => {
      shown?.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])

  const keepInside = (event: KeyboardEvent): void => {
    if (event.key !== 'Tab') return
    const inside = [...(dialog.current?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])]
    const [first, last] = [inside.at(0), inside.at(-1)]
    const leaves = event.shiftKey ? document.activeElement === first : document.activeElement === last
    if (!leaves) return
    event.preventDefault()
    const next = event.shiftKey ? last : first
    next?.focus()
  }

  return (
    // The dialog is the veil, too: a press beside the box closes it, as Escape does for those who use keys.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={event => {
        event.preventDefault()
        onClose()
      }}
      onKeyDown={keepInside}
      onMouseDown={event => {
        if (event.target === event.currentTarget) onClose()
      }}
      className="m-auto max-h-[calc(100dvh-1.5rem)] w-[min(32rem,calc(100vw-1.5rem))] overflow-y-auto rounded-lg border border-line bg-card p-0 shadow-float"
    >
      <div className="grid gap-5 p-5 sm:p-6">
        <header className="flex items-start justify-between gap-4">
          <h2 id={id} className="text-xl">
            {title}
          </h2>
          <button
            type="button"
            onClick={onClose}
            aria-label={say('close')}
            className="-m-2 grid size-10 place-items-center rounded-md text-faint hover:bg-sunken hover:text-ink"
          >
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}

/** The buttons at the end: what to do, and the way out of it. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">{children}</div>
}
