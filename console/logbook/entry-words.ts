import { explainFailure } from '../channels/failure.ts'
import type { EntryView } from '../hub/contract.ts'
import type { Key, Words } from '../language/language.tsx'
import { entryLines, inOneLine } from '../language/reason.ts'
import { stageName } from '../language/stage-name.ts'
import { kindName } from './kinds.ts'
import { officeWords } from './office-words.ts'

/** What an entry is about, by name: the service, else the person, the token or the channel. */
export function topicOf({ service, subject }: Pick<EntryView, 'service' | 'subject'>): string | undefined {
  return service ?? /^(?:user|token|channel)\/(.+)$/.exec(subject)?.[1]
}

/** What an entry says beside its kind and what it is about, with its numbers; nothing where that is all. */
export function entryWords(entry: EntryView, words: Words): string {
  const { kind, data, reason } = entry
  if (kind === 'notice.given-up') return givenUp(data, reason, words)
  const office = officeWords(entry, words)
  if (office !== undefined) return office
  const lines = entryLines(entry, words)
  if (lines.length > 0) return inOneLine(lines, words)
  const { name, version, previous } = data
  if (kind === 'release.stage' && typeof name === 'string') return stageName(name, words)
  if ((kind === 'release.started' || kind === 'release.asked') && typeof version === 'string') {
    return typeof previous === 'string' ? `${previous} → ${version}` : version
  }
  if (kind.startsWith('release.')) return ''
  return plainly(data)
}

/** Who was not told of what, over what, and why: this is read in a release's timeline, too. */
function givenUp({ receiver, channel, event }: EntryView['data'], reason: string | undefined, words: Words): string {
  const { say, language } = words
  if (typeof event !== 'string') return plainly({ receiver, channel })
  const other = OTHERS[event]
  const what = other === undefined ? kindName(`release.${event}`, words) : say(other)
  const whom = say('entry.notTold', { what, receiver: String(receiver), channel: String(channel) })
  return reason === undefined ? whom : say('entry.since', { what: whom, why: explainFailure(reason, language) })
}

/** What else is told; none of it belongs to a release. */
const OTHERS: Readonly<Record<string, Key>> = {
  test: 'event.test',
  digest: 'event.digest',
  heartbeat: 'event.heartbeat',
  unproven: 'event.unproven',
}

/** Of a kind that is not known, the plain values that it carries. */
const plainly = (data: EntryView['data']): string =>
  Object.entries(data)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ')
