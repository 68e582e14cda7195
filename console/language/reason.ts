import type { EntryView, OutcomeView } from '../hub/contract.ts'
import type { Words } from './language.tsx'
import { begun, explain } from './reason-sentence.ts'
import { isUndecided, readWhy, whyLines } from './reason-why.ts'

/** Why something is as it is: the hub's sentence, and the same as data where a verdict said it. */
export interface Told {
  readonly reason?: string | undefined
  readonly because?: unknown
}

/**
 * A reason in the reader's language, a sentence or a few each. One that a program's last words belong to has them after
 * a line break.
 */
export function reasonLines({ reason, because }: Told, words: Words): readonly string[] {
  const why = readWhy(because)
  if (why) return whyLines(why, words)
  return reason === undefined ? [] : [begun(explain(reason, words.language))]
}

/** A whole reason as one text. */
export const inOneLine = (lines: readonly string[], { language }: Words): string =>
  lines.join(language === 'zh' ? '' : ' ')

/** What the hub writes where a person noted nothing: no more than who it was. */
const NO_NOTE = /^(?:promoted|taken back) by \S+$/

type Ended = Pick<OutcomeView, 'kind' | 'reason' | 'by'> & { readonly because?: unknown }

/** Why a release ended as it did: what the verdict saw, else who ordered it and what they noted. */
export function outcomeLines({ kind, reason, because, by }: Ended, words: Words): readonly string[] {
  const lines = reasonLines({ reason, because }, words)
  const why = readWhy(because)
  if (why) return isUndecided(why) ? [...lines, words.say(asConfigured(kind))] : lines
  if (by === 'hub' || kind === 'superseded') return lines
  return [words.say('reason.decidedBy', { by }), ...(NO_NOTE.test(reason) ? [] : lines)]
}

/** A decision although nothing was shown: the configuration's, at the deadline. */
const asConfigured = (kind: OutcomeView['kind']) =>
  kind === 'promoted' ? ('reason.promotedAsConfigured' as const) : ('reason.takenBackAsConfigured' as const)

/** What an entry of the logbook gives as its reason; nothing where it gives none. Who it was stands beside it. */
export function entryLines({ kind, reason, data }: EntryView, words: Words): readonly string[] {
  const { because } = data
  const why = readWhy(because)
  const lines = reasonLines({ reason, because }, words)
  if (!why || !isUndecided(why)) return lines
  if (kind === 'release.promoting') return [...lines, words.say(asConfigured('promoted'))]
  return kind === 'release.rolled-back' ? [...lines, words.say(asConfigured('rolled-back'))] : lines
}
