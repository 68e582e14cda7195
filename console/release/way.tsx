import { useWords } from '../language/language.tsx'

/**
 * The way to both boundaries as one bar: from the middle to the left until it is shown to be worse, to the right
 * until it is shown to be no worse.
 */
export function Way({
  label,
  towardRollBack,
  towardPromotion,
  isTall = false,
}: {
  readonly label: string
  readonly towardRollBack: number
  readonly towardPromotion: number
  readonly isTall?: boolean
}) {
  const { say, format } = useWords()
  const said = say('way.said', { label, back: format.part(towardRollBack), on: format.part(towardPromotion) })
  return (
    <div role="img" aria-label={said} className={`flex overflow-hidden rounded-full ${isTall ? 'h-3' : 'h-1.5'}`}>
      <Half part={towardRollBack} ink="bg-bad" isLeft />
      <div className="w-0.5 shrink-0 bg-edge" />
      <Half part={towardPromotion} ink="bg-good" />
    </div>
  )
}

function Half({
  part,
  ink,
  isLeft = false,
}: {
  readonly part: number
  readonly ink: string
  readonly isLeft?: boolean
}) {
  const percent = Math.min(1, Math.max(0, part)) * 100
  return (
    <div className={`flex flex-1 bg-line ${isLeft ? 'justify-end' : ''}`}>
      <div
        // Something is never drawn as nothing.
        className={`transition-[width] duration-500 ${percent > 0 ? 'min-w-1' : ''} ${ink}`}
        style={{ width: `${percent}%` }}
      />
    </div>
  )
}
