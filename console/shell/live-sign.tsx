import { Button } from '../design/button.tsx'
import { StateShape } from '../design/icons.tsx'
import { Notice } from '../design/notice.tsx'
import { useWords } from '../language/language.tsx'
import { useLive } from '../live/live.tsx'

const SIGNS = {
  connecting: { shape: 'waiting', tone: 'plain', word: 'live.connecting' },
  live: { shape: 'watching', tone: 'good', word: 'live.live' },
  stale: { shape: 'question', tone: 'warn', word: 'live.stale' },
} as const

/** Whether the page follows what happens: a small sign in the corner. */
export function LiveSign() {
  const { say } = useWords()
  const { shape, tone, word } = SIGNS[useLive().state]
  return (
    <span className="inline-flex items-center gap-1.5 text-sm text-soft" data-live={word}>
      <StateShape shape={shape} tone={tone} />
      <span className="max-sm:sr-only">{say(word)}</span>
    </span>
  )
}

/** Says, while it is so, that what is shown may not be what is. Traffic and releases go on without the console. */
export function LiveBanner() {
  const { say, format } = useWords()
  const { state, lastMs, failures, tryNow } = useLive()
  return (
    <output className="mx-auto block max-w-[80rem] px-4 sm:px-6 lg:px-8">
      {state === 'stale' && (
        <div className="pt-4">
          <Notice
            tone="warn"
            title={say('stale.since', { time: format.time(lastMs) })}
            action={
              <Button isSmall onClick={tryNow}>
                {say('stale.tryNow')}
              </Button>
            }
          >
            {say(failures > 0 ? 'stale.unreachable' : 'stale.silent')}
          </Notice>
        </div>
      )}
    </output>
  )
}
