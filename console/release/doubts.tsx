import { Notice } from '../design/notice.tsx'
import { unbroken } from '../design/unbroken.ts'
import type { ReleaseView } from '../hub/contract.ts'
import { useWords } from '../language/language.tsx'
import { begun, explain, numbersOf } from '../language/reason-sentence.ts'
import { doubtsOf, isUnderWatch } from './doubt.ts'

const WORDS = {
  mismatch: { title: 'doubt.mismatch', means: 'doubt.mismatchMeans', todo: 'doubt.mismatchDo' },
  disarmed: { title: 'doubt.disarmed', means: 'doubt.disarmedMeans', todo: 'doubt.disarmedDo' },
} as const

/** Reasons not to trust the comparison while it is made: the numbers, what they mean, and what to do. */
export function Doubts({ release }: { readonly release: ReleaseView }) {
  const { say, language } = useWords()
  const { missing, guards, version } = release
  const previous = release.previous ?? ''
  const doubts = doubtsOf(release)
  if (!isUnderWatch(release) || (doubts.length === 0 && !missing)) return null
  return (
    <ul className="grid gap-2">
      {doubts.map(doubt => {
        const { title, means, todo } = WORDS[doubt]
        const { reason = '' } = (doubt === 'mismatch' ? guards?.arrivals : guards?.instances) ?? {}
        const names = { version, previous }
        return (
          <li key={doubt}>
            <Notice tone="warn" title={say(title, names)}>
              <div className="grid max-w-[46rem] gap-1.5">
                <p>{unbroken(numbersOf(reason, language))}</p>
                <p>{say(means, names)}</p>
                <p className="text-ink">{say(todo, names)}</p>
                {guards?.answeredBy && <p>{say('doubt.answered', { by: guards.answeredBy })}</p>}
              </div>
            </Notice>
          </li>
        )
      })}
      {missing && (
        <li>
          <Notice tone="warn" title={say('doubt.missing')}>
            <p>{begun(explain(missing, language))}</p>
            <p className="text-ink">{say('doubt.missingDo')}</p>
          </Notice>
        </li>
      )}
    </ul>
  )
}
