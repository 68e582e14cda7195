import { type ReactNode, useEffect, useRef } from 'react'

/** A page: its heading, a line that says the most important, and what it is about. */
export function Page({
  title,
  heading,
  lead,
  above,
  actions,
  children,
}: {
  /** In the browser's tab, and the heading unless there is another. */
  readonly title: string
  readonly heading?: ReactNode
  readonly lead?: ReactNode
  /** Above the heading: the way back. */
  readonly above?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} · Shipwatch`
  }, [title])
  return (
    <div className="mx-auto w-full max-w-[80rem] px-4 pt-6 pb-16 sm:px-6 lg:px-8 lg:pt-8">
      {above && <div className="mb-2">{above}</div>}
      <div className="mb-6 flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
        <div className="min-w-0">
          <h1 className="text-2xl">{heading ?? title}</h1>
          {lead && <div className="mt-1 text-soft">{lead}</div>}
        </div>
        {actions && <div className="flex flex-wrap gap-2 empty:hidden max-sm:w-full max-sm:*:flex-1">{actions}</div>}
      </div>
      {children}
    </div>
  )
}

/** Moves the focus to the page's beginning when another page is opened: whoever listens hears where they are. */
export function useFocusOnArrival(location: string) {
  const main = useRef<HTMLElement>(null)
  const before = useRef(location)
  useEffect(() => {
    if (before.current === location) return
    before.current = location
    scrollTo(0, 0)
    main.current?.focus({ preventScroll: true })
  }, [location])
  return main
}
