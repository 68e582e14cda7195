import { Button } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { type Key, type Say, useWords } from '../language/language.tsx'
import { Refused } from './ask.ts'

const TITLES: Readonly<Record<string, Key>> = {
  not_found: 'trouble.notFound',
  conflict: 'trouble.conflict',
  denied: 'trouble.denied',
  invalid_input: 'trouble.invalid',
  unavailable: 'trouble.unavailable',
  internal: 'trouble.internal',
}

/** What went wrong and what can be done, in the reader's words first and the hub's own after that. */
export function troubleWords(
  error: unknown,
  say: Say,
  isOrder = false,
): { readonly title: string; readonly more: readonly string[] } {
  if (error instanceof Refused) {
    const title = error.status === 429 ? 'trouble.tooOften' : (TITLES[error.code] ?? 'trouble.refused')
    return { title: say(title), more: [error.message, ...(error.hint ? [error.hint] : [])] }
  }
  return { title: say('trouble.unreachable'), more: [say(isOrder ? 'trouble.orderLost' : 'trouble.readLost')] }
}

export function Trouble({
  error,
  isOrder = false,
  onRetry,
}: {
  readonly error: unknown
  /** Something was to be done, and may have been. */
  readonly isOrder?: boolean
  readonly onRetry?: () => void
}) {
  const { say } = useWords()
  const { title, more } = troubleWords(error, say, isOrder)
  return (
    <Notice
      tone="bad"
      role="alert"
      title={title}
      action={
        onRetry && (
          <Button isSmall onClick={onRetry}>
            {say('tryAgain')}
          </Button>
        )
      }
    >
      {more.map(line => (
        <p key={line}>{line}</p>
      ))}
    </Notice>
  )
}
