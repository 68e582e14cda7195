import type { DigestNotice, ReleaseNotice } from '../notice.ts'

/** More than so many are merged, where the destination would not take them all now. */
export const MERGE_FROM = 5
/** What one digest says at most; the rest is in the next. */
export const MOST_IN_DIGEST = 50

/** Several notices in one, in the order in which they happened. */
export function digestOf(id: string, atMs: number, notices: readonly ReleaseNotice[]): DigestNotice {
  return { kind: 'digest', id, atMs, notices: notices.toSorted((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1)) }
}
