import { INKS, type Shape, StateShape, type Tone } from './icons.tsx'

/** A state: its shape, its word, its colour. */
export function Badge({
  shape,
  tone,
  children,
}: {
  readonly shape: Shape
  readonly tone: Tone
  readonly children: string
}) {
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${INKS[tone]}`}>
      <StateShape shape={shape} tone={tone} />
      {children}
    </span>
  )
}
