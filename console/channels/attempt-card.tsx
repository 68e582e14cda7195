import type { ReactNode } from 'react'
import { Icon } from '../design/icons.tsx'
import { When } from '../design/when.tsx'
import type { AttemptView } from '../hub/contract.ts'
import { useWords } from '../language/language.tsx'
import { timeOf } from '../live/clock.ts'
import { explainFailure, explainNote } from './failure.ts'
import { SignBadge } from './parts.tsx'
import { ATTEMPT_SIGNS, readable } from './standing.ts'

const RETRY_WORDS = { now: 'attempt.retryNow', later: 'attempt.retryLater', never: 'attempt.retryNever' } as const

/** One attempt; opened, what was sent and what came back, word for word, secrets hidden. */
export function AttemptCard({
  attempt,
  number,
  isOpen,
}: {
  readonly attempt: AttemptView
  readonly number: number
  readonly isOpen: boolean
}) {
  const { say, format, language } = useWords()
  const { channel, beganAt, endedAt, outcome, retry, reason, note, nextTryAt, receipt, request, reply } = attempt
  const beganMs = timeOf(beganAt)
  return (
    <details open={isOpen} className="group rounded-md border border-line">
      <summary className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 rounded-md px-3.5 py-2.5 hover:bg-sunken [&::-webkit-details-marker]:hidden">
        <SignBadge sign={ATTEMPT_SIGNS[outcome]} />
        <span className="min-w-0 truncate text-soft">
          {say('attempt.number', { number: format.count(number) })} · {channel}
        </span>
        <span className="flex items-center gap-3 text-sm text-faint">
          <When at={beganAt} as="time" />
          <Icon name="chevron" size="size-3.5" className="transition-transform group-open:rotate-180" />
        </span>
      </summary>
      <dl className="grid gap-x-6 gap-y-2.5 border-t border-line px-3.5 py-3.5 text-sm sm:grid-cols-[9rem_minmax(0,1fr)]">
        <Row name={say('attempt.began')}>
          {format.wholeTime(beganMs)}
          {endedAt !== null && (
            <span className="text-faint">
              {' · '}
              {say('attempt.took', { span: format.span(timeOf(endedAt) - beganMs) })}
            </span>
          )}
        </Row>
        {note !== undefined && (
          <Row name={say('attempt.note')}>
            {explainNote(note, language, (other, until) =>
              say('attempt.rests', { channel: other, time: format.time(timeOf(until)) }),
            )}
          </Row>
        )}
        {reason !== undefined && <Row name={say('entry.reason')}>{explainFailure(reason, language)}</Row>}
        {retry !== undefined && (
          <Row name={say('attempt.after')}>
            {say(RETRY_WORDS[retry])}
            {nextTryAt !== null &&
              retry !== 'never' &&
              say('attempt.notBefore', { time: format.time(timeOf(nextTryAt)) })}
          </Row>
        )}
        {receipt !== undefined && (
          <Row name={say('attempt.receipt')}>
            <span className="font-mono">{receipt}</span>
          </Row>
        )}
        {request && request.url !== '' && (
          <Row name={say('attempt.request')}>
            <p className="font-mono break-all">POST {request.url}</p>
            <Verbatim label={say('attempt.request')} text={readable(request.body)} />
          </Row>
        )}
        <Row name={say('attempt.reply')}>
          {reply ? (
            <>
              <p className="font-mono">HTTP {reply.status}</p>
              {reply.body !== '' && <Verbatim label={say('attempt.reply')} text={readable(reply.body)} />}
            </>
          ) : (
            <span className="text-faint">{say('attempt.noReply')}</span>
          )}
        </Row>
      </dl>
    </details>
  )
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-faint">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}

/** As it went over the wire. It can be scrolled, so it can be reached by keys. */
function Verbatim({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <pre
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keys
      tabIndex={0}
      role="group"
      aria-label={label}
      className="mt-1.5 max-h-80 overflow-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs whitespace-pre-wrap"
    >
      {text}
    </pre>
  )
}
