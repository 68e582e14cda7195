import { Badge } from '../design/badge.tsx'
import type { Shape, Tone } from '../design/icons.tsx'
import { Panel } from '../design/panel.tsx'
import { unbroken } from '../design/unbroken.ts'
import type { ReleaseView, SignalView } from '../hub/contract.ts'
import { useWords, type Words } from '../language/language.tsx'
import { inOneLine, reasonLines } from '../language/reason.ts'
import { readWhy, signalName, tallied } from '../language/reason-why.ts'

import type { Doubt } from './doubt.ts'

/** One thing that is watched: how it stands as shape, colour and word, and its numbers. */
export interface Check {
  readonly name: string
  readonly shape: Shape
  readonly tone: Tone
  readonly state: string
  readonly detail?: string
  /** Which doubt it is, where the comparison itself fails it. */
  readonly doubt?: Doubt
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

type Standing = (typeof ARRIVALS)[keyof typeof ARRIVALS] | (typeof INSTANCES)[keyof typeof INSTANCES]

/** A test of the comparison is near to failing once it has gone half of its way. */
const NEAR = 0.5

/** What is watched besides the comparison of the signals: their objectives, and the comparison itself. */
export function checksOf(release: ReleaseView, words: Words): readonly Check[] {
  const { guards, previous, version } = release
  const { say } = words
  const limits = (release.verdict?.signals ?? []).flatMap(signal => limitOf(signal, release, words))
  if (!guards) return limits
  const { arrivals, instances } = guards
  const named = (name: string, { shape, tone, word }: Standing, way: number, doubt: Doubt, because: unknown): Check => {
    const detail = inOneLine(reasonLines({ because }, words, true), words)
    const isNear = tone === 'good' && way >= NEAR
    return isNear
      ? { name, shape: 'question', tone: 'warn', state: say('checks.near'), detail }
      : { name, shape, tone, state: say(word), detail, doubt }
  }
  return [
    ...limits,
    named(say('checks.arrivals'), ARRIVALS[arrivals.kind], arrivals.towardMismatch, 'mismatch', {
      ...arrivals,
      kind: 'arrivals',
      found: arrivals.kind,
      version,
    }),
    named(
      say('checks.instances', { previous: previous ?? '' }),
      INSTANCES[instances.kind],
      instances.towardDiffer,
      'disarmed',
      {
        ...instances,
        kind: 'instances',
        found: instances.kind,
        version: previous ?? '',
      },
    ),
  ]
}

/** An objective: kept, exceeded as far as can be seen, or proven to be broken. */
function limitOf(
  { name: signal, objective, canary, stable, canaryRate, stableRate }: SignalView,
  { outcome, verdict, version, previous }: ReleaseView,
  words: Words,
): readonly Check[] {
  if (objective === null) return []
  const { say, format } = words
  const why = readWhy(outcome?.because ?? verdict?.because)
  const isOver = (why?.kind === 'over-objective' || why?.kind === 'shared-damage') && why.signal === signal
  const isAbove = (canaryRate ?? 0) > objective || (stableRate ?? 0) > objective
  const unproven = isAbove ? ABOVE : WITHIN
  const { shape, tone, word } = isOver ? OVER : unproven
  return [
    {
      name: say('checks.limit', { signal: signalName(signal, words) }),
      shape,
      tone,
      state: say(word, { objective: format.share(objective) }),
      detail: say('checks.limitSeen', {
        version,
        previous: previous ?? '',
        canary: tallied(canary, words),
        stable: tallied(stable, words),
      }),
    },
  ]
}

const OVER = { shape: 'bad', tone: 'bad', word: 'checks.over' } as const
const ABOVE = { shape: 'question', tone: 'warn', word: 'checks.above' } as const
const WITHIN = { shape: 'good', tone: 'good', word: 'checks.within' } as const

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
