import { useWords } from '../language/language.tsx'
import { timeOf } from '../live/clock.ts'

/** A moment, as short as its place asks for; the whole of it for whoever points at it. */
export function When({
  at,
  as = 'shortTime',
  className,
}: {
  /** RFC 3339 */
  readonly at: string
  readonly as?: 'time' | 'shortTime' | 'wholeTime'
  readonly className?: string
}) {
  const { format } = useWords()
  const atMs = timeOf(at)
  return (
    <time dateTime={at} title={as === 'wholeTime' ? undefined : format.wholeTime(atMs)} className={className}>
      {format[as](atMs)}
    </time>
  )
}
