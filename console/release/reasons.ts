import type { ReleaseView } from '../hub/contract.ts'
import type { Words } from '../language/language.tsx'
import { outcomeLines, reasonLines } from '../language/reason.ts'

/** Why a release is where it is: how it ended, else what the verdict says and why it may not act; a sentence a line. */
export function reasonsOf({ outcome, held, verdict }: ReleaseView, words: Words): readonly string[] {
  const { say } = words
  if (outcome) return outcomeLines(outcome, words)
  if (!verdict) return []
  const lines = reasonLines(verdict, words)
  if (held?.why !== 'mismatch' && held?.why !== 'disarmed') return lines
  if (verdict.kind === 'promote') return [say('held.wouldPromote'), ...lines]
  return verdict.kind === 'roll-back' ? [say('held.wouldTakeBack'), ...lines] : lines
}
