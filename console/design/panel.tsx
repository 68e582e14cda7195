import { type ReactNode, useId } from 'react'

/** A part of a page under its own heading. */
export function Panel({
  title,
  aside,
  children,
}: {
  readonly title: string
  readonly aside?: ReactNode
  readonly children: ReactNode
}) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-lg border border-line bg-card p-4 sm:p-5">
      <header className="mb-4 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 id={id} className="text-lg">
          {title}
        </h2>
        {aside}
      </header>
      {children}
    </section>
  )
}

/** A name above its value. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-faint">{name}</dt>
      <dd className="mt-0.5">{children}</dd>
    </div>
  )
}

/** What stands where nothing is. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="rounded-lg border border-dashed border-edge/60 px-5 py-10 text-center">
      <p className="font-medium">{title}</p>
      {children && <div className="mx-auto mt-2 max-w-prose text-soft">{children}</div>}
    </div>
  )
}

/** Stands for what is on its way; quiet, and of about its size, so that nothing jumps. */
export function Loading({ label, tall = false }: { readonly label: string; readonly tall?: boolean }) {
  return (
    <div role="status" className={`grid gap-3 ${tall ? 'min-h-96' : ''}`}>
      <span className="sr-only">{label}</span>
      <div className="breathe h-6 w-48 max-w-full rounded-sm bg-line" />
      <div className="breathe h-24 rounded-lg bg-line/60" />
      <div className="breathe h-24 rounded-lg bg-line/60" />
    </div>
  )
}
