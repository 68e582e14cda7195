import { useEffect, useState } from 'react'
import { Notice } from '../design/notice.tsx'
import { Refused } from '../hub/ask.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'
import { browserClock } from '../live/clock.ts'

/** Why somebody did not get in. A wrong password, a wait and a foreign address are three things, and ask for three. */
export function SignInRefused({ error, atMs }: { readonly error: Error; readonly atMs: number }) {
  const { say } = useWords()
  if (!(error instanceof Refused)) return <Trouble error={error} />
  switch (error.code) {
    case 'denied':
      return (
        <Notice tone="bad" role="alert" title={say('signIn.wrong')}>
          {say('signIn.wrongHint')}
        </Notice>
      )
    case 'throttled':
      return <Throttled untilMs={atMs + (error.retryAfterMs ?? 0)} />
    case 'forbidden':
      return (
        <Notice tone="bad" role="alert" title={say('signIn.foreign', { address: location.host })}>
          <p>{say('signIn.foreignHint')}</p>
          <p className="mt-1 text-sm">{error.message}</p>
        </Notice>
      )
    default:
      return <Trouble error={error} />
  }
}

/** Counts down; who listens hears how long once, and that it is over. */
function Throttled({ untilMs }: { readonly untilMs: number }) {
  const { say, format } = useWords()
  const leftMs = useTimeLeft(untilMs)
  if (leftMs <= 0) {
    return (
      <Notice tone="sea" role="status" title={say('signIn.again')}>
        {say('signIn.againHint')}
      </Notice>
    )
  }
  return (
    <Notice tone="warn" role="alert" title={say('signIn.throttled')}>
      <span aria-live="off">{say('signIn.throttledHint', { span: format.clockSpan(leftMs + 999) })}</span>
    </Notice>
  )
}

/** Milliseconds until a moment, looked at each second until it has come. */
function useTimeLeft(untilMs: number): number {
  const [nowMs, setNowMs] = useState(() => browserClock.now())
  const isOver = nowMs >= untilMs
  useEffect(() => {
    if (isOver) return undefined
    return browserClock.every(1_000, () => setNowMs(browserClock.now()))
  }, [isOver])
  return untilMs - nowMs
}
