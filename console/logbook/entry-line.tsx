import { Link } from 'wouter'
import { Icon, StateShape } from '../design/icons.tsx'
import { unbroken } from '../design/unbroken.ts'
import { When } from '../design/when.tsx'
import type { EntryView } from '../hub/contract.ts'
import { useWords } from '../language/language.tsx'
import { releaseOf } from '../live/arrive.ts'
import { timeOf } from '../live/clock.ts'
import { entryWords, topicOf } from './entry-words.ts'
import { kindName, shapeOf } from './kinds.ts'

const LINK = 'text-sea underline underline-offset-4'

/** One line of the logbook; opened, all that was written down with it. */
export function EntryLine({ entry }: { readonly entry: EntryView }) {
  const words = useWords()
  const { say, format } = words
  const { seq, at, kind, subject, actor, data, hash } = entry
  const { shape, tone } = shapeOf(kind)
  const release = releaseOf(entry)
  const topic = topicOf(entry)
  const said = unbroken(entryWords(entry, words))
  const { delivery } = data
  return (
    <li>
      <details className="group">
        <summary className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-start gap-x-3 gap-y-0.5 px-3.5 py-2.5 hover:bg-sunken lg:grid-cols-[4.5rem_12rem_minmax(0,1fr)_9rem_auto] [&::-webkit-details-marker]:hidden">
          <When at={at} as="time" className="text-faint max-lg:order-2 max-lg:justify-self-end max-lg:text-sm" />
          <span className="flex items-start gap-2 font-medium max-lg:order-1">
            <StateShape shape={shape} tone={tone} className="mt-[3px]" />
            <span>
              {kindName(kind, words)}
              {topic && <span className="font-normal text-soft lg:hidden"> · {topic}</span>}
            </span>
          </span>
          <span className="min-w-0 text-soft max-lg:order-4 max-lg:col-span-3 max-lg:pl-6 max-lg:text-sm">
            {topic && <span className="mr-1 font-medium text-ink max-lg:hidden">{topic} </span>}
            <span className="line-clamp-2 group-open:line-clamp-none lg:inline">{said}</span>
          </span>
          <span className="truncate text-faint max-lg:order-5 max-lg:col-span-3 max-lg:pl-6 max-lg:text-sm">
            {actor}
          </span>
          <Icon
            name="chevron"
            size="size-3.5"
            className="mt-1 text-faint transition-transform group-open:rotate-180 max-lg:order-3"
          />
        </summary>
        <dl className="grid gap-x-6 gap-y-2 border-t border-line bg-sunken px-3.5 py-3 text-sm sm:grid-cols-[auto_minmax(0,1fr)]">
          <dt className="text-faint">{say('entry.seq')}</dt>
          <dd>{format.count(seq)}</dd>
          <dt className="text-faint">{say('entry.at')}</dt>
          <dd>{format.wholeTime(timeOf(at))}</dd>
          <dt className="text-faint">{say('filter.kind')}</dt>
          <dd className="font-mono">{kind}</dd>
          <dt className="text-faint">{say('entry.subject')}</dt>
          <dd className="font-mono">
            {release ? (
              <Link href={`/releases/${release}`} className={LINK}>
                {release}
              </Link>
            ) : (
              subject
            )}
          </dd>
          {typeof delivery === 'string' && (
            <>
              <dt className="text-faint">{say('entry.delivery')}</dt>
              <dd className="font-mono">
                <Link href={`/deliveries/${delivery}`} className={LINK}>
                  {delivery}
                </Link>
              </dd>
            </>
          )}
          {said && (
            <>
              <dt className="text-faint">{say('entry.reason')}</dt>
              <dd className="whitespace-pre-line">{said}</dd>
            </>
          )}
          {Object.keys(data).length > 0 && (
            <>
              <dt className="text-faint">{say('entry.data')}</dt>
              <dd>
                <pre className="overflow-x-auto font-mono text-xs whitespace-pre-wrap">
                  {JSON.stringify(data, undefined, 2)}
                </pre>
              </dd>
            </>
          )}
          <dt className="text-faint">{say('entry.hash')}</dt>
          <dd className="font-mono text-xs leading-5 break-all">{hash}</dd>
        </dl>
      </details>
    </li>
  )
}
