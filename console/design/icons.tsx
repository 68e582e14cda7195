import type { ReactNode } from 'react'

const ICONS = {
  back: <path d="M9.5 3.5 5 8l4.5 4.5" />,
  chevron: <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />,
  forward: <path d="M6.5 3.5 11 8l-4.5 4.5" />,
  arrow: <path d="M2.5 8h11M9.5 4l4 4-4 4" />,
  check: <path d="m3.5 8.5 3 3 6-7" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" />,
  resume: <path d="M5 3.5v9l7.5-4.5z" />,
  rearm: <path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.5V5h-2.5" />,
  promote: <path d="M8 13V3.5M4 7l4-4 4 4" />,
  rollback: <path d="M6 3 2.5 6.5 6 10M3 6.5h6.5a3.5 3.5 0 0 1 0 7H7" />,
  deploy: <path d="M8 10V2.5M5 5.5l3-3 3 3M2.5 10v3.5h11V10" />,
  shield: <path d="M8 1.8 13 3.5v4c0 3.2-2 5.5-5 6.7-3-1.2-5-3.5-5-6.7v-4zM5.8 8l1.6 1.6L10.3 6.5" />,
  person: <path d="M8 8.2a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4M2.8 13.7c.6-2.4 2.6-3.7 5.2-3.7s4.6 1.3 5.2 3.7" />,
  note: <path d="M3 3.5h10v7H8l-3 2.5v-2.5H3z" />,
} as const

export type IconName = keyof typeof ICONS

/** A small picture beside a word; never the only sign of anything. */
export function Icon({
  name,
  size = 'size-4',
  className = '',
}: {
  readonly name: IconName
  readonly size?: 'size-3.5' | 'size-4'
  readonly className?: string
}) {
  return (
    <svg viewBox="0 0 16 16" className={`shrink-0 ${size} ${className}`} aria-hidden="true">
      {ICONS[name]}
    </svg>
  )
}

/** The lighthouse. */
export function Mark({ className = 'size-7' }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={`shrink-0 ${className}`} aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-sea stroke-none" />
      <g className="stroke-sea-ink" strokeWidth="2">
        <path d="M13 13h6l2 12H11z" />
        <path d="M13.5 13V9.5h5V13M12 9.5h8M16 9.5V7" />
        <path d="M23 9.5 27 8M23 12l4 1.5M9 9.5 5 8M9 12l-4 1.5" opacity=".75" />
      </g>
    </svg>
  )
}

/** How something is, in a colour. */
export type Tone = 'plain' | 'sea' | 'good' | 'warn' | 'bad'

const SHAPES = {
  waiting: <circle cx="8" cy="8" r="5.5" strokeDasharray="2.2 2.3" />,
  moving: <path d="m3.5 4 4 4-4 4M8.5 4l4 4-4 4" />,
  watching: (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <circle cx="8" cy="8" r="2" className="fill-current stroke-none" />
    </>
  ),
  paused: (
    <>
      <rect x="2" y="2" width="12" height="12" rx="3" />
      <path d="M6.3 5.8v4.4M9.7 5.8v4.4" />
    </>
  ),
  question: (
    <>
      <path d="M8 1.8 14.2 8 8 14.2 1.8 8z" />
      <path d="M8 5.2v3.2M8 10.7v.1" />
    </>
  ),
  good: (
    <>
      <circle cx="8" cy="8" r="6.5" className="fill-current stroke-none" />
      <path d="m5.2 8.3 2 2 3.6-4.3" className="stroke-card" />
    </>
  ),
  back: <path d="M6 3 2.5 6.5 6 10M3 6.5h6.5a3.5 3.5 0 0 1 0 7H7" />,
  bad: (
    <>
      <path d="M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z" className="fill-current stroke-none" />
      <path d="m5.8 5.8 4.4 4.4M10.2 5.8l-4.4 4.4" className="stroke-card" />
    </>
  ),
  over: (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="M5.5 8h5" />
    </>
  ),
  dot: <circle cx="8" cy="8" r="2.5" className="fill-current stroke-none" />,
} as const satisfies Record<string, ReactNode>

export type Shape = keyof typeof SHAPES

export const INKS: Readonly<Record<Tone, string>> = {
  plain: 'text-faint',
  sea: 'text-sea',
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
}

/** A state's own shape, so that it can be told without its colour. A word always stands beside it. */
export function StateShape({
  shape,
  tone,
  size = 'size-4',
  className = '',
}: {
  readonly shape: Shape
  readonly tone: Tone
  readonly size?: 'size-3.5' | 'size-4' | 'size-[1.125rem]'
  readonly className?: string
}) {
  return (
    <svg
      viewBox="0 0 16 16"
      className={`shrink-0 ${INKS[tone]} ${size} ${className}`}
      aria-hidden="true"
      data-shape={shape}
    >
      {SHAPES[shape]}
    </svg>
  )
}
