import type { Entry } from '../../logbook/index.ts'
import type { ReleaseEvent, ReleaseNotice } from '../notice.ts'

/** What the logbook has of a release, for one of its entries. */
export interface Story {
  /** Oldest first, up to and with the entry. */
  readonly before: readonly Entry[]
  /** How it ended, where that is known already: people are told late. */
  readonly ended?: Entry
}

/** The kinds of entries that people may be told of. */
export const TOLD_KINDS: ReadonlySet<string> = new Set([
  'release.started',
  'release.promoted',
  'release.rolled-back',
  'release.failed',
  'release.paused',
  'release.held',
  'release.inconclusive',
  'release.blocked',
])

/** What people are told of an entry; nothing of most. */
export function noticeOf(entry: Entry, story: Story): ReleaseNotice | undefined {
  const event = eventOf(entry, story.before)
  if (!event) return undefined
  const told = sourceOf(entry, story.before)
  const { reason } = told
  const started = story.before.find(({ kind }) => kind === 'release.started')
  const { hint } = entry.data
  const why = told.data['because']
  const cost = costOf(entry, story)
  return {
    kind: 'release',
    id: entry.id.replace(/^ent_/, 'ntc_'),
    atMs: entry.at,
    event,
    release: entry.subject.replace(/^release\//, ''),
    service: entry.service ?? '',
    version: textOf(entry.data['version']) ?? '',
    previous: textOf(started?.data['previous']) ?? null,
    actor: told.actor,
    ...(reason === undefined ? {} : { reason }),
    ...(isRecord(why) ? { why } : {}),
    ...(typeof hint === 'string' ? { hint } : {}),
    ...(entry.kind === 'release.blocked' ? { stuck: true } : {}),
    ...(cost ? { cost } : {}),
  }
}

function eventOf({ kind, data, seq }: Entry, before: readonly Entry[]): ReleaseEvent | undefined {
  switch (kind) {
    case 'release.started':
      return 'started'
    case 'release.promoted':
      return 'promoted'
    case 'release.rolled-back':
    case 'release.failed':
      // Whoever sent the newer release knows, and its own notices say what is in service instead.
      if (data['outcome'] === 'superseded') return undefined
      return data['outcome'] === 'rolled-back' || kind === 'release.rolled-back' ? 'rolled-back' : 'failed'
    case 'release.paused':
    case 'release.held':
      return 'held'
    case 'release.inconclusive':
      return 'inconclusive'
    case 'release.blocked':
      return isStuck(seq, before) ? 'failed' : undefined
    default:
      return undefined
  }
}

/**
 * What is in the way of a release harms nobody but on the way back, until traffic has followed: then the bad version
 * still serves. Said once.
 */
function isStuck(seq: number, before: readonly Entry[]): boolean {
  const back = before.findLast(({ kind }) => kind === 'release.rolled-back')
  if (!back) return false
  const since = before.filter(other => other.seq > back.seq && other.seq < seq)
  return !since.some(({ kind }) => kind === 'release.blocked' || kind === 'release.taken-back')
}

/** Who began it stands where it was asked for, why it was promoted where that was decided. */
function sourceOf(entry: Entry, before: readonly Entry[]): Entry {
  if (entry.kind === 'release.promoted') return before.findLast(({ kind }) => kind === 'release.promoting') ?? entry
  if (entry.kind !== 'release.started') return entry
  const asked = before.find(({ kind }) => kind === 'release.asked')
  return asked ? { ...entry, actor: asked.actor } : entry
}

/** What it cost as far as was known at the entry; in all, where the release has ended since. */
function costOf(entry: Entry, { before, ended }: Story): ReleaseNotice['cost'] {
  const counted = isRecord(entry.data['candidate']) ? entry.data['candidate'] : undefined
  const decided = before.findLast(({ kind }) => DECISIONS.has(kind))
  const exposed = before.find(({ kind }) => kind === 'release.stage')
  if (!counted || !exposed) return undefined
  const after = ended?.data['servedAfterDecision']
  const total = ended && isRecord(ended.data['candidate']) ? ended.data['candidate'] : counted
  return {
    requests: numberOf(total['requests']),
    badRequests: numberOf(total['bad']),
    ...(decided ? { secondsToVerdict: Math.max(0, Math.round((decided.at - exposed.at) / 1_000)) } : {}),
    ...(typeof after === 'number' ? { servedAfterDecision: after } : {}),
  }
}

const DECISIONS: ReadonlySet<string> = new Set(['release.promoting', 'release.rolled-back'])

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
