import type { Cursor } from './cursor.ts'
import { quote } from './quote.ts'
import { unquote } from './string-literal.ts'
import { isGroupingLabel } from './tokens.ts'

const CONTEXT = 'grouping opts'

/** `(a, "b.c")`, after `by`, `without`, `on`, `ignoring`, `group_left` and `group_right`. */
export function parseGroupingLabels(cursor: Cursor): readonly string[] {
  cursor.expect('(', CONTEXT, '"("')
  const labels: string[] = []
  while (!cursor.takeIf(')')) {
    labels.push(parseLabel(cursor))
    if (!cursor.takeIf(',') && !cursor.sees(')')) cursor.unexpected(CONTEXT, '"," or ")"')
  }
  return labels
}

function parseLabel(cursor: Cursor): string {
  if (isGroupingLabel(cursor.peek().kind)) return cursor.take().text
  const token = cursor.expect('string', CONTEXT, 'label')
  const label = unquote(token.text)
  if (label === '') cursor.fail(token, `invalid label name for grouping: ${quote(label)}`)
  return label
}
