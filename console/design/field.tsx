import { type ComponentProps, type ReactNode, useId } from 'react'
import { Icon } from './icons.tsx'

const BOX =
  'w-full min-h-10 rounded-md border bg-card px-3 py-2 text-ink transition-colors hover:border-ink/60 aria-invalid:border-bad'

interface Labelled {
  readonly label: string
  /** What to write, or what for. */
  readonly hint?: string | undefined
  /** What is wrong with what was written. */
  readonly fault?: string | undefined
}

function Frame({ id, label, hint, fault, children }: Labelled & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children}
      {fault && (
        <p id={`${id}-fault`} role="alert" className="text-sm text-bad">
          {fault}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-faint">
          {hint}
        </p>
      )}
    </div>
  )
}

function describedBy(id: string, { hint, fault }: Labelled) {
  const ids = [...(fault ? [`${id}-fault`] : []), ...(hint ? [`${id}-hint`] : [])]
  return { id, 'aria-describedby': ids.length > 0 ? ids.join(' ') : undefined, 'aria-invalid': fault !== undefined }
}

const border = (fault: string | undefined): string => (fault ? 'border-bad' : 'border-edge')

export function TextField({
  label,
  hint,
  fault,
  ...rest
}: Labelled & Omit<ComponentProps<'input'>, 'className' | 'id'>) {
  const id = useId()
  const labelled = { label, hint, fault }
  return (
    <Frame id={id} {...labelled}>
      <input {...describedBy(id, labelled)} className={`${BOX} ${border(fault)}`} {...rest} />
    </Frame>
  )
}

/** For names that machines read, too: nothing makes them larger, completes or corrects them. */
export function NameField(props: ComponentProps<typeof TextField>) {
  return <TextField autoCapitalize="none" autoComplete="off" spellCheck={false} {...props} />
}

export function TextArea({
  label,
  hint,
  fault,
  ...rest
}: Labelled & Omit<ComponentProps<'textarea'>, 'className' | 'id'>) {
  const id = useId()
  const labelled = { label, hint, fault }
  return (
    <Frame id={id} {...labelled}>
      <textarea {...describedBy(id, labelled)} className={`${BOX} ${border(fault)} resize-y`} rows={2} {...rest} />
    </Frame>
  )
}

export function Choice({
  label,
  hint,
  options,
  ...rest
}: Omit<Labelled, 'fault'> &
  Omit<ComponentProps<'select'>, 'className' | 'id'> & {
    readonly options: readonly { readonly value: string; readonly label: string }[]
  }) {
  const id = useId()
  const labelled = { label, hint }
  return (
    <Frame id={id} {...labelled}>
      <div className="relative">
        <select {...describedBy(id, labelled)} className={`${BOX} appearance-none border-edge pr-9`} {...rest}>
          {options.map(option => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="chevron" className="pointer-events-none absolute top-3 right-3 text-faint" />
      </div>
    </Frame>
  )
}
