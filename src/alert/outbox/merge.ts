import type { DigestNotice, Notice, ReleaseNotice } from '../notice.ts'
import type { Urgency } from './delivery.ts'

/** More than so many are merged, where the destination would not take them all at once. */
export const MERGE_FROM = 5
/** What one digest says at most; the rest is in the next. */
export const MOST_IN_DIGEST = 50

/** Whether the notices of the more urgent kind that waits are said one by one or in one. */
export function arrange(
  waiting: Readonly<Record<Urgency, number>>,
  tokens: number,
): { readonly urgency: Urgency; readonly merged: boolean } {
  const urgency = waiting.critical > 0 ? 'critical' : 'news'
  return { urgency, merged: waiting[urgency] > MERGE_FROM && waiting[urgency] > tokens }
}

/** Several notices in one, in the order in which they happened. A digest in it is taken apart. */
export function digestOf(id: string, atMs: number, notices: readonly Notice[]): DigestNotice {
  return {
    kind: 'digest',
    id,
    atMs,
    notices: notices.flatMap(partsOf).toSorted((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1)),
  }
}

function partsOf(notice: Notice): readonly ReleaseNotice[] {
  if (notice.kind === 'test') return []
  return notice.kind === 'release' ? [notice] : notice.notices
}
