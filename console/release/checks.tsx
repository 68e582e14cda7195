import { Badge } from '../design/badge.tsx'
import type { Shape, Tone } from '../design/icons.tsx'
import { Panel } from '../design/panel.tsx'
import { unbroken } from '../design/unbroken.ts'
import type { ReleaseView } from '../hub/contract.ts'
import { useWords, type Words } from '../language/language.tsx'
import { numbersOf } from '../language/reason-sentence.ts'
import { readWhy, signalName } from '../language/reason-why.ts'

/** One thing that is watched: how it stands as shape, colour and word, and its numbers. */
export interface Check {
  readonly name: string
  readonly shape: Shape
  readonly tone: Tone
  readonly state: string
  readonly detail?: string
}

const ARRIVALS = {
  'as-expected': { shape: 'good', tone: 'good', word: 'checks.asExpected' },
  'too-few': { shape: 'bad', tone: 'bad', word: 'checks.tooFew' },
  'too-many': { shape: 'question', tone: 'warn', word: 'checks.tooMany' },
} as const

const INSTANCES = {
  alike: { shape: 'good', tone: 'good', word: 'checks.alike' },
  differ: { shape: 'question', tone: 'warn', word: 'checks.differ' },
} as const

/** What is watched besides the signals: the comparison itself, and an objective that was broken. */
export function checksOf({ guards, verdict, outcome, previous }: ReleaseView, words: Words): readonly Check[] {
  const { say, format, language } = words
  const checks: Check[] = []
  const why = readWhy(outcome?.because ?? verdict?.because)
  if ((why?.kind === 'over-objective' || why?.kind === 'shared-damage') && why.objective !== null) {
    const name = say('checks.limit', { signal: signalName(why.signal, words) })
    checks.push({
      name,
      shape: 'bad',
      tone: 'bad',
      state: say('checks.over', { objective: format.share(why.objective) }),
    })
  }
  if (!guards) return checks
  const { arrivals, instances } = guards
  const [came, alike] = [ARRIVALS[arrivals.kind], INSTANCES[instances.kind]]
  const named = (name: string, { shape, tone, word }: typeof came | typeof alike, reason: string): Check => ({
    name,
    shape,
    tone,
    state: say(word),
    detail: numbersOf(reason, language),
  })
  return [
    ...checks,
    named(say('checks.arrivals'), came, arrivals.reason),
    named(say('checks.instances', { previous: previous ?? '' }), alike, instances.reason),
  ]
}

/** Whether what is seen can be trusted. */
export function Checks({ release }: { readonly release: ReleaseView }) {
  const words = useWords()
  const { say } = words
  const checks = checksOf(release, words)
  if (checks.length === 0 && release.outcome) return null
  return (
    <Panel title={say('checks')}>
      {checks.length === 0 && <p className="text-soft">{say('checks.none')}</p>}
      <ul className="grid gap-4">
        {checks.map(({ name, shape, tone, state, detail }) => (
          <li key={name} className="grid gap-0.5">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4">
              <h3 className="text-base font-medium">{name}</h3>
              <Badge shape={shape} tone={tone}>
                {state}
              </Badge>
            </div>
            {detail && <p className="text-sm text-soft">{unbroken(detail)}</p>}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
