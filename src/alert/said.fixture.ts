import type { Entry } from '../logbook/index.ts'
import type { Language, Message } from './notice.ts'
import { noticeOf } from './releases/notice-of.ts'
import { say } from './words/index.ts'

/** What people are told of each of a release's entries, in one language. */
export function messagesOf(entries: readonly Entry[], language: Language): readonly Message[] {
  return entries.flatMap((entry, i) => {
    const notice = noticeOf(entry, { before: entries.slice(0, i + 1) })
    return notice ? [say(notice, language)] : []
  })
}
