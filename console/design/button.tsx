import type { ButtonHTMLAttributes } from 'react'
import { Icon, type IconName } from './icons.tsx'

const LOOKS = {
  primary: 'border-transparent bg-sea text-sea-ink hover:bg-sea-deep',
  plain: 'border-edge/60 bg-card text-ink hover:border-edge hover:bg-sunken',
  danger: 'border-transparent bg-bad text-bad-ink hover:opacity-90',
  /** Leads to something dangerous, but does nothing yet. */
  careful: 'border-bad/50 bg-card text-bad hover:border-bad hover:bg-bad-soft',
  quiet: 'border-transparent bg-transparent text-soft hover:bg-sunken hover:text-ink',
} as const

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'> {
  readonly look?: keyof typeof LOOKS
  readonly icon?: IconName
  /** Something is on its way: the button waits, and says so to those who listen. */
  readonly isBusy?: boolean
  readonly isWide?: boolean
  readonly isSmall?: boolean
}

export function Button({
  look = 'plain',
  icon,
  isBusy = false,
  isWide = false,
  isSmall = false,
  children,
  disabled,
  type = 'button',
  ...rest
}: ButtonProps) {
  const size = isSmall ? 'min-h-8 px-2.5 text-sm' : 'min-h-10 px-3.5'
  return (
    <button
      // eslint-disable-next-line react/button-has-type -- a button unless told otherwise
      type={type}
      disabled={disabled || isBusy}
      aria-busy={isBusy}
      className={`inline-flex items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors disabled:opacity-50 ${size} ${isWide ? 'w-full' : ''} ${LOOKS[look]}`}
      {...rest}
    >
      {icon && <Icon name={icon} />}
      <span className={isBusy ? 'breathe' : ''}>{children}</span>
    </button>
  )
}
