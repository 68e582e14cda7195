import type { DiffAnswer } from './answer.ts'

/** An error that Prometheus 2 told in other words: what we say, and what it says. */
const CHANGED_WORDS: readonly (readonly [ours: RegExp, theirs: RegExp])[] = [
  // Durations may be numbers and calculations.
  [/in offset, expected number, duration, step\(\), or range\(\)$/, /in offset, expected duration$/],
  [/expected number, duration, step\(\), or range\(\)$/, /missing unit character in duration|expected duration/],
  [/offset modifier must be preceded by/, /unexpected number "5" in offset, expected duration$/],
  [/bad number or duration syntax: "1\.2\."$/, /unexpected number "\.3"$/],
  // Regular expressions are checked before they are anchored.
  [/error parsing regexp: missing closing \): `\(`$/, /error parsing regexp: missing closing \): `\^\(\?:\(\)\$`$/],
  // Names that it never gave to its tokens.
  [/unexpected <op:@> in/, /unexpected "<Item \d+>" <op:@> in/],
  // How many is checked before it is made a whole number.
  [/^Parameter value is NaN$/, /^Scalar value NaN overflows int64$/],
]

export function areChangedWords(ours: DiffAnswer, theirs: DiffAnswer): boolean {
  if (ours.kind !== 'error' || theirs.kind !== 'error' || ours.type !== theirs.type) return false
  return CHANGED_WORDS.some(([our, their]) => our.test(ours.text) && their.test(theirs.text))
}
