import { Button } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { type Key, useWords, type Words } from '../language/language.tsx'
import { explainRefusal } from '../language/refusal.ts'
import { Refused } from './ask.ts'

const TITLES: Readonly<Record<string, Key>> = {
  not_found: 'trouble.notFound',
  conflict: 'trouble.conflict',
  forbidden: 'trouble.denied',
  invalid_input: 'trouble.invalid',
  throttled: 'trouble.tooOften',
  unavailable: 'trouble.unavailable',
  internal: 'trouble.internal',
}

/** What becomes of a question whose answer was lost. */
type Loss =
  /** It only asked. */
  | 'reading'
  /** The same order again is done once. */
  | 'order'
  /** Done again it is done twice, and what was to be shown once is gone. */
  | 'secret'

const LOSSES = { reading: 'trouble.readLost', order: 'trouble.orderLost', secret: 'trouble.secretLost' } as const

/** What went wrong and what can be done, in the reader's words first and the hub's own after that. */
export function troubleWords(
  error: unknown,
  { say, language }: Words,
  loss: Loss = 'reading',
): { readonly title: string; readonly more: readonly string[] } {
  if (error instanceof Refused) {
    const title = error.status === 429 ? 'trouble.tooOften' : (TITLES[error.code] ?? 'trouble.refused')
    const said = [error.message, ...(error.hint ? [error.hint] : [])]
    return { title: say(title), more: said.map(line => explainRefusal(line, language)) }
  }
  return { title: say('trouble.unreachable'), more: [say(LOSSES[loss])] }
}

/** What is wrong with one field, said beneath it; nothing where the fault is another's. */
export function faultAt(field: string, error: unknown, { language }: Words): string | undefined {
  if (!(error instanceof Refused) || error.field !== field) return undefined
  const said = [error.message, ...(error.hint ? [error.hint] : [])].map(line => explainRefusal(line, language))
  return said.map(sentence).join(language === 'zh' ? '' : ' ')
}

/** Whether one of these fields says what went wrong. */
export function isAtField(error: unknown, fields: readonly string[]): boolean {
  return error instanceof Refused && error.field !== undefined && fields.includes(error.field)
}

/** The hub's messages begin small and end open, since they may stand after a colon. */
function sentence(text: string): string {
  const begun = text.replace(/^[a-z]/, first => first.toUpperCase())
  return /[.!?。！？…]$/.test(begun) ? begun : `${begun}${/[\u4e00-\u9fff]/.test(begun) ? '。' : '.'}`
}

export function Trouble({
  error,
  isOrder = false,
  loss = isOrder ? 'order' : 'reading',
  onRetry,
}: {
  readonly error: unknown
  /** Something was to be done, and may have been. */
  readonly isOrder?: boolean
  readonly loss?: Loss
  readonly onRetry?: () => void
}) {
  const words = useWords()
  const { title, more } = troubleWords(error, words, loss)
  return (
    <Notice
      tone="bad"
      role="alert"
      title={title}
      action={
        onRetry && (
          <Button isSmall onClick={onRetry}>
            {words.say('tryAgain')}
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
