import type { ReactNode } from 'react'
import { type Shape, StateShape, type Tone } from './icons.tsx'

const GROUNDS: Readonly<Record<Tone, string>> = {
  plain: 'bg-sunken border-line',
  sea: 'bg-sea-soft border-sea/25',
  good: 'bg-good-soft border-good/25',
  warn: 'bg-warn-soft border-warn/30',
  bad: 'bg-bad-soft border-bad/30',
}

const SHAPES: Readonly<Record<Tone, Shape>> = {
  plain: 'over',
  sea: 'watching',
  good: 'good',
  warn: 'question',
  bad: 'bad',
}

/** Something that a reader should know before the rest. */
export function Notice({
  tone,
  title,
  role,
  action,
  children,
}: {
  readonly tone: Tone
  readonly title: ReactNode
  readonly role?: 'alert' | 'status'
  readonly action?: ReactNode
  readonly children?: ReactNode
}) {
  return (
    <div
      role={role}
      className={`flex flex-wrap items-center gap-x-4 gap-y-3 rounded-md border px-3.5 py-3 ${GROUNDS[tone]}`}
    >
      <div className="flex min-w-0 flex-[1_1_16rem] gap-2.5">
        <StateShape shape={SHAPES[tone]} tone={tone} className="mt-[3px]" />
        <div className="min-w-0">
          <p className="font-medium">{title}</p>
          {children && <div className="mt-0.5 text-soft">{children}</div>}
        </div>
      </div>
      {action}
    </div>
  )
}
