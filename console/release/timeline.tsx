import { useQuery } from '@tanstack/react-query'
import { StateShape } from '../design/icons.tsx'
import { Loading, Panel } from '../design/panel.tsx'
import { unbroken } from '../design/unbroken.ts'
import { When } from '../design/when.tsx'
import { timelineQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'
import { entryWords } from '../logbook/entry-words.ts'
import { kindName, shapeOf } from '../logbook/kinds.ts'

/** What was written down of a release, in order: when, what, why, who. */
export function Timeline({ release }: { readonly release: string }) {
  const { data: entries, error, refetch } = useQuery(timelineQuery(release))
  const words = useWords()
  const { say } = words
  return (
    <Panel title={say('timeline')}>
      {!entries && !error && <Loading label={say('loading')} />}
      {!entries && error && <Trouble error={error} onRetry={() => void refetch()} />}
      {entries?.length === 0 && <p className="text-soft">{say('timeline.none')}</p>}
      <ol className="max-w-[46rem]">
        {entries?.map(entry => {
          const { shape, tone } = shapeOf(entry.kind)
          const said = entryWords(entry, words)
          return (
            <li key={entry.seq} className="relative flex gap-3 pb-4 last:pb-0">
              <span
                aria-hidden="true"
                className="absolute top-6 bottom-0.5 left-[7px] w-0.5 bg-line in-[:last-child]:hidden"
              />
              <StateShape shape={shape} tone={tone} className="mt-[3px]" />
              <div className="min-w-0 flex-1">
                <p className="flex flex-wrap items-baseline justify-between gap-x-3">
                  <span className="font-medium">{kindName(entry.kind, words)}</span>
                  <When at={entry.at} as="time" className="text-sm text-faint" />
                </p>
                {said && <p className="text-sm whitespace-pre-line text-soft">{unbroken(said)}</p>}
                {entry.actor !== 'hub' && <p className="text-sm text-faint">{say('entry.by', { by: entry.actor })}</p>}
              </div>
            </li>
          )
        })}
      </ol>
    </Panel>
  )
}
