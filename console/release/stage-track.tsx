import { StateShape } from '../design/icons.tsx'
import { Panel } from '../design/panel.tsx'
import type { ReleaseView } from '../hub/contract.ts'
import { useWords } from '../language/language.tsx'
import { stageName } from '../language/stage-name.ts'
import { TrafficBar } from '../service/traffic-bar.tsx'
import { type StageState, stageEnd, stageProgress, stageStates, standingOf } from './state.ts'

const SIGNS = {
  done: { shape: 'good', tone: 'good', word: 'stage.done' },
  present: { shape: 'watching', tone: 'sea', word: 'stage.present' },
  held: { shape: 'paused', tone: 'warn', word: 'stage.held' },
  broken: { shape: 'back', tone: 'bad', word: 'stage.broken' },
  next: { shape: 'waiting', tone: 'plain', word: 'stage.next' },
} as const satisfies Record<StageState, unknown>

const RAILS: Readonly<Record<StageState, string>> = {
  done: 'bg-good',
  present: 'bg-sea',
  held: 'bg-warn',
  broken: 'bg-bad',
  next: 'bg-line',
}

/** The way into service as a track: what is behind, where it is, what is ahead. From left to right, or downwards. */
export function StageTrack({ release, nowMs }: { readonly release: ReleaseView; readonly nowMs: number }) {
  const words = useWords()
  const { say } = words
  const states = stageStates(release)
  const progress = stageProgress(release, nowMs)
  const { version, previous, weight } = release
  const shares = [
    ...(previous === null ? [] : [{ version: previous, weight: 100 - weight, instances: 0 }]),
    { version, weight, instances: 0 },
  ]
  return (
    <Panel title={say('stages')}>
      <ol className="flex flex-col gap-0 md:flex-row md:gap-2 md:overflow-x-auto md:pb-1">
        {release.stages.map((stage, i) => {
          const state = states[i] ?? 'next'
          const { word } = SIGNS[state]
          const { shape, tone } = state === 'broken' ? standingOf(release) : SIGNS[state]
          const part = state === 'present' ? (progress?.part ?? 0) : Number(state !== 'next')
          return (
            <li
              // Stages may be of one name; they never change places.
              // oxlint-disable-next-line react/no-array-index-key
              key={i}
              aria-current={state === 'present' || state === 'held' ? 'step' : undefined}
              className="relative flex min-w-32 flex-1 gap-3 pb-4 last:pb-0 md:block md:pb-0"
            >
              <div className="relative hidden h-1.5 overflow-hidden rounded-full bg-line md:mb-2.5 md:block">
                <div
                  className={`h-full transition-[width] duration-1000 ${RAILS[state]}`}
                  style={{ width: `${part * 100}%` }}
                />
              </div>
              <span className="absolute top-5 bottom-1 left-[7px] w-0.5 bg-line in-[:last-child]:hidden md:hidden" />
              <div className="flex items-start gap-2">
                <StateShape shape={shape} tone={tone} className="relative mt-[3px] bg-card" />
                <div className="min-w-0">
                  <p className={state === 'next' ? 'text-soft' : 'font-medium'}>
                    {stageName(stage.name, words)} <span className="sr-only">({say(word)})</span>
                  </p>
                  <p className="text-sm text-faint">{stageEnd(stage, words)}</p>
                </div>
              </div>
            </li>
          )
        })}
      </ol>
      <div className="mt-5 border-t border-line pt-4">
        <p className="mb-1 text-sm text-faint">{say('traffic')}</p>
        <TrafficBar versions={shares} stable={previous} />
      </div>
    </Panel>
  )
}
