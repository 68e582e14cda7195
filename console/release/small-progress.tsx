import { Link } from 'wouter'
import { Badge } from '../design/badge.tsx'
import type { ReleaseView } from '../hub/contract.ts'
import { useWords } from '../language/language.tsx'
import { useHubNow } from '../live/live.tsx'
import { isRunning, phaseWords, stageStates, standingOf, stepOf } from './state.ts'
import { Way } from './way.tsx'

const DOTS = {
  done: 'bg-good',
  present: 'bg-sea breathe',
  held: 'bg-warn',
  broken: 'bg-bad',
  next: 'border border-edge',
} as const

/** A release under way in three lines: what it is, where it is, and how far the evidence has come. */
export function SmallProgress({ release }: { readonly release: ReleaseView }) {
  const words = useWords()
  const nowMs = useHubNow(isRunning(release))
  const { shape, tone, word } = standingOf(release)
  const { id, verdict, phase } = release
  const isJudged = phase === 'watching' || phase === 'held' || phase === 'moving'
  return (
    <div className="grid gap-1.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link
          href={`/releases/${id}`}
          className="relative font-medium text-sea underline decoration-sea/40 underline-offset-4 hover:decoration-sea"
        >
          {stepOf(release)}
        </Link>
        <Badge shape={shape} tone={tone}>
          {words.say(word)}
        </Badge>
        <span className="inline-flex gap-1" aria-hidden="true">
          {stageStates(release).map((state, i) => (
            // Stages have no name of their own, and never change places.
            // oxlint-disable-next-line react/no-array-index-key
            <span key={i} className={`h-2 w-3 rounded-sm ${DOTS[state]}`} />
          ))}
        </span>
      </div>
      <p className="text-sm text-soft">{phaseWords(release, nowMs, words)}</p>
      {verdict && isJudged && (
        <div className="grid grid-cols-[auto_1fr_auto] items-center gap-2 text-sm">
          <span className={verdict.towardRollBack > 0 ? 'text-bad' : 'text-faint'}>
            {words.say('way.back', { part: words.format.part(verdict.towardRollBack) })}
          </span>
          <Way
            label={words.say('evidence')}
            towardRollBack={verdict.towardRollBack}
            towardPromotion={verdict.towardPromotion}
          />
          <span className={verdict.towardPromotion > 0 ? 'text-good' : 'text-faint'}>
            {words.say('way.on', { part: words.format.part(verdict.towardPromotion) })}
          </span>
        </div>
      )}
    </div>
  )
}
