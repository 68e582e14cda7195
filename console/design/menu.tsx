import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react'
import { Icon } from './icons.tsx'

const ITEM =
  'flex min-h-9 w-full items-center gap-2 rounded-sm px-2.5 text-left outline-none hover:bg-sea-soft focus:bg-sea-soft'

const STEPS: Readonly<Record<string, (present: number, last: number) => number>> = {
  ArrowDown: (present, last) => (present >= last ? 0 : present + 1),
  ArrowUp: (present, last) => (present <= 0 ? last : present - 1),
  Home: () => 0,
  End: (_, last) => last,
}

const itemsOf = (menu: HTMLElement | null): readonly HTMLElement[] => [
  ...(menu?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? []),
]

/**
 * A menu under a button in the page's corner. The browser's popover lies above everything, closes on Escape and on
 * a press elsewhere, and gives the focus back; what a menu needs beyond that are the arrow keys.
 */
export function Menu({
  label,
  button,
  children,
}: {
  readonly label: string
  readonly button: ReactNode
  readonly children: ReactNode
}) {
  const id = useId()
  const menu = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  const move = (event: KeyboardEvent): void => {
    if (event.key === 'Tab') menu.current?.hidePopover()
    const items = itemsOf(menu.current)
    const present = items.findIndex(item => item === document.activeElement)
    const next = STEPS[event.key]?.(present, items.length - 1)
    if (next === undefined) return
    event.preventDefault()
    items[next]?.focus()
  }
  return (
    <>
      <button
        ref={opener}
        type="button"
        popoverTarget={id}
        aria-haspopup="menu"
        aria-label={label}
        onKeyDown={event => {
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          menu.current?.showPopover()
          itemsOf(menu.current)[0]?.focus()
        }}
        className="flex min-h-10 items-center gap-1.5 rounded-md px-2 text-soft hover:bg-sunken hover:text-ink"
      >
        {button}
        <Icon name="chevron" size="size-3.5" />
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        onKeyDown={move}
        onClick={event => {
          const isItem = event.target instanceof Element && event.target.closest('[role="menuitem"]')
          if (isItem) menu.current?.hidePopover()
        }}
        onToggle={event => {
          const isOpen = event.newState === 'open'
          opener.current?.setAttribute('aria-expanded', String(isOpen))
          // The event comes late: keys may have moved the focus on already.
          if (isOpen && !menu.current?.contains(document.activeElement)) itemsOf(menu.current)[0]?.focus()
        }}
        className="rise inset-auto top-14 right-[max(0.75rem,calc((100vw-80rem)/2+2rem))] m-0 max-h-[calc(100dvh-4.5rem)] min-w-60 overflow-y-auto rounded-md border border-line bg-card p-1.5 text-ink shadow-float"
      >
        {children}
      </div>
    </>
  )
}

export function MenuItem({ onChoose, children }: { readonly onChoose: () => void; readonly children: string }) {
  return (
    <button type="button" role="menuitem" tabIndex={-1} className={ITEM} onClick={onChoose}>
      <span className="size-4" />
      {children}
    </button>
  )
}

/** One of several, of which one holds. The menu stays open: whoever tries themes wants to see the next one. */
export function MenuChoice<Value extends string>({
  label,
  value,
  options,
  onChoose,
}: {
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string; readonly lang?: string }[]
  readonly onChoose: (value: Value) => void
}) {
  return (
    <div role="group" aria-label={label}>
      <p aria-hidden="true" className="px-2.5 pt-1 pb-0.5 text-sm text-faint">
        {label}
      </p>
      {options.map(option => (
        <button
          key={option.value}
          type="button"
          role="menuitemradio"
          aria-checked={option.value === value}
          tabIndex={-1}
          lang={option.lang}
          className={ITEM}
          onClick={() => onChoose(option.value)}
        >
          <span className="size-4">{option.value === value && <Icon name="check" />}</span>
          {option.label}
        </button>
      ))}
    </div>
  )
}

export const MenuLine = () => <hr className="my-1.5 border-line" />
