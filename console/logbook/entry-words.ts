import type { Shape, Tone } from '../design/icons.tsx'
import type { EntryView } from '../hub/contract.ts'
import type { Key, Words } from '../language/language.tsx'
import { entryLines, inOneLine } from '../language/reason.ts'
import { stageName } from '../release/state.ts'

interface Kind {
  readonly word: Key
  readonly shape: Shape
  readonly tone: Tone
}

/** The kinds of entries that the console knows; another one is shown by its own name. */
const KINDS: Readonly<Record<string, Kind>> = {
  'release.asked': { word: 'kind.asked', shape: 'waiting', tone: 'plain' },
  'release.started': { word: 'kind.started', shape: 'moving', tone: 'sea' },
  'release.stage': { word: 'kind.stage', shape: 'watching', tone: 'sea' },
  'release.paused': { word: 'kind.paused', shape: 'paused', tone: 'warn' },
  'release.resumed': { word: 'kind.resumed', shape: 'moving', tone: 'sea' },
  'release.rearmed': { word: 'kind.rearmed', shape: 'moving', tone: 'sea' },
  'release.inconclusive': { word: 'kind.inconclusive', shape: 'question', tone: 'warn' },
  'release.held': { word: 'kind.held', shape: 'question', tone: 'warn' },
  'release.mismatch': { word: 'kind.mismatch', shape: 'question', tone: 'warn' },
  'release.disarmed': { word: 'kind.disarmed', shape: 'question', tone: 'warn' },
  'release.promoting': { word: 'kind.promoting', shape: 'moving', tone: 'good' },
  'release.promoted': { word: 'kind.promoted', shape: 'good', tone: 'good' },
  'release.rolled-back': { word: 'kind.rolledBack', shape: 'back', tone: 'bad' },
  'release.taken-back': { word: 'kind.takenBack', shape: 'back', tone: 'bad' },
  'release.failed': { word: 'kind.failed', shape: 'bad', tone: 'bad' },
  'release.cancelled': { word: 'kind.cancelled', shape: 'over', tone: 'plain' },
  'release.blocked': { word: 'kind.blocked', shape: 'bad', tone: 'bad' },
  'release.no-evidence': { word: 'kind.noEvidence', shape: 'question', tone: 'warn' },
  'release.ended': { word: 'kind.ended', shape: 'over', tone: 'plain' },
  'hub.started': { word: 'kind.hubStarted', shape: 'dot', tone: 'plain' },
}

/** What can be filtered for by name. */
export const KNOWN_KINDS: readonly { readonly kind: string; readonly word: Key }[] = [
  { kind: 'release', word: 'kind.allReleases' },
  ...Object.entries(KINDS).map(([kind, { word }]) => ({ kind, word })),
]

export const kindName = (kind: string, { say }: Pick<Words, 'say'>): string => {
  const known = KINDS[kind]
  return known ? say(known.word) : kind
}

export const shapeOf = (kind: string): { readonly shape: Shape; readonly tone: Tone } =>
  KINDS[kind] ?? { shape: 'dot', tone: 'plain' }

/** What an entry says: its reason, else the stage that was entered, else the plain values that it carries. */
export function entryWords(entry: EntryView, words: Words): string {
  const { kind, data } = entry
  const lines = entryLines(entry, words)
  if (lines.length > 0) return inOneLine(lines, words)
  const { name, version, previous } = data
  if (kind === 'release.stage' && typeof name === 'string') return stageName(name, words)
  if ((kind === 'release.started' || kind === 'release.asked') && typeof version === 'string') {
    return typeof previous === 'string' ? `${previous} → ${version}` : version
  }
  if (kind.startsWith('release.')) return ''
  return Object.entries(data)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ')
}
