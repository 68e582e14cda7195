import { Notice } from '../design/notice.tsx'
import { unbroken } from '../design/unbroken.ts'
import type { ReleaseView } from '../hub/contract.ts'
import { useWords } from '../language/language.tsx'
import { inOneLine, reasonLines } from '../language/reason.ts'
import { checksOf } from './checks.tsx'
import { doubtsOf, isUnderWatch } from './doubt.ts'

const WORDS = {
  mismatch: { title: 'doubt.mismatch', means: 'doubt.mismatchMeans', todo: 'doubt.mismatchDo' },
  disarmed: { title: 'doubt.disarmed', means: 'doubt.disarmedMeans', todo: 'doubt.disarmedDo' },
} as const

/** Reasons not to trust the comparison while it is made: the numbers, what they mean, and what to do. */
export function Doubts({ release }: { readonly release: ReleaseView }) {
  const words = useWords()
  const { say } = words
  const { missing, guards, version } = release
  const previous = release.previous ?? ''
  const doubts = doubtsOf(release)
  const checks = checksOf(release, words)
  if (!isUnderWatch(release) || (doubts.length === 0 && !missing)) return null
  return (
    <ul className="grid gap-2">
      {doubts.map(doubt => {
        const { title, means, todo } = WORDS[doubt]
        const found = checks.find(check => check.doubt === doubt)
        const names = { version, previous }
        return (
          <li key={doubt}>
            <Notice tone="warn" title={say(title, names)}>
              <div className="grid max-w-[46rem] gap-1.5">
                {found?.detail && <p>{unbroken(found.detail)}</p>}
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
            <p>{unbroken(inOneLine(reasonLines(missing, words), words))}</p>
            <p className="text-ink">{say('doubt.missingDo')}</p>
          </Notice>
        </li>
      )}
    </ul>
  )
}
