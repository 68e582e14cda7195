import type { EntryView, OutcomeView } from '../hub/contract.ts'
import { readBecause } from './because.ts'
import { becauseLines, hintWords } from './because-lines.ts'
import type { Words } from './language.tsx'
import { readWhy, whyLines } from './reason-why.ts'

/** Why something is as it is: the hub's sentence in English, and the same as data. */
export interface Told {
  readonly reason?: string | undefined
  readonly because?: unknown
}

/**
 * A reason in the reader's language, a sentence or a few each. One that a program's last words belong to has them after
 * a line break. `alone`: under a heading that says already what was found, its numbers alone.
 */
export function reasonLines({ reason, because }: Told, words: Words, alone = false): readonly string[] {
  const why = readWhy(because)
  if (why) return whyLines(why, words)
  const known = readBecause(because)
  if (known) return becauseLines(known, words, alone)
  return reason === undefined ? [] : [reason]
}

/** A whole reason as one text. */
export const inOneLine = (lines: readonly string[], { language }: Words): string =>
  lines.join(language === 'zh' ? '' : ' ')

type Ended = Pick<OutcomeView, 'kind' | 'reason' | 'by'> & { readonly because?: unknown }

/** Why a release ended as it did: what the verdict saw, else who ordered it and what they noted. */
export function outcomeLines({ reason, because, by }: Ended, words: Words): readonly string[] {
  const known = readBecause(because)
  if (known?.kind !== 'ordered') return reasonLines({ reason, because }, words)
  return [words.say('reason.decidedBy', { by }), ...(known.note === null ? [] : [known.note])]
}

/** What to do about it, in the reader's language where that is known. */
export function hintOf({ hint, because }: Pick<OutcomeView, 'hint'> & Told, words: Words): string | undefined {
  return hint === undefined ? undefined : (hintWords(readBecause(because), words) ?? hint)
}

/** What an entry of the logbook gives as its reason; nothing where it gives none. Who it was stands beside it. */
export function entryLines({ reason, data }: EntryView, words: Words): readonly string[] {
  return reasonLines({ reason, because: data['because'] }, words)
}
